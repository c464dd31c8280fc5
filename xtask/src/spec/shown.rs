//! What a reader must find in the HTML reference, taken from the document.

use std::collections::BTreeSet;

use koodrive_codegen::{Kind, kind_of};
use serde_json::Value;

/// What the page writes between schemes that go together.
const AND: &str = " and ";

/// Path, method and operation.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    document["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
        item.as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| kind_of(Kind::PathItem, key) == Some(Kind::Operation))
            .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// The operations, enum values and ways to authenticate that `text` does not show.
pub(crate) fn missing(document: &Value, text: &str) -> Vec<String> {
    let mut missing = Vec::new();
    for (path, method, operation) in operations(document) {
        let summary = operation["summary"].as_str().unwrap_or_default();
        if !text.contains(&format!("{method}{path}")) || !text.contains(summary) {
            missing.push(format!("the operation {method} {path} ({summary})"));
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        for (value, says) in schema["x-enumDescriptions"].as_object().into_iter().flatten() {
            // A row of a table: the value's cell, then the description's.
            if !text.contains(&format!("{value}{}", says.as_str().unwrap_or_default())) {
                missing.push(format!("{name} {value}"));
            }
        }
    }
    for schemes in document["security"].as_array().into_iter().flatten() {
        let names: BTreeSet<&str> =
            schemes.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        // In any order, such as `userId and authorization`.
        let length = names.iter().map(|name| name.len() + AND.len()).sum::<usize>();
        let is_run = |at: usize| {
            let run = text.get(at..at + length - AND.len()).map(|run| run.split(AND).collect());
            run.is_some_and(|run: BTreeSet<&str>| run == names)
        };
        if !names.iter().flat_map(|name| text.match_indices(name)).any(|(at, _)| is_run(at)) {
            missing.push(format!("authentication by {names:?}"));
        }
    }
    missing
}

/// What a page says, without tags, scripts and styles.
pub(crate) fn text_of(dom: &str) -> String {
    let mut text = String::new();
    let mut rest = dom;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let hidden = ["script", "style"].into_iter().find(|name| after.starts_with(name));
        let end = hidden.map_or_else(|| ">".to_owned(), |name| format!("</{name}>"));
        rest = after.split_once(end.as_str()).map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::source;
    use crate::workspace;

    const GOOD: &str = "<html><script>if (a < b) '101Album'</script><b>get</b>\
        <i>/koodrive/ose/v1/backup/record</i><h1>List backup records</h1>(<b>accessToken</b> and \
        <b>userId</b> and <b>signatureDate</b>) or (<b>appSignature</b> and <b>userId</b> and \
        <b>signatureDate</b>)<td>100</td><td>Folder backup</td><td>101</td><td>Album backup</td>\
        <td>102</td><td>Address book backup</td><td>0</td><td>New</td><td>1</td><td>Completed</td>\
        <td>2</td><td>To be deleted</td></html>";

    #[test]
    fn scripts_are_not_shown() {
        assert_eq!(text_of("a<script>b < c</script>d<i x='1'>&lt;e</i>"), "ad<e");
    }

    #[test]
    fn what_is_not_shown_is_named() {
        // Released: what is added later is not on the page above.
        let released = workspace::root().join("openapi/released/koodrive-1.0.0.yaml");
        let document = source::load(&released).unwrap();
        assert_eq!(missing(document.value(), &text_of(GOOD)), [""; 0]);
        for (hide, says) in [
            ("/koodrive/ose/v1/backup/record", "the operation get /koodrive"),
            ("List backup records", "the operation get /koodrive"),
            ("Album backup", "ModuleCode 101"),
            ("To be deleted", "BackupStatus 2"),
            ("<b>appSignature</b> and ", "authentication by {\"appSignature\", "),
        ] {
            let found = missing(document.value(), &text_of(&GOOD.replace(hide, "")));
            assert_eq!(found.len(), 1, "{hide}: {found:?}");
            assert!(found[0].starts_with(says), "{hide}: {found:?}");
        }
    }
}
