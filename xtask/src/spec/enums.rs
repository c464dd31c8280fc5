//! Our rules on enums: each value has a name and a description, one to one, in the three forms that
//! generators read.

use std::collections::BTreeSet;

use koodrive_codegen::{Kind, kind_of};
use serde_json::Value;

/// A broken rule: the keys that lead to the part that breaks it, and how.
type Finding = (Vec<String>, String);

pub(crate) fn findings(document: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    visit(document, Kind::Document, &mut Vec::new(), &mut found);
    found
}

fn visit(part: &Value, kind: Kind, path: &mut Vec<String>, found: &mut Vec<Finding>) {
    if let (Kind::Schema, Some(values)) = (kind, part["enum"].as_array()) {
        let values: Vec<String> = values.iter().map(text_of).collect();
        let mut say = |below: &[&str], cause: String| {
            let below = below.iter().map(|key| (*key).to_owned());
            found.push((path.iter().cloned().chain(below).collect(), cause));
        };
        check(part, &values, &mut say);
    }
    let children: Vec<(String, &Value)> = match part {
        Value::Object(map) => map.iter().map(|(key, child)| (key.clone(), child)).collect(),
        Value::Array(items) => (0..).map(|i: usize| i.to_string()).zip(items).collect(),
        _ => return,
    };
    for (key, child) in children {
        if let Some(inner) = kind_of(kind, &key) {
            path.push(key);
            visit(child, inner, path, found);
            path.pop();
        }
    }
}

fn check(schema: &Value, values: &[String], say: &mut impl FnMut(&[&str], String)) {
    if values.iter().collect::<BTreeSet<_>>().len() < values.len() {
        say(&["enum"], "has a value twice".into());
    }
    let names = list(schema, "x-enum-varnames", values, say);
    if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
        say(&["x-enum-varnames"], "has a name twice".into());
    }
    let descriptions = list(schema, "x-enum-descriptions", values, say);
    let key = "x-enumDescriptions";
    let Some(by_value) = schema[key].as_object() else {
        return say(&[], format!("has an enum without {key}"));
    };
    for value in by_value.keys().filter(|value| !values.contains(value)) {
        say(&[key, value], "describes a value that the enum does not have".into());
    }
    for (at, value) in values.iter().enumerate() {
        let other = descriptions.get(at).copied();
        match by_value.get(value).and_then(text) {
            None => say(&[key], format!("does not describe {value}")),
            Some(says) if other.is_some_and(|other| other != says) => {
                say(&[key, value], format!("says {says:?}, x-enum-descriptions says {other:?}"));
            }
            Some(_) => {}
        }
    }
}

/// The texts of a list beside the enum; empty when it does not cover the enum one to one.
fn list<'a>(
    schema: &'a Value,
    key: &str,
    values: &[String],
    say: &mut impl FnMut(&[&str], String),
) -> Vec<&'a str> {
    let Some(items) = schema[key].as_array() else {
        say(&[], format!("has an enum without {key}"));
        return Vec::new();
    };
    let texts: Vec<&str> = items.iter().filter_map(text).collect();
    if texts.len() == items.len() && texts.len() == values.len() {
        return texts;
    }
    say(&[key], format!("has {} texts for {} values", texts.len(), values.len()));
    Vec::new()
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::source;

    #[test]
    fn the_document_keeps_the_rules() {
        assert_eq!(findings(source::load(&source::spec_path()).unwrap().value()), []);
    }

    /// Replaces a member of an enum, `null` removes it; the rule that is then broken.
    #[test]
    fn each_broken_rule_is_found_once() {
        let good = json!({
            "enum": [0, 1, 2],
            "x-enum-varnames": ["A", "B", "C"],
            "x-enum-descriptions": ["a", "b", "c"],
            "x-enumDescriptions": { "0": "a", "1": "b", "2": "c" },
        });
        for (member, put, says) in [
            ("enum", json!([0, 1, 1]), "has a value twice"),
            ("x-enum-varnames", json!(null), "an enum without x-enum-varnames"),
            ("x-enum-varnames", json!(["A", "B"]), "has 2 texts for 3 values"),
            ("x-enum-varnames", json!(["A", "B", 3]), "has 2 texts for 3 values"),
            ("x-enum-varnames", json!(["A", "B", "A"]), "has a name twice"),
            ("x-enum-descriptions", json!(["a"]), "has 1 texts for 3 values"),
            ("x-enum-descriptions", json!(["a", "b", "x"]), "says \"c\""),
            ("x-enumDescriptions", json!(null), "an enum without x-enumDescriptions"),
            ("x-enumDescriptions", json!({ "0": "a", "1": "b" }), "does not describe 2"),
            (
                "x-enumDescriptions",
                json!({ "0": "a", "1": "b", "2": "c", "3": "x" }),
                "describes a value that the enum does not have",
            ),
        ] {
            let mut schema = good.clone();
            schema[member] = put;
            let document = json!({ "components": { "schemas": { "Status": schema } } });
            let found = findings(&document);
            assert!(found.iter().any(|(_, cause)| cause.contains(says)), "{says}: {found:?}");
            assert!(found.iter().all(|(path, _)| path[..3] == ["components", "schemas", "Status"]));
            // A value that is there twice is also one that is missing.
            let count = if member == "enum" { 3 } else { 1 };
            assert_eq!(found.len(), count, "{found:?}");
        }
    }
}
