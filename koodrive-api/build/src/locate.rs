//! Finds the smallest part of a document that is wrong, and its place in the YAML.
//!
//! `openapiv3` reads references and schemas as untagged enums, whose errors name neither a place
//! nor, often, the cause; so every part is tried on its own, innermost first.

use saphyr::{MarkedYaml, Scalar, YamlData};
use serde_json::Value;

use crate::references;
use crate::vocabulary::{Kind, SCHEMA_TYPES, kind_of};

/// What is wrong, and the keys that lead to it.
pub(crate) struct Finding {
    pub(crate) path: Vec<String>,
    pub(crate) cause: String,
}

/// The first fault, innermost part first.
pub(crate) fn first_fault(root: &Value) -> Option<Finding> {
    if !root["openapi"].as_str().is_some_and(|v| v.starts_with("3.0.")) {
        let cause = format!("expected version 3.0.x, found {}", root["openapi"]);
        return Some(Finding { path: vec!["openapi".into()], cause });
    }
    Walk { root, path: Vec::new() }.visit(root, Kind::Document)
}

struct Walk<'a> {
    root: &'a Value,
    path: Vec<String>,
}

impl Walk<'_> {
    fn visit(&mut self, part: &Value, kind: Kind) -> Option<Finding> {
        let found = match part {
            Value::Object(map) => map.iter().find_map(|(key, child)| self.step(key, child, kind)),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .find_map(|(i, child)| self.step(&i.to_string(), child, kind)),
            _ => None,
        };
        found.or_else(|| self.check(part, kind))
    }

    fn step(&mut self, key: &str, child: &Value, kind: Kind) -> Option<Finding> {
        let inner = kind_of(kind, key)?;
        self.path.push(key.to_owned());
        let found = self.visit(child, inner);
        self.path.pop();
        found
    }

    fn check(&self, part: &Value, kind: Kind) -> Option<Finding> {
        if let Some(target) = part.get("$ref").filter(|_| kind.may_be_reference()) {
            return self.check_reference(target);
        }
        if let (Some(fields), Some(map)) = (kind.fields(), part.as_object()) {
            let known = |key: &str| key.starts_with("x-") || fields.contains(&key);
            if let Some(key) = map.keys().find(|key| !known(key)) {
                return self
                    .at(key, format!("unknown field, expected one of {}", fields.join(", ")));
            }
        }
        if let (Kind::Schema, Some(name)) = (kind, part.get("type"))
            && !name.as_str().is_some_and(|name| SCHEMA_TYPES.contains(&name))
        {
            return self.at("type", format!("{name} is none of {}", SCHEMA_TYPES.join(", ")));
        }
        if let (Kind::Operation, Some(responses)) = (kind, part["responses"].as_object())
            && responses.len() > 1
            && responses.contains_key("default")
        {
            let mut finding = self.at(
                "responses",
                "progenitor cannot tell it from the others; write 4XX and 5XX".into(),
            );
            finding.iter_mut().for_each(|finding| finding.path.push("default".into()));
            return finding;
        }
        kind.read(part).err().map(|e| Finding { path: self.path.clone(), cause: e.to_string() })
    }

    fn check_reference(&self, target: &Value) -> Option<Finding> {
        let text = target.as_str().filter(|text| text.starts_with('#'));
        match text.map(|text| (text, self.root.pointer(&text[1..]))) {
            Some((text, Some(_))) => {
                let way = references::circle(self.root, text)?;
                // Reported where the circle is, not where something outside leads into it.
                let first = way.iter().position(|target| Some(target) == way.last())?;
                if !way[first..].iter().any(|target| self.is_inside(target)) {
                    return None;
                }
                self.at("$ref", format!("it leads back to itself: {}", way.join(" -> ")))
            }
            Some((_, None)) => self.at("$ref", format!("{target} leads nowhere")),
            None => self.at("$ref", format!("{target} is not a reference inside this document")),
        }
    }

    fn is_inside(&self, target: &str) -> bool {
        let keys = target.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"));
        keys.zip(&self.path).all(|(key, step)| key == *step)
    }

    fn at(&self, key: &str, cause: String) -> Option<Finding> {
        let mut path = self.path.clone();
        path.push(key.to_owned());
        Some(Finding { path, cause })
    }
}

/// Line and column (both from 1) of the deepest node on `path` that exists.
pub(crate) fn place_of(root: &MarkedYaml<'_>, path: &[String]) -> (usize, usize) {
    let mut node = root;
    let mut at = root.span.start;
    for step in path {
        match &node.data {
            YamlData::Mapping(entries) => {
                let entry = entries.iter().find(|(key, _)| key_text(key).as_ref() == Some(step));
                let Some((key, value)) = entry else { break };
                at = key.span.start;
                node = value;
            }
            YamlData::Sequence(items) => {
                let Some(item) = step.parse::<usize>().ok().and_then(|i| items.get(i)) else {
                    break;
                };
                at = item.span.start;
                node = item;
            }
            _ => break,
        }
    }
    (at.line(), at.col() + 1)
}

/// A key as text; a status code is written as a number.
pub(crate) fn key_text(key: &MarkedYaml<'_>) -> Option<String> {
    match &key.data {
        YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
        _ => None,
    }
}
