//! What is uploaded to the registry, as somebody gets it who has nothing else.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use tempfile::TempDir;
use xshell::{Shell, cmd};

use crate::release::crates::{self, Crate};
use crate::release::readme;
use crate::release::report::Verdict;
use crate::{tools, workspace};

/// What every package has beside its code.
const FILES: [&str; 3] = ["README.md", "LICENSE", "CHANGELOG.md"];
/// What is of the workspace alone.
const NOT_FILES: [&str; 1] = ["api.txt"];

/// Looks at the files, lets cargo build each package from a registry of its own, and runs the tests
/// of each in a folder that knows no workspace.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    let mut findings = Vec::new();
    for one in crates {
        findings.extend(files(one)?);
    }
    // The builds say more, but take minutes.
    ensure!(findings.is_empty(), "{}", findings.join("\n"));
    let folder = fresh()?;
    build(crates, folder.path())?;
    for one in crates {
        test_alone(one, crates, folder.path())?;
    }
    Verdict::holds(format!("{} packages", crates.len()))
}

/// What is wrong with the files of a package.
fn files(one: &Crate) -> Result<Vec<String>> {
    let (sh, name) = (tools::shell()?, &one.name);
    let listed =
        tools::run(cmd!(sh, "cargo package --quiet --list --allow-dirty --package {name}"))?;
    let listed: Vec<&str> = listed.lines().collect();
    let missing = FILES.iter().filter(|file| !listed.contains(file));
    let mut findings: Vec<String> = missing.map(|file| format!("{name} has no {file}")).collect();
    let needless = NOT_FILES.iter().filter(|file| listed.contains(file));
    findings.extend(needless.map(|file| format!("{name} has {file}: exclude it in Cargo.toml")));
    let read = |file: PathBuf| fs_err::read_to_string(file).unwrap_or_default();
    if read(one.folder.join("LICENSE")) != read(workspace::root().join("LICENSE")) {
        findings.push(format!("{name}: LICENSE is not the workspace's"));
    }
    for file in ["README.md", "CHANGELOG.md"] {
        let text = read(one.folder.join(file));
        let leaving = readme::leaving(&text, &listed);
        let said = leaving.iter().map(|link| {
            format!("{name}: {file} has the link {link}, which leads out of the package: give the whole address")
        });
        findings.extend(said);
    }
    Ok(findings)
}

/// A folder never used before: cargo keeps what it unpacked from the packages' own registry by the
/// registry's path and the version, and would take an older koodrive-api of the same version.
/// Outside of the workspace, where cargo would look for it.
fn fresh() -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("koodrive-packages-").tempdir()?)
}

/// Packages, unpacks and compiles all of them, each from the packages of the others.
fn build(crates: &[Crate], target: &Path) -> Result<()> {
    let sh = tools::shell()?;
    let command = cmd!(sh, "cargo package --quiet --allow-dirty --target-dir {target}");
    tools::run(command.args(crates::package_options(crates)))?;
    Ok(())
}

/// Where cargo has unpacked a package.
fn unpacked(one: &Crate, target: &Path) -> PathBuf {
    target.join("package").join(format!("{}-{}", one.name, one.version))
}

/// Runs its tests and examples in documentation; the others are taken from their packages too.
fn test_alone(one: &Crate, crates: &[Crate], target: &Path) -> Result<()> {
    let folder = unpacked(one, target);
    if !folder.join("Cargo.toml").exists() {
        bail!("cargo has not unpacked {}", folder.display());
    }
    let sh = Shell::new()?;
    sh.change_dir(&folder);
    let patches = crates.iter().filter(|other| other.name != one.name).flat_map(|other| {
        let path = unpacked(other, target);
        ["--config".to_owned(), format!("patch.crates-io.{}.path={path:?}", other.name)]
    });
    // The package's lock file has checksums of packages that no registry knows yet.
    sh.remove_path("Cargo.lock")?;
    fs_err::copy(workspace::root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    tools::run(cmd!(sh, "cargo test --quiet --target-dir {target}").args(patches))?;
    Ok(())
}
