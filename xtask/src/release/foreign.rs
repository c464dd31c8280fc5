//! Types of other crates in the public API: a new major version of such a crate is one of ours, and
//! a program that names the type needs the same one. Each is there for a reason, written here.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::release::api;
use crate::release::crates::{self, Crate};
use crate::release::report::Verdict;

/// Of a crate: the crates whose types its API may show, and why.
type Allowed = (&'static str, &'static [(&'static str, &'static str)]);

const ALLOWED: [Allowed; 3] = [
    (
        "koodrive-api",
        &[
            ("progenitor_client", "what generated operations return: ResponseValue and Error"),
            ("reqwest", "the client that generated operations send with, its requests and answers"),
            ("schemars", "JsonSchema, with the feature of that name"),
            ("serde_core", "Serialize and Deserialize"),
            ("serde_json", "members that the document does not know"),
        ],
    ),
    (
        "koodrive-ext",
        &[
            ("futures_core", "Stream: there is none in std"),
            ("http", "headers and methods that are signed"),
            ("jiff", "times of records and dates: std has no calendar"),
            (
                "koodrive_api",
                "the generated operations and records, which come signed and as they are",
            ),
            ("progenitor_client", "errors of generated operations become ours by `?`"),
            ("reqwest", "the HTTP client's own settings"),
            ("schemars", "JsonSchema, with the feature of that name"),
            ("serde_core", "Serialize and Deserialize"),
            ("serde_json", "members and records that the document does not know"),
            ("url", "addresses that are signed"),
        ],
    ),
    ("koodrive-sandbox", &[("serde_json", "records of one's own, which may be any JSON")]),
];

/// What needs no reason.
const OF_RUST: [&str; 3] = ["alloc", "core", "std"];
const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize",
];

/// Reads the committed texts, which the check `api` holds to the code.
pub(super) fn check(crates: &[Crate]) -> Result<Verdict> {
    let (mut findings, mut count) = (Vec::new(), 0);
    for (name, allowed) in ALLOWED {
        let held = crates::find(crates, name)?;
        let text = api::committed(held)?;
        findings.extend(compare(name, &shown(&text, &held.library()), allowed));
        count += allowed.len();
    }
    if !findings.is_empty() {
        bail!("{}\nThe list is ALLOWED in {}", findings.join("\n"), file!());
    }
    Verdict::holds(format!("{count} listed"))
}

/// What is shown and not listed, and what is listed and not shown.
fn compare(name: &str, shown: &BTreeMap<&str, &str>, allowed: &[(&str, &str)]) -> Vec<String> {
    let is_listed = |foreign: &str| allowed.iter().any(|(listed, _)| *listed == foreign);
    let unlisted = shown.iter().filter(|(foreign, _)| !is_listed(foreign));
    let unlisted = unlisted.map(|(foreign, item)| {
        format!("{name} shows a type of {foreign}, which is not listed: {item:.160}")
    });
    let unused = allowed.iter().filter(|(listed, _)| !shown.contains_key(listed));
    let unused = unused.map(|(listed, _)| format!("{name} shows no type of {listed}: take it off"));
    unlisted.chain(unused).collect()
}

/// The crates that the text names, each with the first item that does.
fn shown<'a>(text: &'a str, own: &str) -> BTreeMap<&'a str, &'a str> {
    let mut found = BTreeMap::new();
    for item in text.lines() {
        for root in roots(item) {
            let is_known = OF_RUST.contains(&root) || PRIMITIVES.contains(&root) || root == own;
            // Parameters and `Self` are upper case.
            if !is_known && root.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') {
                found.entry(root).or_insert(item);
            }
        }
    }
    found
}

/// The first part of each path in an item.
fn roots(item: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let ends = item.match_indices("::").map(|(end, _)| end);
    ends.filter_map(move |end| {
        let name = item[..end].rsplit(|c| !is_of_name(c)).next().unwrap_or_default();
        let before = &item[..end - name.len()];
        (!name.is_empty() && !before.ends_with("::")).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
pub mod koodrive_ext
pub fn koodrive_ext::Client::http(&self) -> &reqwest::async_impl::client::Client
pub fn koodrive_ext::other(&reqwest::Error, Option<url::Url>) -> <T as serde_core::de::De>::Error
impl core::convert::From<koodrive_ext::Code> for i64
pub fn i64::from(koodrive_ext::Code) -> Self
pub fn koodrive_ext::Page<T>::map<F: core::ops::FnOnce(T) -> F::Output>(Self::Item) -> T::Error";

    #[test]
    fn a_crate_is_named_by_the_first_item_that_shows_it() {
        let found = shown(TEXT, "koodrive_ext");
        let names: Vec<&str> = found.keys().copied().collect();
        assert_eq!(names, ["reqwest", "serde_core", "url"]);
        assert!(found["reqwest"].starts_with("pub fn koodrive_ext::Client::http"));
    }

    #[test]
    fn what_is_not_listed_and_what_is_listed_in_vain_are_findings() {
        let found = shown(TEXT, "koodrive_ext");
        let allowed = [("reqwest", "the HTTP client"), ("serde_core", "traits")];
        let said = compare("koodrive-ext", &found, &allowed);
        assert_eq!(said.len(), 1);
        assert!(
            said[0].starts_with("koodrive-ext shows a type of url, which is not listed: pub fn")
        );

        let allowed = [("http", "status"), ("reqwest", ""), ("serde_core", ""), ("url", "")];
        let said = compare("koodrive-ext", &found, &allowed);
        assert_eq!(said, ["koodrive-ext shows no type of http: take it off"]);
    }

    #[test]
    fn every_crate_that_is_held_has_a_list_with_reasons() {
        assert_eq!(ALLOWED.map(|(name, _)| name), crates::HELD);
        for (name, allowed) in ALLOWED {
            assert!(allowed.iter().all(|(_, reason)| !reason.is_empty()), "{name}");
            assert!(allowed.is_sorted(), "{name}");
        }
    }
}
