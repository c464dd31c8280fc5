//! Reads the YAML into `openapiv3`, and says file, line and cause when it is not OpenAPI 3.0.

use std::fmt;
use std::path::Path;

use openapiv3::OpenAPI;
use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};

use crate::locate::{self, Finding, key_text};

/// Why a document is refused: one line that names file, line, column and cause.
#[derive(Debug)]
pub struct Invalid(pub(crate) String);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}

/// An OpenAPI 3.0 document that knows its lines.
#[derive(Debug)]
pub struct Document {
    name: String,
    text: String,
    value: Value,
    typed: OpenAPI,
}

impl Document {
    /// Reads the document at `path`; errors call it `name`.
    pub fn read(path: &Path, name: &str) -> Result<Self, Invalid> {
        let text = std::fs::read_to_string(path).map_err(|e| Invalid(format!("{name}: {e}")))?;
        Self::parse(text, name)
    }

    /// Reads a document from memory; errors call it `name`.
    pub fn parse(text: String, name: &str) -> Result<Self, Invalid> {
        let (value, typed) = parse(&text).map_err(|cause| Invalid(format!("{name}:{cause}")))?;
        Ok(Self { name: name.to_owned(), text, value, typed })
    }

    /// What errors call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The YAML as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its members, for those who walk over all of them.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Its members by name.
    pub fn typed(&self) -> &OpenAPI {
        &self.typed
    }

    /// `file:line:column` of the deepest node on the path that exists.
    pub fn place(&self, path: &[String]) -> String {
        let nodes = MarkedYaml::load_from_str(&self.text).unwrap_or_default();
        let (line, column) = nodes.first().map_or((1, 1), |root| locate::place_of(root, path));
        format!("{}:{line}:{column}", self.name)
    }
}

/// The document, or `line:column: cause`.
fn parse(text: &str) -> Result<(Value, OpenAPI), String> {
    if let Some((line, column)) = first_alias(text) {
        return Err(format!("{line}:{column}: aliases are not used here; write a $ref"));
    }
    let documents = MarkedYaml::load_from_str(text).map_err(|e| {
        let at = e.marker();
        format!("{}:{}: not valid YAML: {}", at.line(), at.col() + 1, e.info())
    })?;
    let [root] = documents.as_slice() else {
        return Err(format!("1:1: holds {} YAML documents, not one", documents.len()));
    };
    let place = |path: &[String], cause: &str| {
        let (line, column) = locate::place_of(root, path);
        let at = if path.is_empty() { String::new() } else { format!("{}: ", path.join(".")) };
        format!("{line}:{column}: not OpenAPI 3.0: {at}{cause}")
    };
    let value = to_json(root)?;
    if let Some(Finding { path, cause }) = locate::first_fault(&value) {
        return Err(place(&path, &cause));
    }
    let typed = serde_json::from_value(value.clone()).map_err(|e| place(&[], &e.to_string()))?;
    Ok((value, typed))
}

/// Where the first alias is: the loader would expand it without a word.
fn first_alias(text: &str) -> Option<(usize, usize)> {
    Parser::new_from_str(text)
        .map_while(Result::ok)
        .find(|(event, _)| matches!(event, Event::Alias(_)))
        .map(|(_, span)| (span.start.line(), span.start.col() + 1))
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
        YamlData::Alias(_) | YamlData::Representation(..) | YamlData::BadValue => {
            fail("a scalar cannot be read")
        }
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
