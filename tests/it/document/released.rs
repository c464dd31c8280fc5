//! What is in openapi/released/ is what was released: no file is edited, added by hand or lost.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/released")
}

/// The released documents by name.
fn files() -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|e| (e.file_name().into_string().unwrap(), std::fs::read(e.path()).unwrap()))
        .filter(|(name, _)| name != "SHA256SUMS")
        .collect()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn released_files_have_their_checksums() {
    let listed: BTreeMap<String, String> = std::fs::read_to_string(folder().join("SHA256SUMS"))
        .unwrap()
        .lines()
        .map(|line| line.split_once("  ").expect("digest, two spaces, name"))
        .map(|(digest, name)| (name.to_owned(), digest.to_owned()))
        .collect();
    let found: BTreeMap<String, String> =
        files().into_iter().map(|(name, bytes)| (name, digest(&bytes))).collect();
    assert_eq!(
        found, listed,
        "a released file is never edited: change openapi/koodrive.yaml, raise its version and run \
         `cargo xtask spec release`"
    );
}

#[test]
fn released_files_are_named_by_their_version() {
    let files = files();
    assert!(!files.is_empty());
    for (name, bytes) in files {
        let document: serde_json::Value =
            serde_saphyr::from_str(std::str::from_utf8(&bytes).unwrap()).unwrap();
        let version = document["info"]["version"].as_str().unwrap();
        let kind = name.strip_prefix(&format!("koodrive-{version}.")).unwrap_or(&name);
        let kinds = ["yaml", "json", "clients.json", "3.1.json"];
        assert!(kinds.contains(&kind), "{name} is not a released form of {version}");
    }
}
