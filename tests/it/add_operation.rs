//! Another operation needs YAML and at most 30 lines of Rust, another listing YAML and a source:
//! CONTRIBUTING.md's sections, carried out in a copy of the workspace.

mod scratch;

use std::path::PathBuf;

use koodrive_tests::process::Outcome;
use scratch::Scratch;

const YAML: &str = include_str!("add_operation/operation.yaml");
const RUST: &str = include_str!("add_operation/get_backup_record.rs");

const FILES_YAML: &str = include_str!("add_operation/files.yaml");
const FILES_SOURCE: &str = include_str!("add_operation/files.rs");
const FILES_TEST: &str = include_str!("add_operation/listing.rs");

const DOCUMENT: &str = "openapi/koodrive.yaml";
const GENERATED: &str = "koodrive-api/src/generated.rs";
const ADDED: &str = "koodrive-ext/tests/get_backup_record.rs";

#[test]
#[ignore = "builds a scratch copy of the workspace; run with --test-threads=1, they share it"]
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

#[test]
#[ignore = "builds a scratch copy of the workspace; run with --test-threads=1, they share it"]
fn a_second_listing_costs_its_source_alone() {
    assert!(FILES_SOURCE.lines().count() <= 40, "{} lines", FILES_SOURCE.lines().count());
    let scratch = Scratch::of_workspace();
    scratch.write(DOCUMENT, with_addition(&scratch.read(DOCUMENT), FILES_YAML));
    scratch.write("koodrive-ext/src/backup/files.rs", FILES_SOURCE);
    let room = "koodrive-ext/src/backup.rs";
    let with_module = scratch.read(room).replacen("mod names;", "mod files;\nmod names;", 1);
    scratch.write(room, with_module);
    scratch.write("koodrive-ext/tests/listing.rs", FILES_TEST);

    let regen = scratch.cargo(&["xtask", "regen"]);
    assert_eq!(regen.status, Some(0), "{}", told(&regen));
    let test = scratch.cargo(&["test", "-p", "koodrive-ext", "--test", "listing"]);
    assert_eq!(test.status, Some(0), "{}", told(&test));
    assert!(test.stdout.contains("test result: ok. 2 passed"), "{}", told(&test));
}

fn told(outcome: &Outcome) -> String {
    format!(
        "{}\n{}\nIf a package was not downloaded yet: cargo fetch",
        outcome.stdout, outcome.stderr
    )
}

/// The document with each part of `addition` at the end of the section that it stands in there,
/// such as `paths:` or `  schemas:`.
fn with_addition(document: &str, addition: &str) -> String {
    let mut lines: Vec<&str> = document.lines().collect();
    let known = lines.clone();
    let is_section = |line: &&str| depth(line) <= 2 && line.ends_with(':') && known.contains(line);
    let mut added = addition.lines().peekable();
    while let Some(section) = added.next() {
        assert!(is_section(&section), "{section} is no section of {DOCUMENT}");
        let part = std::iter::from_fn(|| added.next_if(|line| !is_section(line)));
        let part: Vec<&str> = part.filter(|line| !line.is_empty()).collect();
        let end = end_of(&lines, section);
        lines.splice(end..end, part);
    }
    lines.join("\n") + "\n"
}

/// Where the section has its last line behind it.
fn end_of(lines: &[&str], section: &str) -> usize {
    let start = lines.iter().position(|line| *line == section).unwrap() + 1;
    let inside = |line: &&&str| line.is_empty() || depth(line) > depth(section);
    let length = lines[start..].iter().take_while(inside).count();
    let last = lines[..start + length].iter().rposition(|line| !line.is_empty());
    last.unwrap() + 1
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[test]
fn contributing_shows_what_is_added_here() {
    let path = scratch::workspace().join("CONTRIBUTING.md");
    let guide = std::fs::read_to_string(path).unwrap();
    // `ignore`: the operations are not in the committed bindings.
    for block in [
        format!("```yaml\n{YAML}```\n"),
        format!("```rust,ignore\n{RUST}```\n"),
        format!("```rust,ignore\n{FILES_SOURCE}```\n"),
    ] {
        assert!(guide.contains(&block), "CONTRIBUTING.md does not have\n{block}");
    }
}
