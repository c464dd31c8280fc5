//! A feature that compiles only beside another one.

use anyhow::Result;
use xshell::cmd;

use crate::release::crates::{self, Crate};
use crate::release::plugin::HACK;
use crate::release::report::Verdict;
use crate::tools;

/// Every published crate without features, with each alone and with all; warnings are errors.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    let (sh, hack) = (tools::shell()?, HACK.demand()?);
    let command = cmd!(sh, "cargo {hack} clippy --quiet --each-feature");
    let command = command.args(crates::package_options(crates));
    tools::run(command.args(["--", "-D", "warnings"]))?;
    Verdict::holds(format!("{} crates", crates.len()))
}
