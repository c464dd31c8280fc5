//! What `cargo xtask spec release` refuses, in scratch repositories.

use std::path::Path;

use anyhow::Result;
use xshell::{Shell, cmd};

use super::editions::Edition;
use super::release::{Plan, plan};
use super::source;
use crate::{tools, workspace};

const SPEC: &str = "openapi/koodrive.yaml";
const RELEASED: &str = "openapi/released/koodrive-1.0.0.yaml";
const CHANGELOG: &str = "openapi/CHANGELOG.md";

/// A repository in which 1.0.0 is released and 1.0.1, which corrects a word, can be.
struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().unwrap() };
        let old = fs_err::read_to_string(workspace::root().join(RELEASED)).unwrap();
        fs_err::create_dir_all(repository.root().join("openapi/released")).unwrap();
        repository.write(RELEASED, &old);
        let new = old.replace("version: 1.0.0", "version: 1.0.1");
        repository.write(SPEC, &new.replace("Device name.", "Name of the device."));
        repository
            .write(CHANGELOG, "## [1.0.1] - 2026-03-01\n\n- A word.\n\n## [1.0.0]\n\n- All.\n");
        repository.git(&["init", "--quiet"]);
        repository.commit();
        repository
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) {
        fs_err::write(self.root().join(path), text).unwrap();
    }

    fn replace(&self, path: &str, find: &str, put: &str) {
        let text = fs_err::read_to_string(self.root().join(path)).unwrap();
        assert!(text.contains(find), "{path} has no {find:?}");
        self.write(path, &text.replacen(find, put, 1));
    }

    fn git(&self, arguments: &[&str]) {
        let sh = Shell::new().unwrap();
        sh.change_dir(self.root());
        let who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
        tools::run(cmd!(sh, "git {who...} {arguments...}")).unwrap();
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "x"]);
    }

    fn plan(&self, redo: bool) -> Result<Plan> {
        plan(self.root(), redo, || Ok(Vec::new()))
    }

    /// Why it is refused, after what was changed is committed.
    fn error(&self) -> String {
        self.commit();
        format!("{:#}", self.plan(false).err().expect("refused"))
    }
}

#[test]
fn a_good_version_is_frozen_with_its_checksum() {
    let repository = Repository::new();
    repository.plan(false).unwrap().freeze().unwrap();
    let read = |path: &str| fs_err::read_to_string(repository.root().join(path)).unwrap();
    assert_eq!(read("openapi/released/koodrive-1.0.1.yaml"), read(SPEC));
    let sums = read("openapi/released/SHA256SUMS");
    assert_eq!(sums.lines().count(), 1, "{sums}");

    // Nobody has it yet, so it may be done again, and is the same.
    assert!(repository.plan(false).err().unwrap().to_string().contains("1.0.1 is released"));
    repository.plan(true).unwrap().freeze().unwrap();
    assert_eq!(read("openapi/released/SHA256SUMS"), sums);
}

#[test]
fn an_older_version_is_refused() {
    let repository = Repository::new();
    repository.replace(SPEC, "version: 1.0.1", "version: 0.9.0");
    assert!(repository.error().contains("0.9.0 is older than the released 1.0.0"));
}

#[test]
fn a_release_that_is_tagged_or_committed_is_not_done_again() {
    let repository = Repository::new();
    repository.plan(false).unwrap().freeze().unwrap();
    repository.git(&["tag", "openapi-v1.0.1"]);
    let error = repository.plan(true).err().unwrap().to_string();
    assert!(error.contains("openapi-v1.0.1 is tagged"), "{error}");
    repository.git(&["tag", "--delete", "openapi-v1.0.1"]);
    repository.commit();
    let error = repository.plan(true).err().unwrap().to_string();
    assert!(error.contains("1.0.1 is committed and stays as it is"), "{error}");
}

#[test]
fn a_release_is_compared_with_the_one_before() {
    let repository = Repository::new();
    repository.replace(SPEC, "      maximum: 100", "      maximum: 50");
    assert!(repository.error().contains("breaking changes since 1.0.0 need version 2.0.0"));
}

#[test]
fn a_version_that_nothing_changed_for_is_refused() {
    let repository = Repository::new();
    repository.replace(SPEC, "Name of the device.", "Device name.");
    assert!(repository.error().contains("nothing has changed since 1.0.0; 1.0.1 is not needed"));
}

#[test]
fn what_is_not_committed_is_not_released() {
    let repository = Repository::new();
    repository.write("openapi/new.txt", "x");
    let error = repository.plan(false).err().unwrap().to_string();
    assert_eq!(error, "commit or take back first:\n?? openapi/new.txt");
}

#[test]
fn a_changelog_without_the_version_or_with_an_impossible_day_is_refused() {
    let repository = Repository::new();
    repository.replace(CHANGELOG, "2026-03-01", "2026-02-30");
    assert!(repository.error().contains("\"2026-02-30\", which is not a day"));
    repository.replace(CHANGELOG, "## [1.0.1] - 2026-02-30", "## [1.0.2] - 2026-03-01");
    assert!(repository.error().contains("write `## [1.0.1]`"));
}

/// A change that an overlay makes counts like one of the document.
#[test]
fn an_edition_is_compared_with_its_frozen_one() {
    let repository = Repository::new();
    let old = source::load(&repository.root().join(RELEASED)).unwrap().value().clone();
    let frozen = "openapi/released/koodrive-1.0.0.clients.json";
    repository.write(frozen, &old.to_string());
    repository.commit();
    let with_maximum = |maximum: u64| {
        plan(repository.root(), false, || {
            let mut value = old.clone();
            value["components"]["schemas"]["PageSize"]["maximum"] = maximum.into();
            let (path, text) = (repository.root().join(frozen), value.to_string());
            Ok(vec![Edition { kind: "clients.json", path, text, value }])
        })
    };
    assert!(with_maximum(100).is_ok());
    let error = format!("{:#}", with_maximum(50).err().unwrap());
    assert!(error.contains("breaking changes since 1.0.0 need version 2.0.0"), "{error}");
}

#[test]
fn what_lint_refuses_is_not_released() {
    let repository = Repository::new();
    let refused = plan(repository.root(), false, || anyhow::bail!("1 to fix"));
    assert_eq!(refused.err().unwrap().to_string(), "1 to fix");
}
