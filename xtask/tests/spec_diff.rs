//! `cargo xtask spec diff` as a process, over a pair that is known to break and its neighbours.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::process::Command;

/// Changes of the first release: what is replaced by what.
type Edits<'a> = &'a [(&'a str, &'a str)];

const VERSION: &str = "  version: 1.0.0\n";
const LOWER: (&str, &str) = ("      maximum: 100\n", "      maximum: 50\n");
const HIGHER: (&str, &str) = ("      maximum: 100\n", "      maximum: 200\n");
const WORDS: (&str, &str) = ("Device name.", "Name of the device.");

/// The exit status and what was written to stderr.
fn diff(edits: Edits<'_>, changelog: &str) -> (bool, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let base = root.join("openapi/released/koodrive-1.0.0.yaml");
    let mut text = std::fs::read_to_string(&base).unwrap();
    for (find, put) in edits {
        assert!(text.contains(find), "{find:?}");
        text = text.replacen(find, put, 1);
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("koodrive.yaml"), text).unwrap();
    std::fs::write(folder.path().join("CHANGELOG.md"), changelog).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["spec", "diff", "--base"])
        .arg(base)
        .arg("--revision")
        .arg(folder.path().join("koodrive.yaml"))
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

fn entry(version: &str) -> String {
    format!(
        "## [Unreleased]\n\n## [{version}]\n\n- Something.\n\n## [1.0.0] - 2026-01-01\n\n- All.\n"
    )
}

#[test]
fn a_breaking_change_needs_a_major_version() {
    for version in ["1.0.0", "1.0.1", "1.1.0", "1.99.0"] {
        let put = format!("  version: {version}\n");
        let (passed, said) = diff(&[LOWER, (VERSION, &put)], &entry(version));
        assert!(!passed, "{version}: {said}");
        assert!(said.contains("breaking "), "{said}");
        assert!(said.contains("components.schemas.PageSize.maximum 100 -> 50"), "{said}");
        assert!(said.contains("breaking changes since 1.0.0 need version 2.0.0"), "{said}");
    }
    let (passed, said) = diff(&[LOWER, (VERSION, "  version: 2.0.0\n")], &entry("2.0.0"));
    assert!(passed, "{said}");
}

#[test]
fn an_addition_needs_a_minor_version_and_words_a_patch() {
    for (edit, too_low, enough) in [(HIGHER, "1.0.1", "1.1.0"), (WORDS, "1.0.0", "1.0.1")] {
        let low = format!("  version: {too_low}\n");
        let (passed, said) = diff(&[edit, (VERSION, &low)], &entry(too_low));
        assert!(!passed && said.contains(&format!("need version {enough}")), "{said}");
        let high = format!("  version: {enough}\n");
        let (passed, said) = diff(&[edit, (VERSION, &high)], &entry(enough));
        assert!(passed && said.contains(&format!("{enough} covers these changes")), "{said}");
    }
}

#[test]
fn a_new_version_needs_an_entry_in_the_changelog() {
    let edits: Edits<'_> = &[WORDS, (VERSION, "  version: 1.0.1\n")];
    let (passed, said) = diff(edits, &entry("1.0.2"));
    assert!(!passed && said.contains("write `## [1.0.1]`"), "{said}");
    let (passed, said) = diff(edits, "## [1.0.1]\n\n## [1.0.0]\n\n- All.\n");
    assert!(!passed && said.contains("the entry of 1.0.1 is empty"), "{said}");
}

#[test]
fn no_change_passes_and_no_version_goes_back() {
    let (passed, said) = diff(&[], &entry("1.0.0"));
    assert!(passed && said.contains("nothing has changed"), "{said}");
    let (passed, said) = diff(&[(VERSION, "  version: 0.9.0\n")], &entry("0.9.0"));
    assert!(!passed && said.contains("0.9.0 is older than 1.0.0"), "{said}");
}

#[test]
fn a_file_that_is_no_document_is_one_error_with_its_place() {
    let (passed, said) = diff(&[("openapi: 3.0.3\n", "pathes:\n")], &entry("1.0.0"));
    assert!(!passed, "{said}");
    assert!(said.contains("koodrive.yaml:1:1: not OpenAPI 3.0: "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}
