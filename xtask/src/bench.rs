//! `cargo xtask bench`: what koodrive-ext costs beside what the same work could cost.

use anyhow::Result;
use xshell::cmd;

use crate::passed_on::PassedOn;
use crate::{tools, workspace};

/// Programs of a workspace of their own, run in its folder since its cargo configuration is there.
pub(crate) fn run(args: &PassedOn) -> Result<()> {
    let (sh, cargo) = (tools::shell()?, tools::cargo());
    let folder = workspace::root().join("tests/benches");
    sh.change_dir(&folder);
    sh.set_var("CARGO_TARGET_DIR", folder.join("target"));
    if !args.is_help() {
        tools::find("valgrind", "on Debian run `apt-get install -y valgrind`")?;
        tools::find("gungraun-runner", "run `cargo install --locked gungraun-runner@0.20.0`")?;
        // What an earlier run left would be compared with.
        sh.remove_path("target/gungraun")?;
        eprintln!("counting instructions and allocations (about a minute when built)");
        tools::run(cmd!(sh, "{cargo} bench --quiet --bench counts -- --save-summary=json"))?;
    }
    args.run(cmd!(sh, "{cargo} run --quiet --release"), &folder)
}
