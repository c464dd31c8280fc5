//! Reads the YAML into `openapiv3`, and says file, line and cause when it is not OpenAPI 3.0.

use std::path::Path;

use openapiv3::OpenAPI;
use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Value};

use crate::locate::{self, Finding};

/// Reads the document at `path`; errors call it `name`.
pub(crate) fn read(path: &Path, name: &str) -> Result<OpenAPI, String> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        format!("{name}: {e}; the feature codegen works only inside the koodrive workspace")
    })?;
    let documents = MarkedYaml::load_from_str(&text).map_err(|e| {
        let at = e.marker();
        format!("{name}:{}:{}: not valid YAML: {}", at.line(), at.col() + 1, e.info())
    })?;
    let [root] = documents.as_slice() else {
        return Err(format!("{name}:1:1: holds {} YAML documents, not one", documents.len()));
    };
    let place = |path: &[String], cause: &str| {
        let (line, column) = locate::place_of(root, path);
        let at = if path.is_empty() { String::new() } else { format!("{}: ", path.join(".")) };
        format!("{name}:{line}:{column}: not OpenAPI 3.0: {at}{cause}")
    };
    let value = to_json(root).map_err(|e| format!("{name}:{e}"))?;
    if let Some(Finding { path, cause }) = locate::first_fault(&value) {
        return Err(place(&path, &cause));
    }
    serde_json::from_value(value).map_err(|e| place(&[], &e.to_string()))
}

fn to_json(node: &MarkedYaml<'_>) -> Result<Value, String> {
    let at = node.span.start;
    let fail =
        |cause: &str| Err(format!("{}:{}: not valid YAML: {cause}", at.line(), at.col() + 1));
    match &node.data {
        YamlData::Value(scalar) => Ok(scalar_to_json(scalar)),
        YamlData::Sequence(items) => items.iter().map(to_json).collect(),
        YamlData::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let Some(key) = key_text(key) else { return fail("a key is not a text") };
                if map.insert(key.clone(), to_json(value)?).is_some() {
                    return fail(&format!("the key `{key}` occurs twice"));
                }
            }
            Ok(Value::Object(map))
        }
        YamlData::Tagged(..) => fail("tags are not used in OpenAPI"),
        YamlData::Alias(_) => fail("aliases are not used here: write a $ref"),
        YamlData::Representation(..) | YamlData::BadValue => fail("a scalar cannot be read"),
    }
}

pub(crate) fn key_text(key: &MarkedYaml<'_>) -> Option<String> {
    match &key.data {
        YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
        _ => None,
    }
}

fn scalar_to_json(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(flag) => Value::Bool(*flag),
        Scalar::Integer(number) => Value::from(*number),
        Scalar::FloatingPoint(number) => Value::from(number.into_inner()),
        Scalar::String(text) => Value::from(text.as_ref()),
    }
}
