//! The rooms of koodrive-ext and the files of every crate use each other in one direction.

mod files;
mod rules;

use std::path::{Path, PathBuf};

use files::Files;
use rules::{circles, through_the_root, upward};
use serde_json::Value;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The crate whose root is this file of the workspace.
fn of_workspace(root: &Path) -> Files {
    let workspace = workspace();
    Files::of(root, &|path| std::fs::read_to_string(workspace.join(path)).ok())
}

/// The root files of all crates of the workspace: libraries, programs, examples, tests.
fn roots() -> Vec<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(workspace())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let targets = packages.iter().flat_map(|package| package["targets"].as_array().unwrap());
    let path = |target: &Value| PathBuf::from(target["src_path"].as_str().unwrap());
    let root = Path::new(metadata["workspace_root"].as_str().unwrap()).to_owned();
    targets.map(|target| path(target).strip_prefix(&root).unwrap().to_owned()).collect()
}

#[test]
fn a_room_of_koodrive_ext_uses_only_what_is_below_it() {
    let found = upward(&of_workspace(Path::new("koodrive-ext/src/lib.rs")));
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_file_names_the_module_that_defines_what_it_takes() {
    for root in ["koodrive-ext/src/lib.rs", "tests/sandbox/src/lib.rs"] {
        let found = through_the_root(&of_workspace(Path::new(root)));
        assert!(found.is_empty(), "\n{}", found.join("\n"));
    }
}

#[test]
fn no_files_of_a_crate_use_each_other_in_a_circle() {
    let roots = roots();
    for known in ["koodrive-api/src/lib.rs", "xtask/src/main.rs", "tests/it/main.rs"] {
        assert!(roots.iter().any(|root| root == Path::new(known)), "{known} is not in {roots:?}");
    }
    let found: Vec<String> = roots.iter().flat_map(|root| circles(&of_workspace(root))).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// A made-up crate: each file by its path, its root first.
fn made_up(files: &[(&str, &str)]) -> Files {
    Files::of(Path::new(files[0].0), &|path| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, text)| (*text).to_owned())
    })
}

const ROOT: &str =
    "mod backup; mod listing; mod error; mod clock; mod jitter; pub use error::Error;";

/// A crate of five rooms, of which one is as the test says.
fn with(room: &str, text: &str) -> Files {
    let mut files = vec![("lib.rs", ROOT)];
    let rooms = ["backup.rs", "listing.rs", "error.rs", "clock.rs", "jitter.rs"];
    files.extend(rooms.iter().map(|name| (*name, if *name == room { text } else { "" })));
    made_up(&files)
}

#[test]
fn a_use_that_leads_upwards_is_reported_with_its_place() {
    for (room, text, expected) in [
        (
            "error.rs",
            "\nuse crate::listing::Walk;",
            "error.rs:2: crate::listing::Walk: listing is not below error",
        ),
        (
            "listing.rs",
            "fn f() {\n crate::backup::g()\n}",
            "listing.rs:2: crate::backup::g: backup is not below listing",
        ),
        (
            "listing.rs",
            "use crate::{error::Error,\n backup::Q};",
            "listing.rs:2: crate::backup::Q: backup is not below listing",
        ),
        (
            "listing.rs",
            "type T = Vec<super::backup::Q>;",
            "listing.rs:1: super::backup::Q: backup is not below listing",
        ),
        (
            "listing.rs",
            "fn f() { dbg!(crate::backup::Q) }",
            "listing.rs:1: crate::backup::Q: backup is not below listing",
        ),
        (
            "clock.rs",
            "use crate::jitter::Random;",
            "clock.rs:1: crate::jitter::Random: jitter is not below clock",
        ),
    ] {
        assert_eq!(upward(&with(room, text)), [expected], "{text}");
    }
    let files = made_up(&[
        ("lib.rs", "mod attic; mod error;"),
        ("attic.rs", "use crate::error::E;"),
        ("error.rs", ""),
    ]);
    assert!(upward(&files)[0].starts_with("attic.rs:1: crate::error::E: attic has no floor"));
}

#[test]
fn a_use_that_leads_downwards_a_test_and_a_comment_are_not_reported() {
    for text in [
        "use crate::error::Error; use crate::clock; use std::fmt;",
        "#[cfg(test)] mod tests { use crate::backup::Q; }",
        "#[cfg(test)] mod tests;",
        "#[cfg(test)] fn f() { crate::backup::g() }",
        "/// See [`crate::backup::Q`].\n// use crate::backup::Q;\npub(in crate::listing) fn f() {}",
        "fn f() { \"crate::backup\"; }",
    ] {
        let files = with("listing.rs", text);
        assert!(upward(&files).is_empty() && through_the_root(&files).is_empty(), "{text}");
        assert!(circles(&files).is_empty(), "{text}");
    }
}

#[test]
fn a_name_taken_through_the_root_is_reported_with_its_place() {
    for (text, expected) in [
        ("\n\nuse crate::Error;", "listing.rs:3: crate::Error"),
        ("use crate::{error, Error as E};", "listing.rs:1: crate::Error"),
        ("use super::Error;", "listing.rs:1: super::Error"),
        ("fn f() -> crate::Error {}", "listing.rs:1: crate::Error"),
    ] {
        let found = through_the_root(&with("listing.rs", text));
        assert_eq!(found, [format!("{expected}: name the module that defines it")], "{text}");
    }
}

#[test]
fn a_circle_of_files_is_reported_once_with_all_its_places() {
    let files = [
        ("main.rs", "mod a; mod b; mod c; mod d;"),
        ("a.rs", "mod inner;\nuse crate::b::B;"),
        ("a/inner.rs", ""),
        ("b.rs", "pub fn f() {\n    super::c::f()\n}"),
        ("c.rs", "use crate::a::A; use crate::d::D;"),
        ("d.rs", ""),
    ];
    let circle =
        "a circle of 3 files:\n  a.rs:2: crate::b::B\n  b.rs:2: super::c::f\n  c.rs:1: crate::a::A";
    assert_eq!(circles(&made_up(&files)), [circle]);

    let parent_and_child =
        [("lib.rs", "mod a;"), ("a.rs", "mod b; use b::B;"), ("a/b.rs", "use super::A;")];
    assert!(circles(&made_up(&parent_and_child)).is_empty(), "one idea in two files");
    let over_the_parent = [
        ("lib.rs", "mod a; pub use a::c::C;"),
        ("a.rs", "pub mod b; pub mod c; use b::B;"),
        ("a/b.rs", "use crate::C;"),
        ("a/c.rs", "use super::A;"),
    ];
    assert_eq!(circles(&made_up(&over_the_parent)).len(), 1, "and a name that is handed on");
    let rooms = [
        ("main.rs", "mod room { mod a; mod b; }"),
        ("room/a.rs", "use super::b;"),
        ("room/b.rs", "use super::a;"),
    ];
    assert_eq!(circles(&made_up(&rooms)).len(), 1);
    let apart =
        [("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::b::B;"), ("b.rs", "use std::fmt;")];
    assert!(circles(&made_up(&apart)).is_empty());
}
