//! Every fact of openapi/koodrive.yaml has a source in its `x-provenance`, and every source a fact.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

fn document() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/koodrive.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What bounds a value, or gives it a form that the page may not know of.
const BOUNDS: [&str; 8] =
    ["enum", "format", "maxLength", "maximum", "minLength", "minimum", "pattern", "multipleOf"];

/// The places of the document that state a fact, as JSON pointers.
fn facts(document: &Value) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for (at, _) in document["servers"].as_array().unwrap().iter().enumerate() {
        facts.insert(format!("/servers/{at}"));
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("/paths/{}/{method}", path.replace('/', "~1"));
            for status in operation["responses"].as_object().unwrap().keys() {
                facts.insert(format!("{place}/responses/{status}"));
            }
            facts.insert(place);
        }
    }
    let components = &document["components"];
    for section in ["securitySchemes", "parameters", "headers", "examples"] {
        for (name, part) in components[section].as_object().unwrap() {
            let place = format!("/components/{section}/{name}");
            if part["required"] == true {
                facts.insert(format!("{place}/required"));
            }
            if section != "examples" {
                bounds(&part["schema"], &format!("{place}/schema"), &mut facts);
            }
            facts.insert(place);
        }
    }
    for (name, schema) in components["schemas"].as_object().unwrap() {
        let place = format!("/components/schemas/{name}");
        bounds(schema, &place, &mut facts);
        for (member, inner) in schema["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}/properties/{member}");
            bounds(inner, &place, &mut facts);
            facts.insert(place);
        }
    }
    facts
}

fn bounds(schema: &Value, place: &str, facts: &mut BTreeSet<String>) {
    let present = BOUNDS.iter().filter(|key| schema.get(key).is_some());
    facts.extend(present.map(|key| format!("{place}/{key}")));
}

fn texts<'a>(entry: &'a Value, list: &str) -> Vec<&'a str> {
    let items = entry[list].as_array().map_or(&[][..], Vec::as_slice);
    items.iter().map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn every_fact_has_one_source() {
    let document = document();
    let mut sources: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for entry in document["x-provenance"].as_array().unwrap() {
        for fact in texts(entry, "facts") {
            sources.entry(fact.to_owned()).or_default().push(entry["source"].as_str().unwrap());
        }
    }
    for (fact, sources) in &sources {
        assert_eq!(sources.len(), 1, "{fact} has more than one source: {sources:?}");
    }
    let listed: BTreeSet<String> = sources.into_keys().collect();
    let stated = facts(&document);
    let missing: Vec<_> = stated.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "x-provenance says of these not where they come from: {missing:#?}"
    );
    let stale: Vec<_> = listed.difference(&stated).collect();
    assert!(stale.is_empty(), "x-provenance names what the document does not state: {stale:#?}");
}

#[test]
fn every_quoted_statement_stands_in_the_document() {
    let mut document = document();
    let provenance = document.as_object_mut().unwrap().remove("x-provenance").unwrap();
    let mut prose = String::new();
    collect_descriptions(&document, &mut prose);
    for entry in provenance.as_array().unwrap() {
        for quote in texts(entry, "says") {
            assert!(prose.contains(quote), "no description says {quote:?}");
        }
    }
}

/// All descriptions, with their white space joined: where a line is broken is nobody's concern.
fn collect_descriptions(part: &Value, prose: &mut String) {
    match part {
        Value::Object(map) => {
            if let Some(text) = map.get("description").and_then(Value::as_str) {
                prose.extend(text.split_whitespace().flat_map(|word| [word, " "]));
            }
            map.values().for_each(|child| collect_descriptions(child, prose));
        }
        Value::Array(items) => items.iter().for_each(|child| collect_descriptions(child, prose)),
        _ => {}
    }
}

#[test]
fn a_source_is_a_dated_public_page_or_called_an_assumption() {
    let document = document();
    let entries = document["x-provenance"].as_array().unwrap();
    assert_eq!(entries[0]["date"], "2026-02-12", "the page of this operation comes first");
    for (at, entry) in entries.iter().enumerate() {
        let source = entry["source"].as_str().unwrap();
        assert!(texts(entry, "facts").len() + texts(entry, "says").len() > 0, "{source}");
        if source.starts_with("Assumption") {
            assert_eq!(at + 1, entries.len(), "assumptions come last");
            assert!(entry.get("url").is_none(), "{source}");
        } else {
            let url = entry["url"].as_str().unwrap();
            assert!(url.starts_with("https://"), "{source}: {url}");
            assert!(entry["date"].is_string(), "{source}");
        }
    }
}
