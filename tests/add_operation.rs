//! Another operation needs YAML and at most 30 lines of Rust: the README's section "Adding an
//! operation", carried out in a copy of the workspace.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "add_operation/scratch.rs"]
mod scratch;

use std::path::PathBuf;

use koodrive_tests::process::Outcome;
use scratch::Scratch;

const YAML: &str = include_str!("add_operation/operation.yaml");
const RUST: &str = include_str!("add_operation/get_backup_record.rs");

const DOCUMENT: &str = "openapi/koodrive.yaml";
const GENERATED: &str = "koodrive-api/src/generated.rs";
const ADDED: &str = "koodrive-ext/tests/get_backup_record.rs";

#[test]
#[ignore = "builds a scratch copy of the workspace; .ci/run runs it"]
fn another_operation_needs_only_yaml_and_thirty_lines_of_rust() {
    assert!(RUST.lines().count() <= 30, "{} lines", RUST.lines().count());
    let scratch = Scratch::of_workspace();
    scratch.write(DOCUMENT, with_addition(&scratch.read(DOCUMENT), YAML));
    scratch.write(ADDED, RUST);

    let check = scratch.cargo(&["xtask", "regen", "--check"]);
    assert_eq!(check.status, Some(1), "{}", told(&check));
    assert!(check.stderr.contains("run `cargo xtask regen`"), "{}", told(&check));
    assert!(check.stdout.contains("+    pub fn get_backup_record(&self)"), "{}", told(&check));

    let regen = scratch.cargo(&["xtask", "regen"]);
    assert_eq!(regen.status, Some(0), "{}", told(&regen));
    assert!(regen.stderr.contains(" lines added, 0 removed"), "{}", told(&regen));

    let test = scratch.cargo(&["test", "-p", "koodrive-ext", "--test", "get_backup_record"]);
    assert_eq!(test.status, Some(0), "{}", told(&test));
    assert!(test.stdout.contains("test result: ok. 1 passed"), "{}", told(&test));

    let changed: Vec<PathBuf> = scratch.changed().into_iter().collect();
    assert_eq!(changed, [GENERATED, ADDED, DOCUMENT].map(PathBuf::from));
}

fn told(outcome: &Outcome) -> String {
    format!(
        "{}\n{}\nIf a package was not downloaded yet: cargo fetch",
        outcome.stdout, outcome.stderr
    )
}

/// The document with each part of `addition` below the line that it stands below there, such as
/// `paths:` or `  schemas:`.
fn with_addition(document: &str, addition: &str) -> String {
    let is_place = |line: &str| {
        let depth = line.len() - line.trim_start().len();
        depth <= 2 && line.ends_with(':') && document.lines().any(|known| known == line)
    };
    let mut document = document.to_owned();
    let mut lines = addition.lines().peekable();
    while let Some(place) = lines.next() {
        assert!(is_place(place), "{place} is no place in {DOCUMENT}");
        let mut part = String::new();
        while let Some(line) = lines.next_if(|line| !is_place(line)) {
            part.push_str(line);
            part.push('\n');
        }
        document = document.replacen(&format!("\n{place}\n"), &format!("\n{place}\n{part}"), 1);
    }
    document
}

#[test]
#[ignore = "the section is not in the README yet"]
fn the_readme_shows_what_is_added_here() {
    let readme = std::fs::read_to_string(scratch::workspace().join("README.md")).unwrap();
    // `ignore`: the operation is not in the committed bindings.
    for block in [format!("```yaml\n{YAML}```\n"), format!("```rust,ignore\n{RUST}```\n")] {
        assert!(readme.contains(&block), "README.md does not have\n{block}");
    }
}
