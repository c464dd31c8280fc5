//! Every example in openapi/koodrive.yaml is valid under the schema it illustrates.

use std::collections::BTreeSet;
use std::path::Path;

use jsonschema::Draft;
use serde_json::{Value, json};

fn document() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/koodrive.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// An example, where it stands, and the schema it illustrates.
struct Case {
    place: String,
    example: Value,
    schema: Value,
}

/// Collects every example, and the component examples that were used.
#[derive(Default)]
struct Collected {
    cases: Vec<Case>,
    used: BTreeSet<String>,
}

fn collect(document: &Value) -> Collected {
    let mut collected = Collected::default();
    walk(document, document, "#", &mut collected);
    collected
}

fn walk(document: &Value, part: &Value, place: &str, into: &mut Collected) {
    let children: Vec<(String, &Value)> = match part {
        Value::Object(map) => map.iter().map(|(key, child)| (key.clone(), child)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(i, child)| (i.to_string(), child)).collect()
        }
        _ => return,
    };
    // A parameter and a media type illustrate their `schema`, a schema illustrates itself.
    if let Some(schema) = part.get("schema").or_else(|| part.get("type").map(|_| part)) {
        let mut add = |place: String, example: &Value| {
            into.cases.push(Case { place, example: example.clone(), schema: schema.clone() });
        };
        if let Some(example) = part.get("example") {
            add(format!("{place}/example"), example);
        }
        for (name, entry) in part["examples"].as_object().into_iter().flatten() {
            let target = entry["$ref"].as_str();
            let entry = target.map_or(entry, |target| at(document, target));
            add(format!("{place}/examples/{name}"), &entry["value"]);
            into.used.extend(target.map(str::to_owned));
        }
    }
    for (key, child) in children {
        // What an example holds is data, even where it looks like a part of the document.
        if key != "example" && key != "examples" {
            walk(document, child, &format!("{place}/{key}"), into);
        }
    }
}

fn at<'a>(document: &'a Value, reference: &str) -> &'a Value {
    let pointer = reference.strip_prefix('#').expect("references stay inside the document");
    document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

/// An OpenAPI 3.0 schema as a JSON schema of its own: draft 4 is the one it descends from.
///
/// Objects are closed on the way, so that a misspelt member of an example is seen although the
/// document itself lets unknown members pass.
fn json_schema(document: &Value, schema: &Value) -> Value {
    let mut components = json!({ "schemas": document["components"]["schemas"] });
    let mut schema = schema.clone();
    close(&mut components["schemas"]);
    close(&mut schema);
    json!({ "allOf": [schema], "components": components })
}

fn close(part: &mut Value) {
    match part {
        Value::Object(map) => {
            map.remove("example");
            if map.get("type") == Some(&json!("object")) {
                map.insert("additionalProperties".into(), false.into());
            }
            map.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// What is wrong with the example; empty when nothing is.
fn faults(document: &Value, case: &Case) -> Vec<String> {
    let validator = jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .build(&json_schema(document, &case.schema))
        .unwrap_or_else(|e| panic!("{}: {e}", case.place));
    validator
        .iter_errors(&case.example)
        .map(|e| format!("{}: {} at {:?}", case.place, e, e.instance_path().as_str()))
        .collect()
}

#[test]
fn every_example_is_valid() {
    let document = document();
    let Collected { cases, used } = collect(&document);
    let faults: Vec<String> = cases.iter().flat_map(|case| faults(&document, case)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));

    let written: BTreeSet<String> = document["components"]["examples"]
        .as_object()
        .unwrap()
        .keys()
        .map(|name| format!("#/components/examples/{name}"))
        .collect();
    assert_eq!(used, written, "an example that nothing refers to is checked by nothing");
}

#[test]
fn examples_of_every_kind_are_found() {
    let places: Vec<String> = collect(&document()).cases.into_iter().map(|c| c.place).collect();
    for kind in [
        "#/components/parameters/PageSizeQuery/example",
        "#/components/schemas/CreationTime/example",
        "#/components/schemas/BackupRecord/properties/properties/example",
        "#/components/responses/Unauthorized/content/application/json/examples/gateway",
        "#/paths//koodrive/ose/v1/backup/record/get/responses/200/content/application/json\
         /examples/documented",
    ] {
        assert!(places.iter().any(|place| place == kind), "{kind} is not in {places:#?}");
    }
}

/// A validator that lets everything pass would look the same as a good document.
#[test]
fn a_wrong_example_is_seen() {
    let record = "/components/examples/ListBackupRecordsDocumented/value/data/0";
    let page = "/components/examples/ListBackupRecordsDocumented/value";
    for (pointer, member, wrong, says) in [
        (page, "code", json!("0"), "integer"),
        (page, "data", json!({}), "array"),
        (page, "nextcursor", json!("x"), "Additional"),
        (record, "recordId", json!(1842862763295184641_u64), "string"),
        (record, "moduleCode", json!("103"), "103"),
        (record, "status", json!(3), "3"),
        (record, "createTime", json!("17 December 2025"), "date-time"),
        (record, "deviceInfo", json!({ "deviceOs": "Android" }), "Additional"),
        ("/components/parameters/PageSizeQuery", "example", json!(101), "100"),
        ("/components/parameters/PageSizeQuery", "example", json!(0), "1"),
        ("/components/parameters/CursorQuery", "example", json!("c".repeat(1001)), "1000"),
        ("/components/parameters/CursorQuery", "example", json!(""), "shorter"),
        ("/components/parameters/BackupLockId", "example", json!("a\r\nX-Injected: b"), "match"),
        ("/components/schemas/DeviceId", "example", json!(7), "string"),
    ] {
        let mut document = document();
        document.pointer_mut(pointer).unwrap()[member] = wrong.clone();
        let cases = collect(&document).cases;
        let found: Vec<String> = cases.iter().flat_map(|case| faults(&document, case)).collect();
        assert_eq!(found.len(), 1, "{pointer}/{member} = {wrong}: {found:#?}");
        assert!(found[0].contains(says), "{found:?}");
    }
}
