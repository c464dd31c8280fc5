//! Lists of the document as maps, by what tells their members apart.

use std::collections::BTreeMap;

use koodrive_codegen::{Kind, kind_of, resolve};
use serde_json::{Map, Value};

use crate::spec::rules::Uses;

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

/// Parameters by place and name, in their order.
pub(crate) fn parameters<'a>(
    document: &'a Value,
    list: Option<&'a Value>,
) -> Vec<(String, &'a Value)> {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    items(list)
        .map(|part| resolve(document, part))
        .map(|parameter| {
            (format!("{} {}", text(&parameter["in"]), text(&parameter["name"])), parameter)
        })
        .collect()
}

/// The members of a map that may be missing.
pub(crate) fn members(map: Option<&Value>) -> Map<String, Value> {
    map.and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Names in a list, such as `required`.
pub(crate) fn names(list: Option<&Value>) -> Map<String, Value> {
    items(list).filter_map(Value::as_str).map(|name| (name.to_owned(), Value::Null)).collect()
}

/// Ways to authenticate, by the schemes that go together.
pub(crate) fn alternatives(list: Option<&Value>) -> Map<String, Value> {
    let found: Map<String, Value> = items(list)
        .filter_map(Value::as_object)
        .map(|schemes| {
            let mut names: Vec<&str> = schemes.keys().map(String::as_str).collect();
            names.sort_unstable();
            (names.join(" + "), Value::from(schemes.clone()))
        })
        .collect();
    if found.is_empty() { one("no credentials") } else { found }
}

fn one(name: &str) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), Value::Bool(true))])
}

/// Addresses of the service, variables filled in; the value tells which one is the default.
pub(crate) fn addresses(list: Option<&Value>) -> Map<String, Value> {
    let mut found = Map::new();
    for (at, server) in items(list).enumerate() {
        let mut urls = vec![(server["url"].as_str().unwrap_or_default().to_owned(), at == 0)];
        for (name, variable) in server["variables"].as_object().into_iter().flatten() {
            let values: Vec<&Value> = match variable["enum"].as_array() {
                Some(values) => values.iter().collect(),
                None => vec![&variable["default"]],
            };
            urls = urls
                .iter()
                .flat_map(|(url, default)| {
                    values.iter().map(move |value| {
                        let filled = url.replace(&format!("{{{name}}}"), &text_of(value));
                        (filled, *default && **value == variable["default"])
                    })
                })
                .collect();
        }
        found.extend(urls.into_iter().map(|(url, default)| (url, Value::from(default))));
    }
    if found.is_empty() { one("/") } else { found }
}

/// The values of an enum with the names that generated code gives them.
pub(crate) fn values(schema: &Value) -> Map<String, Value> {
    items(schema.get("enum"))
        .enumerate()
        .map(|(at, value)| (text_of(value), schema["x-enum-varnames"][at].clone()))
        .collect()
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Where the schemas of the documents travel, by component.
pub(crate) fn uses(documents: &[&Value]) -> BTreeMap<String, Uses> {
    let mut uses = BTreeMap::new();
    for document in documents {
        let paths = document["paths"].as_object().into_iter().flat_map(Map::values);
        for (key, part) in paths.filter_map(Value::as_object).flatten() {
            let is_operation = kind_of(Kind::PathItem, key) == Some(Kind::Operation);
            let mut part = part.clone();
            if let Some(responses) = part.get_mut("responses").filter(|_| is_operation) {
                follow(document, &responses.take(), false, &mut uses);
            }
            follow(document, &part, true, &mut uses);
        }
    }
    uses
}

fn follow(document: &Value, part: &Value, request: bool, uses: &mut BTreeMap<String, Uses>) {
    if let Some(reference) = part["$ref"].as_str() {
        if let Some(name) = reference.strip_prefix("#/components/schemas/") {
            let known = uses.entry(name.to_owned()).or_default();
            let seen = if request { &mut known.request } else { &mut known.response };
            // A schema can lead back to itself.
            if std::mem::replace(seen, true) {
                return;
            }
        }
        let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        if let Some(target) = target {
            follow(document, target, request, uses);
        }
    }
    match part {
        Value::Object(map) => map.values().for_each(|p| follow(document, p, request, uses)),
        Value::Array(items) => items.iter().for_each(|p| follow(document, p, request, uses)),
        _ => {}
    }
}
