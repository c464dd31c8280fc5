//! Spelling and links: what a reader trips over.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use xshell::cmd;

use crate::release::crates::Crate;
use crate::release::report::Verdict;
use crate::tools::{self, Packages};

/// typos and lychee, programs inside Python wheels.
pub(super) const PACKAGES: Packages<'_> = Packages {
    lock: "xtask/tooling/requirements.txt",
    installed: "target/tooling/words",
    install_with: "cargo xtask release --install --quick",
};

/// Every file of the tree but what typos.toml leaves out.
pub(super) fn spelling(_: &[Crate]) -> Result<Verdict> {
    let (sh, typos) = (tools::shell()?, program("typos")?);
    tools::run(cmd!(sh, "{typos} --format brief --color never"))?;
    let files = tools::run(cmd!(sh, "{typos} --files"))?;
    Verdict::holds(format!("{} files", files.lines().count()))
}

/// Every link of a Markdown file that leads to a file or a heading here; addresses are not asked.
pub(super) fn links(_: &[Crate]) -> Result<Verdict> {
    let (sh, lychee) = (tools::shell()?, program("lychee")?);
    let listed = tools::run(cmd!(sh, "git ls-files --cached --others --exclude-standard *.md"))?;
    let files: Vec<&str> = listed.lines().collect();
    let count = files.len();
    ensure!(count > 0, "git lists no Markdown file");
    tools::run(cmd!(
        sh,
        "{lychee} --offline --no-progress --include-fragments --mode plain {files...}"
    ))?;
    Verdict::holds(format!("{count} files"))
}

fn program(name: &str) -> Result<PathBuf> {
    let python = PACKAGES.python(name)?;
    Ok(python.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}
