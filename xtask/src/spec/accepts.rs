//! An edition accepts everything that the document accepts: checked with the response vectors and
//! with values made up from the schemas of the document.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use jsonschema::{Draft, Validator};
use koodrive_codegen::resolve;
use serde_json::{Value, json};

use crate::spec::editions::Edition;
use crate::spec::source::Source;
use crate::spec::{parts, shown};
use crate::workspace;

const VECTORS: &str = "openapi/vectors/responses.json";
/// How deep made-up values go; a schema may hold itself.
const DEPTH: usize = 6;

pub(crate) fn check(spec: &Source, edition: &Edition) -> Result<()> {
    let text = fs_err::read_to_string(workspace::root().join(VECTORS))?;
    let vectors: Value = serde_json::from_str(&text)?;
    let body = |vector: &Value| serde_json::from_str(vector["body"].as_str()?).ok();
    let bodies = vectors["vectors"].as_array().into_iter().flatten().filter_map(body);
    compare(spec.value(), &edition.value, &bodies.collect::<Vec<_>>())
        .with_context(|| edition.name())
}

fn compare(document: &Value, edition: &Value, bodies: &[Value]) -> Result<()> {
    let theirs = schemas(edition);
    for (place, schema) in schemas(document) {
        // An edition may fold responses into `default`.
        let folded =
            place.find(" response ").map(|at| format!("{} response default", &place[..at]));
        let other = theirs.get(&place).or_else(|| theirs.get(&folded?));
        let other = other.with_context(|| format!("it has nothing for {place}"))?;
        let (ours, theirs) = (validator(document, schema)?, validator(edition, other)?);
        let mut values = made_up(document, schema, DEPTH);
        values.extend(bodies.iter().filter(|_| place.contains(" response ")).cloned());
        values.retain(|value| ours.is_valid(value));
        ensure!(!values.is_empty(), "no value was made up for {place}");
        for value in values {
            if let Err(error) = theirs.validate(&value) {
                bail!("it refuses what the document accepts for {place}: {value}: {error}");
            }
        }
    }
    Ok(())
}

/// The schema of every parameter and response.
fn schemas(document: &Value) -> BTreeMap<String, &Value> {
    let mut found = BTreeMap::new();
    for (path, method, operation) in shown::operations(document) {
        let operation_name = format!("{method} {path}");
        for (name, parameter) in parts::parameters(document, operation.get("parameters")) {
            found.insert(format!("{operation_name} {name}"), &parameter["schema"]);
        }
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            let content = resolve(document, response)["content"].as_object();
            for (_, media) in content.into_iter().flatten() {
                found.insert(format!("{operation_name} response {status}"), &media["schema"]);
            }
        }
    }
    found
}

fn validator(document: &Value, schema: &Value) -> Result<Validator> {
    let is_3_0 = document["openapi"].as_str().is_some_and(|version| version.starts_with("3.0"));
    // Schemas alone: examples may hold anything, also what looks like a schema.
    let components = json!({ "schemas": document["components"]["schemas"] });
    let mut root = json!({ "allOf": [schema], "components": components });
    let draft = if is_3_0 { Draft::Draft4 } else { Draft::Draft202012 };
    if is_3_0 {
        nullable_as_type(&mut root);
    }
    let options = jsonschema::options().with_draft(draft).should_validate_formats(true);
    options.build(&root).map_err(|error| anyhow::anyhow!("its schemas cannot be used: {error}"))
}

/// OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own.
fn nullable_as_type(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.values_mut().for_each(nullable_as_type);
            if map.get("nullable") == Some(&json!(true)) {
                map.entry("type").and_modify(|kind| *kind = json!([*kind, "null"]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(nullable_as_type),
        _ => {}
    }
}

/// Values that the schema may accept; some that it does not are among them.
fn made_up(document: &Value, schema: &Value, depth: usize) -> Vec<Value> {
    let schema = resolve(document, schema);
    let list = |key: &str| schema[key].as_array().into_iter().flatten();
    let plain = json!([null, {}, [], true, 0, 1, -1, 0.5, i32::MAX, i64::MIN, i64::MAX]);
    let texts = json!(["", "x", "é \u{1F600}", "100", "2025-12-17T07:59:20.752Z"]);
    let longest = schema["maxLength"].as_u64().unwrap_or(2_000).min(10_000);
    let mut values = vec![Value::from("0".repeat(longest as usize))];
    values.extend([plain, texts].iter().filter_map(Value::as_array).flatten().cloned());
    let own = ["default", "example", "minimum", "maximum"].map(|key| schema.get(key).cloned());
    values.extend(own.into_iter().flatten().chain(list("enum").cloned()));
    let Some(depth) = depth.checked_sub(1) else { return values };
    for part in ["allOf", "oneOf", "anyOf"].into_iter().flat_map(list) {
        values.extend(made_up(document, part, depth));
    }
    if let Some(items) = schema.get("items") {
        values.extend(made_up(document, items, depth).into_iter().map(|item| json!([item])));
    }
    let mut whole = json!({ "unknown-member": { "a": [null] } });
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        values.extend(made_up(document, property, depth).iter().map(|v| json!({ name: v })));
        let example = resolve(document, property).get("example");
        example.into_iter().for_each(|example| whole[name] = example.clone());
    }
    values.push(whole);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(version: &str, schema: &Value) -> Value {
        json!({
            "openapi": version,
            "paths": { "/a": { "get": { "responses": { "200": { "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/A" } }
            } } } } } },
            "components": { "schemas": { "A": schema } },
        })
    }

    fn error(before: &Value, version: &str, after: &Value) -> String {
        let (before, after) = (document("3.0.3", before), document(version, after));
        compare(&before, &after, &[]).map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn an_edition_may_accept_more_but_not_less() {
        let text =
            json!({ "type": "object", "properties": { "a": { "type": "string", "enum": ["1"] } } });
        let open =
            json!({ "type": "object", "properties": { "a": { "type": ["string", "null"] } } });
        assert_eq!(error(&text, "3.1.0", &open), "");
        let open = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        let nullable = json!({ "type": "object", "properties": { "a": { "type": "string", "nullable": true } } });
        assert_eq!(error(&open, "3.0.3", &nullable), "");
        for (before, after) in [(&open, &text), (&nullable, &open)] {
            let error = error(before, "3.0.3", after);
            assert!(error.contains("it refuses what the document accepts for get /a"), "{error}");
        }
        let closed =
            json!({ "type": "object", "additionalProperties": false, "properties": { "a": {} } });
        assert!(error(&open, "3.0.3", &closed).contains("unknown-member"));
    }

    #[test]
    fn an_edition_has_every_response_or_a_default() {
        let text = json!({ "type": "string" });
        let (source, mut edition) = (document("3.0.3", &text), document("3.0.3", &text));
        let responses = edition.pointer_mut("/paths/~1a/get/responses").unwrap();
        let answer = responses["200"].take();
        *responses = json!({ "default": answer });
        compare(&source, &edition, &[]).unwrap();
        edition["paths"] = json!({});
        let error = compare(&source, &edition, &[]).unwrap_err().to_string();
        assert_eq!(error, "it has nothing for get /a response 200");
    }
}
