//! `cargo xtask probe`: asks a deployment what no public page settles.

use anyhow::Result;
use xshell::cmd;

use crate::passed_on::PassedOn;
use crate::tools;

/// A program of its own, so that xtask is compiled without TLS.
pub(crate) fn run(args: &PassedOn) -> Result<()> {
    let (sh, cargo) = (tools::shell()?, tools::cargo());
    // In the caller's folder, which its file names start from.
    args.run(cmd!(sh, "{cargo} run --quiet --package koodrive-probe"), &std::env::current_dir()?)
}
