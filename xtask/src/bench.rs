//! `cargo xtask bench`: what koodrive-ext costs beside what the same work could cost.

use anyhow::{Result, ensure};
use xshell::cmd;

use crate::{tools, workspace};

/// Arguments of `cargo xtask bench`: those of koodrive-bench.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// What koodrive-bench takes; --help lists it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// Programs of a workspace of their own, run in its folder since its cargo configuration is there.
pub(crate) fn run(args: &Args) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let (sh, args) = (tools::shell()?, &args.args);
    let folder = workspace::root().join("tests/benches");
    sh.change_dir(&folder);
    sh.set_var("CARGO_TARGET_DIR", folder.join("target"));
    if !args.iter().any(|arg| arg == "--help" || arg == "-h") {
        tools::find("valgrind", "on Debian run `apt-get install -y valgrind`")?;
        tools::find("gungraun-runner", "run `cargo install --locked gungraun-runner@0.20.0`")?;
        // What an earlier run left would be compared with.
        sh.remove_path("target/gungraun")?;
        eprintln!("counting instructions and allocations (about a minute when built)");
        tools::run(cmd!(sh, "{cargo} bench --quiet --bench counts -- --save-summary=json"))?;
    }
    let run = cmd!(sh, "{cargo} run --quiet --release -- {args...}");
    let status = std::process::Command::from(run).status()?;
    ensure!(status.success(), "the benches ended with an error");
    Ok(())
}
