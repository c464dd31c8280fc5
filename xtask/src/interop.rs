//! `cargo xtask interop`: clients generated from the document, in other languages, against the
//! sandbox; and the sandbox against the document.
//!
//! A language is a file here that says how to generate, build and run its client (`python.rs` is
//! the shortest), and its line in `TARGETS`; its programs are in `tests/interop/<name>/`.

mod answers;
mod c;
mod edition;
mod generator;
mod generators;
mod go;
mod java;
mod job;
mod php;
mod postman;
mod pydantic;
mod python;
mod readme;
mod report;
mod ruby;
mod rust;
mod schemathesis;
mod score;
mod shell;
mod typescript;
mod zod;

use std::time::Instant;

use anyhow::{Error, Result, anyhow, ensure};
use clap::builder::{PossibleValue, PossibleValuesParser};
use koodrive_sandbox::{Sandbox, SandboxBuilder};

use job::{Job, Servers, Target};
use report::Row;

/// What can be run, in this order.
const TARGETS: [&Target; 15] = [
    &typescript::TARGET,
    &python::TARGET,
    &java::TARGET,
    &go::TARGET,
    &ruby::TARGET,
    &php::TARGET,
    &c::TARGET,
    &rust::TARGET,
    &zod::TARGET,
    &pydantic::TARGET,
    &generators::TARGET,
    &generators::CPP,
    &shell::TARGET,
    &postman::TARGET,
    &schemathesis::TARGET,
];

/// Arguments of `cargo xtask interop`.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// What to run; everything unless named
    #[arg(value_parser = names(), value_name = "TARGET")]
    targets: Vec<String>,
    /// The same as an option, for one target; may be repeated
    #[arg(long, value_parser = names(), value_name = "TARGET", hide_possible_values = true)]
    only: Vec<String>,
    /// What takes minutes, too
    #[arg(long)]
    all: bool,
}

const AFTER_HELP: &str = "\
Installs what its lock files name into target/interop/, the first time and whenever they change.
A program that is missing is named together with the command that installs it, and fails only the
targets that need it. Standard output has the table; what the programs said is in
target/interop/logs/.";

/// The names that `--help` lists.
fn names() -> PossibleValuesParser {
    TARGETS.map(|target| PossibleValue::new(target.name).help(target.about)).into()
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let wanted: Vec<&String> = args.targets.iter().chain(&args.only).collect();
    let is_wanted = |target: &&Target| match wanted.as_slice() {
        [] => args.all || !target.is_slow,
        wanted => wanted.iter().any(|name| *name == target.name),
    };
    let targets: Vec<&Target> = TARGETS.into_iter().filter(is_wanted).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let good = Sandbox::builder().records(250).keep_authorization(true);
        let odd = Sandbox::builder().records(250).fault("*:unknown-values".parse()?);
        let answers = answers::serve(&job::vectors().join("responses.json"))?;
        let servers = Servers { good: start(good).await?, odd: start(odd).await?, answers };
        // The sandboxes live on this thread, the programs are waited for on another one.
        let rows = tokio::task::spawn_blocking(move || run_all(&servers, &targets)).await?;
        print!("{}", report::table(&rows));
        let failed = rows.iter().filter(|row| row.outcome.is_err()).count();
        ensure!(failed == 0, "{failed} of {} failed", rows.len());
        Ok(())
    })
}

async fn start(sandbox: SandboxBuilder) -> Result<Sandbox> {
    // Its message says the cause already.
    sandbox.start().await.map_err(Error::msg)
}

fn run_all(servers: &Servers, targets: &[&Target]) -> Vec<Row> {
    let run_one = |target: &&Target| {
        let (name, started) = (target.name, Instant::now());
        eprintln!("{name} …");
        servers.good.clear_requests();
        let outcome = Job::new(name, servers).and_then(|job| (target.run)(&job));
        let outcome = outcome.map_err(|why| anyhow!("{name} failed: {why:#}"));
        outcome.as_ref().err().iter().for_each(|why| eprintln!("{why}"));
        Row { name, outcome, seconds: started.elapsed().as_secs_f64() }
    };
    targets.iter().map(run_one).collect()
}
