//! The public API as text: `api.txt` beside each crate, which a review sees change.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use similar::TextDiff;

use crate::release::crates::{self, Crate};
use crate::release::report::Verdict;
use crate::release::rustdoc;
use crate::workspace;

/// The file beside Cargo.toml; the packages leave it out.
const FILE: &str = "api.txt";
const ACCEPT: &str = "cargo xtask release --accept-api";

/// Fails when a committed text is not what the code says, with the difference.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    let (mut differs, mut lines) = (Vec::new(), 0);
    for held in crates::held(crates) {
        let (path, json) = (held.folder.join(FILE), rustdoc_json(held)?);
        let fresh = match text(&json) {
            Ok(fresh) => fresh,
            Err(why) => return Verdict::cannot_run_but_at_the_forge(format!("{why:#}")),
        };
        let committed = fs_err::read_to_string(&path).unwrap_or_default();
        lines += fresh.lines().count();
        if committed != fresh {
            let name = workspace::name_of(&path);
            let diff = TextDiff::from_lines(&committed, &fresh);
            eprint!("{}", diff.unified_diff().context_radius(1).header(&name, "the code"));
            differs.push(name);
        }
    }
    ensure!(
        differs.is_empty(),
        "{} is not the public API of the code; if the difference is meant, run `{ACCEPT}` and commit it",
        differs.join(", ")
    );
    Verdict::holds(format!("{lines} lines"))
}

/// Writes what the code says.
pub(super) fn accept(crates: &[Crate]) -> Result<()> {
    for held in crates::held(crates) {
        let path = held.folder.join(FILE);
        fs_err::write(&path, text(&rustdoc_json(held)?)?)?;
        eprintln!("{} is the public API of the code", workspace::name_of(&path));
    }
    Ok(())
}

/// The committed text of a crate.
pub(super) fn committed(held: &Crate) -> Result<String> {
    let path = held.folder.join(FILE);
    fs_err::read_to_string(path).with_context(|| format!("run `{ACCEPT}`"))
}

/// Fails when another compiler wrote the JSON than public-api reads.
fn text(json: &Path) -> Result<String> {
    let api = public_api::Builder::from_rustdoc_json(json).omit_blanket_impls(true).build();
    let api = api.context(
        "this compiler's rustdoc writes JSON that public-api does not read; the compiler of \
         .github/workflows/ci.yml writes what it does",
    )?;
    let mut text = String::new();
    for item in api.items().map(ToString::to_string).filter(|item| is_told(item)) {
        text.push_str(&item);
        text.push('\n');
    }
    Ok(text)
}

/// Traits that the compiler implements by itself, and a plain type has: what is told is who lacks
/// them, or has them on a condition.
const AUTOMATIC: [&str; 3] = [
    "impl core::marker::Send for ",
    "impl core::marker::Sync for ",
    "impl core::marker::Unpin for ",
];
/// Such that nobody promises.
const NOT_PROMISED: [&str; 4] =
    ["::Freeze for ", "::UnsafeUnpin for ", "::UnwindSafe for ", "::RefUnwindSafe for "];

fn is_told(item: &str) -> bool {
    !AUTOMATIC.iter().any(|start| item.starts_with(start))
        && !NOT_PROMISED.iter().any(|part| item.contains(part))
}

/// Rustdoc's JSON of a crate with the features that docs.rs shows, an output that is not stable.
fn rustdoc_json(held: &Crate) -> Result<PathBuf> {
    let pages = rustdoc::run(held, ["-Zunstable-options", "--output-format", "json"])?;
    let path = pages.join(held.library()).with_extension("json");
    if !path.exists() {
        bail!("rustdoc did not write {}", path.display());
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_another_compiler_is_told_and_not_a_difference() {
        let folder = tempfile::tempdir().unwrap();
        let json = folder.path().join("k.json");
        fs_err::write(&json, r#"{"format_version": 1}"#).unwrap();
        let said = text(&json).unwrap_err().to_string();
        assert!(said.starts_with("this compiler's rustdoc writes JSON"), "{said}");
    }

    #[test]
    fn a_type_that_cannot_be_sent_is_told_and_one_that_can_is_not() {
        for told in [
            "impl !core::marker::Sync for k::Listings",
            "impl<T> core::marker::Send for k::Items<T> where T: core::marker::Send",
            "impl core::clone::Clone for k::Event",
            "pub fn k::send(impl core::marker::Send) -> bool",
        ] {
            assert!(is_told(told), "{told}");
        }
        for rule in [
            "impl core::marker::Send for k::Client",
            "impl !core::panic::unwind_safe::RefUnwindSafe for k::Client",
            "impl<T> core::marker::Freeze for k::Page<T> where T: core::marker::Freeze",
        ] {
            assert!(!is_told(rule), "{rule}");
        }
    }
}
