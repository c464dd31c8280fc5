//! `cargo xtask probe`: asks a deployment what no public page settles.

use std::process::Command;

/// Arguments of `cargo xtask probe`: those of koodrive-probe.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// What koodrive-probe takes; --help lists it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// A program of its own, so that xtask is compiled without TLS.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "koodrive-probe", "--"])
        .args(&args.args)
        .status()
        .map_err(|e| format!("cargo could not be run: {e}"))?;
    if status.success() { Ok(()) } else { Err("the probe ended with an error".to_owned()) }
}
