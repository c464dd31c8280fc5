//! Lets the generated types keep members that the document does not know.

use serde_json::{Map, Value};

/// Gives every object among the components `additionalProperties: {}`, for which typify writes a
/// flattened map `extra` (it ignores `true`). Done on the document in memory, for Rust alone: in
/// TypeScript it would become an index signature, in which a misspelt member compiles.
pub(crate) fn loosen(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    schemas.into_iter().flatten().for_each(|(_, schema)| loosen_schema(schema));
}

/// Alternatives (`oneOf`, `anyOf`) are left alone: unknown members would make them look alike.
fn loosen_schema(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    if schema.contains_key("properties") && !schema.contains_key("additionalProperties") {
        schema.insert("additionalProperties".to_owned(), Value::Object(Map::new()));
    }
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(loosen_schema);
    }
    if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
        parts.iter_mut().for_each(loosen_schema);
    }
    schema.get_mut("items").into_iter().for_each(loosen_schema);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_at_any_depth_get_it_and_what_the_document_says_stays() {
        let object = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        let mut loose = object.clone();
        loose["additionalProperties"] = json!({});
        let mut strict = object.clone();
        strict["additionalProperties"] = json!(false);
        let with = |inner: &Value| {
            json!({ "components": { "schemas": {
                "Text": { "type": "string" },
                "Free": { "type": "object" },
                "Strict": strict,
                "List": { "type": "array", "items": inner },
                "Sum": { "allOf": [inner, { "$ref": "#/components/schemas/Text" }] },
                "Choice": { "oneOf": [object] },
            } } })
        };
        let mut document = with(&object);
        loosen(&mut document);
        assert_eq!(document, with(&loose));

        let mut empty = json!({});
        loosen(&mut empty);
        assert_eq!(empty, json!({}));
    }
}
