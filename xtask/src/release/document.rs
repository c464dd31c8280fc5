//! The bindings are those of the document, and the version of koodrive-api says of which.

use anyhow::Result;

use crate::release::crates::Crate;
use crate::release::report::Verdict;
use crate::{regen, spec};

/// `cargo xtask regen --check` and `cargo xtask spec diff`.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    regen::run(&regen::Args { check: true })?;
    spec::diff()?;
    let api = super::crates::find(crates, "koodrive-api")?;
    Verdict::holds(format!("koodrive-api is {}", api.version))
}
