//! The pages of docs.rs, which builds with its own flags and shows no page when that fails.

use anyhow::{Result, ensure};

use crate::release::crates::{self, Crate};
use crate::release::report::Verdict;
use crate::release::rustdoc;

/// Documents each published library as `[package.metadata.docs.rs]` says; warnings are errors.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    for held in crates::held(crates) {
        let options = held.rustdoc_options();
        ensure!(
            options.join(" ").contains("--cfg docsrs"),
            "{}: [package.metadata.docs.rs] has no rustdoc-args --cfg docsrs",
            held.name
        );
        rustdoc::run(held, options.iter().map(String::as_str).chain(["-D", "warnings"]))?;
    }
    Verdict::holds("without warnings")
}
