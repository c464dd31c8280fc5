//! The files of `openapi/vectors`.

use serde_json::Value;

/// A file of `openapi/vectors`.
pub(super) fn read(file: &str) -> Value {
    let path = format!("{}/../openapi/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(&path).expect(&path)).expect(&path)
}

/// The named list of vectors in a file; each has a name of its own and says why it is there.
pub(super) fn vectors(file: &str, list: &str) -> Vec<Value> {
    let vectors = read(file)[list].as_array().expect(list).clone();
    let mut names = std::collections::BTreeSet::new();
    for vector in &vectors {
        assert!(names.insert(text(vector, "name").to_owned()), "{} comes twice", vector["name"]);
        assert!(!text(vector, "why").is_empty(), "{} says no why", vector["name"]);
    }
    vectors
}

/// A member that must be a text.
pub(super) fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap_or_else(|| panic!("{member} is no text in {}", vector["name"]))
}
