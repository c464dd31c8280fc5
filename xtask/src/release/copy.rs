//! A copy of the tree, for tools that write where they read.

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use xshell::cmd;

use crate::{tools, workspace};

/// Every file that git has or would take, in a folder that ends with the value.
pub(super) fn of_tree() -> Result<TempDir> {
    let (sh, folder) = (tools::shell()?, tempfile::tempdir()?);
    let listed = tools::run(cmd!(sh, "git ls-files -z --cached --others --exclude-standard"))?;
    for name in listed.split_terminator('\0') {
        let (from, to) = (workspace::root().join(name), folder.path().join(name));
        // A file that was removed and is still in the index.
        if from.is_file() {
            fs_err::create_dir_all(to.parent().context("a file has a folder")?)?;
            fs_err::copy(from, to)?;
        }
    }
    Ok(folder)
}
