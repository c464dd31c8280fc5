//! cargo-deny, by deny.toml.

use anyhow::Result;
use xshell::cmd;

use crate::release::crates::Crate;
use crate::release::plugin::DENY;
use crate::release::report::Verdict;
use crate::tools;

/// What the lock file and the packages tell.
pub(super) fn policy(_: &[Crate]) -> Result<Verdict> {
    let (sh, deny) = (tools::shell()?, DENY.demand()?);
    tools::run(cmd!(sh, "cargo {deny} --log-level error check bans licenses sources"))?;
    Verdict::holds("licences, sources, duplicates")
}

/// What the RustSec database tells. A machine that cannot fetch it knows nothing; the forge can, and
/// there it must.
pub(super) fn advisories(_: &[Crate]) -> Result<Verdict> {
    let (sh, deny) = (tools::shell()?, DENY.demand()?);
    let fetched = tools::output(cmd!(sh, "cargo {deny} fetch db"))?;
    if !fetched.status.success() {
        eprintln!("{}", tools::said(&fetched));
        return Verdict::cannot_run_but_at_the_forge("the RustSec database cannot be fetched");
    }
    tools::run(cmd!(sh, "cargo {deny} check --disable-fetch advisories"))?;
    Verdict::holds("none known")
}
