//! `cargo xtask probe`: asks a deployment what no public page settles.

use anyhow::{Result, ensure};
use xshell::cmd;

use crate::tools;

/// Arguments of `cargo xtask probe`: those of koodrive-probe.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// What koodrive-probe takes; --help lists it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// A program of its own, so that xtask is compiled without TLS.
pub(crate) fn run(args: &Args) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let (sh, args) = (tools::shell()?, &args.args);
    let run = cmd!(sh, "{cargo} run --quiet --package koodrive-probe -- {args...}");
    // In the caller's folder, which its file names start from.
    let status = std::process::Command::from(run).current_dir(std::env::current_dir()?).status()?;
    ensure!(status.success(), "the probe ended with an error");
    Ok(())
}
