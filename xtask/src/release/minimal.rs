//! The oldest versions of its dependencies that a crate asks for: a program's lock file may hold
//! just those.

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use crate::release::copy;
use crate::release::crates::{self, Crate};
use crate::release::report::Verdict;
use crate::{tools, workspace};

/// Resolves in a copy of the published crates alone, and compiles them there.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    let (copy, sh, target) = (copy::of_tree()?, Shell::new()?, crates::target("minimal"));
    let manifest = copy.path().join("Cargo.toml");
    let members: Vec<String> = crates.iter().map(|one| workspace::name_of(&one.folder)).collect();
    fs_err::write(&manifest, with_members(&fs_err::read_to_string(&manifest)?, &members)?)?;
    sh.change_dir(copy.path());
    // The flag lets a stable compiler's cargo take an option that is not.
    let update = cmd!(sh, "cargo update --quiet -Zdirect-minimal-versions");
    tools::run(update.env("RUSTC_BOOTSTRAP", "1"))
        .context("raise the version in [workspace.dependencies] that another crate needs newer")?;
    let check = cmd!(sh, "cargo check --quiet --locked --target-dir {target}");
    let check = check.args(crates::package_options(crates));
    tools::run(check.args(crates.iter().map(Crate::feature_option)))?;
    Verdict::holds(format!("{} crates", crates.len()))
}

/// The workspace's manifest with these members alone: other crates' needs would count as well.
fn with_members(manifest: &str, members: &[String]) -> Result<String> {
    let is_list =
        |line: &str| line.starts_with("members = ") || line.starts_with("default-members = ");
    let kept = manifest.lines().map(|line| {
        if is_list(line) {
            format!("{}= {members:?}\n", &line[..line.find('=').unwrap_or(0)])
        } else {
            format!("{line}\n")
        }
    });
    let text: String = kept.collect();
    ensure!(manifest.lines().any(is_list), "Cargo.toml has no line of members");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_replaced_and_nothing_else() {
        let manifest =
            "[workspace]\nmembers = [\"a\", \"b\"]\ndefault-members = [\"a\"]\n\n[x]\ny = 1\n";
        let expected = "[workspace]\nmembers = [\"a\"]\ndefault-members = [\"a\"]\n\n[x]\ny = 1\n";
        assert_eq!(with_members(manifest, &["a".to_owned()]).unwrap(), expected);
        assert!(with_members("[workspace]", &[]).is_err());
    }
}
