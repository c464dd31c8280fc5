//! What the guide and the other languages' sources say of the vectors.

use super::file::{self, text, vectors};

fn read(path: &str) -> String {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect(&path)
}

/// Every number of the guide's worked example is that of its vector.
#[test]
fn the_worked_example_is_the_vector_that_it_names() {
    let guide = read("openapi/README.md");
    let (_, section) = guide.split_once("## Signing, number by number").expect("the section");
    let section = section.split("\n## ").next().unwrap();
    let signing = file::read("signing.json");
    let vectors = signing["vectors"].as_array().unwrap();
    let vector = vectors.iter().find(|v| v["name"] == "list-101-device").unwrap();
    assert!(section.contains("`list-101-device`"));
    for member in ["user_id", "x_date", "app_id", "app_secret"] {
        assert!(section.contains(&format!("`{}`", text(vector, member))), "{member}");
    }
    assert!(section.contains(&format!("`GET {}`", text(vector, "url"))));

    let unindented: String = section
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("   ").unwrap_or(line)))
        .collect();
    let expect = &vector["expect"];
    for stage in ["canonical_request", "string_to_sign"] {
        let block = format!("```text\n{}\n```\n", text(expect, stage));
        assert!(unindented.contains(&block), "{stage}");
    }
    for stage in ["canonical_request_sha256", "signature"] {
        assert!(unindented.contains(&format!("`{}`", text(expect, stage))), "{stage}");
    }
    let header = format!("```text\nAuthorization: {}\n```", text(expect, "authorization"));
    assert!(unindented.contains(&header));
}

/// The document tells the same numbers, so that nobody needs another file to begin.
#[test]
fn the_worked_example_of_the_document_is_the_vector_that_it_names() {
    let document: serde_json::Value =
        serde_saphyr::from_str(&read("openapi/koodrive.yaml")).unwrap();
    let scheme = document["components"]["securitySchemes"]["authorization"]["description"].as_str();
    let scheme: String = scheme.unwrap().lines().map(|line| format!("{}\n", line.trim())).collect();
    let signing = file::read("signing.json");
    let vectors = signing["vectors"].as_array().unwrap();
    let vector = vectors.iter().find(|v| v["name"] == "list-101-device").unwrap();
    assert!(scheme.contains("`list-101-device`"));
    for member in ["url", "user_id", "x_date", "app_id", "app_secret"] {
        assert!(scheme.contains(&format!("`{}`", text(vector, member))), "{member}");
    }
    let expect = &vector["expect"];
    for stage in ["canonical_request", "string_to_sign"] {
        assert!(scheme.contains(&format!("```text\n{}\n```\n", text(expect, stage))), "{stage}");
    }
    for stage in ["canonical_request_sha256", "signature"] {
        assert!(scheme.contains(&format!("`{}`", text(expect, stage))), "{stage}");
    }
    assert!(scheme.contains(&format!("Authorization: {}\n", text(expect, "authorization"))));
}

/// Small enough to be copied and read.
#[test]
fn no_signer_is_longer_than_120_lines() {
    for signer in [
        "typescript/src/signer.ts",
        "python/signer.py",
        "java/Signer.java",
        "go/signer.go",
        "ruby/signer.rb",
        "php/Signer.php",
        "c/signer.h",
        "rust/src/signer.rs",
    ] {
        let lines = read(&format!("tests/interop/{signer}")).lines().count();
        assert!(lines <= 120, "{signer} has {lines} lines");
        assert!(read("openapi/README.md").contains(&format!("tests/interop/{signer}")), "{signer}");
    }
}

/// `cargo xtask interop` measures the scores; the guide must say the same.
#[test]
fn the_scoreboard_of_the_guide_is_the_one_that_is_measured() {
    let scores: serde_json::Value =
        serde_json::from_str(&read("tests/interop/scores.json")).unwrap();
    let guide = read("openapi/README.md");
    for (generator, read) in scores.as_object().unwrap() {
        let is_row = |line: &str| {
            line.starts_with(&format!("| {generator} |")) && line.ends_with(&format!("| {read} |"))
        };
        assert!(guide.lines().any(is_row), "{generator} {read}");
    }
    let pages = vectors("responses.json", "vectors");
    let pages = pages.iter().filter(|v| v["outcome"]["kind"] == "page").count();
    assert!(guide.contains(&format!("| Pages read of {pages} |")));
}

/// A limit that names no vector would limit nothing, and nobody would see it.
#[test]
fn every_limit_of_a_language_names_a_vector() {
    let limits: serde_json::Value =
        serde_json::from_str(&read("tests/interop/limits.json")).unwrap();
    let names = vectors("responses.json", "vectors");
    for (language, limits) in limits.as_object().unwrap() {
        for (name, why) in limits.as_object().unwrap() {
            assert!(names.iter().any(|v| v["name"] == name.as_str()), "{language}: {name}");
            assert!(!why.as_str().unwrap().is_empty(), "{language}: {name}");
        }
    }
}
