//! rustdoc of a published library, with what it takes from a nightly compiler only.

use std::path::PathBuf;

use anyhow::Result;
use xshell::cmd;

use crate::release::crates::{self, Crate};
use crate::tools;

/// Documents the library with the features that docs.rs shows, and returns where that is.
pub(super) fn run<'a>(held: &Crate, options: impl IntoIterator<Item = &'a str>) -> Result<PathBuf> {
    let (sh, target, name) = (tools::shell()?, crates::target("rustdoc"), &held.name);
    let features = held.feature_option();
    let command = cmd!(
        sh,
        "cargo rustdoc --quiet --lib --package {name} {features} --target-dir {target} --"
    );
    // docs.rs has a nightly compiler; the flag lets a stable one take what is not.
    tools::run(command.args(options).env("RUSTC_BOOTSTRAP", "1"))?;
    Ok(target.join("doc"))
}
