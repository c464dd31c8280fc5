//! `cargo xtask regen` as a process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

/// The exit status and what was written, with `KOODRIVE_SPEC` naming the file.
fn regen(spec: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("regen").args(arguments).env("KOODRIVE_SPEC", spec);
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn another_document_is_only_compared() {
    let (passed, said) = regen(Path::new("other.yaml"), &[]);
    assert!(!passed && said.contains("KOODRIVE_SPEC is set"), "{said}");
}

#[test]
#[ignore = "compiles the generator; .ci/run runs it"]
fn a_file_that_was_put_back_with_its_old_time_counts_by_its_contents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let good = std::fs::read_to_string(root.join("openapi/koodrive.yaml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("koodrive.yaml");
    let check = |text: &str| {
        std::fs::write(&spec, text).unwrap();
        let file = std::fs::File::options().write(true).open(&spec).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        regen(&spec, &["--check"])
    };
    let (passed, said) = check(&good);
    assert!(passed, "{said}");
    let (passed, said) = check(&good.replacen("One page of backup records.", "A page.", 1));
    assert!(!passed && said.contains("+    ///A page."), "{said}");
    let (passed, said) = check(&good);
    assert!(passed, "{said}");
}

#[test]
#[ignore = "compiles the generator; .ci/run runs it"]
fn a_replaced_component_that_is_missing_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let good = std::fs::read_to_string(root.join("openapi/koodrive.yaml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("koodrive.yaml");
    std::fs::write(&spec, good.replace("RecordVersion", "RecVersion")).unwrap();
    let (passed, said) = regen(&spec, &["--check"]);
    let says = "koodrive.yaml: components.schemas.RecordVersion is missing";
    assert!(!passed && said.contains(says), "{said}");
}
