//! The pages of docs.rs, which builds with its own flags and shows no page when that fails.

use anyhow::{Result, ensure};
use xshell::cmd;

use crate::release::crates::{self, Crate};
use crate::release::report::Verdict;
use crate::tools;

/// Documents each published library as `[package.metadata.docs.rs]` says; warnings are errors.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    let (sh, target) = (tools::shell()?, crates::target("rustdoc"));
    for held in crates.iter().filter(|one| one.is_held()) {
        let (name, features) = (&held.name, held.feature_option());
        let options = held.rustdoc_options();
        ensure!(
            options.join(" ").contains("--cfg docsrs"),
            "{name}: [package.metadata.docs.rs] has no rustdoc-args --cfg docsrs"
        );
        // docs.rs has a nightly compiler; the flag lets a stable one take what is not.
        let command = cmd!(
            sh,
            "cargo rustdoc --quiet --lib --package {name} {features} --target-dir {target} --
             {options...} -D warnings"
        );
        tools::run(command.env("RUSTC_BOOTSTRAP", "1"))?;
    }
    Verdict::holds("without warnings")
}
