//! `cargo xtask bench`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::{Parser, Subcommand};
use koodrive_benches::child::Took;
use koodrive_benches::counts::count;
use koodrive_benches::table::Table;
use koodrive_benches::{committed, dependents, listing, times};

/// Measures what koodrive-ext costs beside what the same work could cost.
#[derive(Parser)]
#[command(name = "cargo xtask bench", disable_help_subcommand = true)]
struct Args {
    /// Only count instructions and allocations, and fail where they are worse than committed
    #[arg(long)]
    check: bool,
    /// Only count, and commit what was counted: write it into tests/benches/counts.json
    #[arg(long, conflicts_with = "check")]
    accept: bool,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What this program runs of itself, in processes of their own.
#[derive(Subcommand)]
enum Part {
    #[command(hide = true)]
    Serve { pages: u64, delay: u64 },
    #[command(hide = true)]
    List { whom: String, address: String },
    #[command(hide = true)]
    WorkedOn { whom: String, address: String },
    #[command(hide = true)]
    Many { whom: String, address: String },
}

fn main() -> Result<()> {
    let args = Args::parse();
    if let Some(part) = args.part {
        return run(part);
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = package.join("counts.json");
    let counts = count(package)?;
    if args.accept {
        return committed::write(&path, &counts);
    }
    let mut rows = committed::rows(&counts)?;
    let worse = committed::worse(&committed::read(&path)?, &counts)?;
    if !args.check {
        rows.extend(times::signing());
        rows.extend(times::decoding());
        rows.push(times::per_item());
        rows.extend(times::listings()?);
        let workspace = package.join("../..");
        rows.extend(dependents::rows(&workspace)?);
        rows.push(dependents::fresh_clone(&workspace)?);
    }
    print!("{}", Table(rows));
    ensure!(
        worse.is_empty(),
        "worse than committed by more than 3 %:\n{worse}to accept it, run `cargo xtask bench --accept`, and say why in the commit"
    );
    Ok(())
}

fn run(part: Part) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let took = Took::by(|| {
        runtime.block_on(async {
            match part {
                Part::Serve { pages, delay } => {
                    listing::serving(pages, Duration::from_millis(delay)).await
                }
                Part::List { whom, address } => listing::list(&whom, &address).await,
                Part::WorkedOn { whom, address } => {
                    listing::worked_on(&whom, &address, Duration::from_millis(20)).await
                }
                Part::Many { whom, address } => listing::many(&whom, &address, 900, 64).await,
            }
        })
    })?;
    println!("{}", serde_json::to_string(&took)?);
    Ok(())
}
