//! House rules: what this document promises its readers beyond being valid OpenAPI.
//!
//! - every property is described, by itself or by the component it refers to;
//! - every enum has names and descriptions, one to one, in the forms that generators read;
//! - every operation has an operationId of its own, a summary, a 4XX and a 5XX response.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::spec::source::resolve;
use koodrive_codegen::{Kind, kind_of};

/// A broken rule, and the keys that lead to the part that breaks it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) path: Vec<String>,
    pub(crate) cause: String,
}

pub(crate) fn findings(document: &Value) -> Vec<Finding> {
    let mut house = House { document, operation_ids: BTreeSet::new(), found: Vec::new() };
    house.walk(document, Kind::Document, &mut Vec::new());
    house.found
}

struct House<'a> {
    document: &'a Value,
    operation_ids: BTreeSet<&'a str>,
    found: Vec<Finding>,
}

impl<'a> House<'a> {
    fn walk(&mut self, part: &'a Value, kind: Kind, path: &mut Vec<String>) {
        match kind {
            Kind::Operation => self.operation(part, path),
            Kind::Schema => self.schema(part, path),
            _ => {}
        }
        let children: Vec<(String, &Value)> = match part {
            Value::Object(map) => map.iter().map(|(key, child)| (key.clone(), child)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(i, child)| (i.to_string(), child)).collect()
            }
            _ => return,
        };
        for (key, child) in children {
            if let Some(inner) = kind_of(kind, &key) {
                path.push(key);
                self.walk(child, inner, path);
                path.pop();
            }
        }
    }

    fn say(&mut self, path: &[String], below: &[&str], cause: impl Into<String>) {
        let path = path.iter().cloned().chain(below.iter().map(|key| (*key).to_owned())).collect();
        self.found.push(Finding { path, cause: cause.into() });
    }

    fn operation(&mut self, operation: &'a Value, path: &[String]) {
        match text(&operation["operationId"]) {
            None => self.say(path, &[], "has no operationId; generated methods are named by it"),
            Some(id) if !self.operation_ids.insert(id) => {
                self.say(path, &["operationId"], format!("{id} names two operations"));
            }
            Some(_) => {}
        }
        if text(&operation["summary"]).is_none() {
            self.say(path, &[], "has no summary");
        }
        for (range, first) in [("4XX", '4'), ("5XX", '5')] {
            let responses = operation["responses"].as_object();
            if !responses.is_some_and(|all| all.keys().any(|status| status.starts_with(first))) {
                self.say(path, &["responses"], format!("has no {range} response"));
            }
        }
    }

    fn schema(&mut self, schema: &'a Value, path: &[String]) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if text(&resolve(self.document, property)["description"]).is_none() {
                self.say(path, &["properties", name], "has no description");
            }
        }
        if let Some(values) = schema["enum"].as_array() {
            let values: Vec<String> = values.iter().map(text_of).collect();
            self.enumeration(schema, &values, path);
        }
    }

    fn enumeration(&mut self, schema: &Value, values: &[String], path: &[String]) {
        if values.iter().collect::<BTreeSet<_>>().len() < values.len() {
            self.say(path, &["enum"], "has a value twice");
        }
        let names = self.list(schema, "x-enum-varnames", values, path);
        if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
            self.say(path, &["x-enum-varnames"], "has a name twice");
        }
        let descriptions = self.list(schema, "x-enum-descriptions", values, path);
        let key = "x-enumDescriptions";
        let Some(by_value) = schema[key].as_object() else {
            return self.say(path, &[], format!("has an enum without {key}"));
        };
        let known: BTreeSet<&String> = values.iter().collect();
        for value in by_value.keys().filter(|value| !known.contains(value)) {
            self.say(path, &[key, value], "describes a value that the enum does not have");
        }
        for (at, value) in values.iter().enumerate() {
            match by_value.get(value).and_then(text) {
                None => self.say(path, &[key], format!("does not describe {value}")),
                Some(says) if descriptions.get(at).is_some_and(|other| other != says) => self.say(
                    path,
                    &[key, value],
                    format!("says {says:?}, x-enum-descriptions says {:?}", descriptions[at]),
                ),
                Some(_) => {}
            }
        }
    }

    /// The texts of a list beside the enum; empty when it does not cover the enum one to one.
    fn list(
        &mut self,
        schema: &Value,
        key: &str,
        values: &[String],
        path: &[String],
    ) -> Vec<String> {
        let Some(items) = schema[key].as_array() else {
            self.say(path, &[], format!("has an enum without {key}"));
            return Vec::new();
        };
        let texts: Vec<String> = items.iter().filter_map(text).map(str::to_owned).collect();
        if texts.len() == items.len() && texts.len() == values.len() {
            return texts;
        }
        let cause = format!("has {} texts for {} values", texts.len(), values.len());
        self.say(path, &[key], cause);
        Vec::new()
    }
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

    fn good() -> Value {
        source::load(&source::spec_path()).unwrap().value
    }

    #[test]
    fn the_document_keeps_the_rules() {
        assert_eq!(findings(&good()), []);
    }

    /// Sets a part of the good document, `null` removes it; the rule that is then broken.
    #[test]
    fn each_broken_rule_is_found_once() {
        let status = "components/schemas/BackupStatus";
        let operation = "paths//koodrive~1ose~1v1~1backup~1record/get".replace("//", "/~1");
        for (part, member, put, says) in [
            (operation.as_str(), "operationId", json!(null), "get has no operationId"),
            (&operation, "summary", json!(" "), "get has no summary"),
            (&format!("{operation}/responses"), "4XX", json!(null), "responses has no 4XX"),
            (&format!("{operation}/responses"), "5XX", json!(null), "responses has no 5XX"),
            (
                "components/schemas/BackupRecord/properties/properties",
                "description",
                json!(null),
                "BackupRecord.properties.properties has no description",
            ),
            (
                "components/schemas/DeviceEntity",
                "description",
                json!(null),
                "BackupRecord.properties.deviceInfo has no description",
            ),
            (status, "x-enum-varnames", json!(null), "an enum without x-enum-varnames"),
            (status, "x-enum-varnames", json!(["A", "B"]), "has 2 texts for 3 values"),
            (status, "x-enum-varnames", json!(["A", "B", 3]), "has 2 texts for 3 values"),
            (status, "x-enum-varnames", json!(["A", "B", "A"]), "has a name twice"),
            (status, "x-enum-descriptions", json!(["New"]), "has 1 texts for 3 values"),
            (status, "x-enum-descriptions", json!(["New", "Completed", "x"]), "says \"x\""),
            (status, "x-enumDescriptions", json!(null), "an enum without x-enumDescriptions"),
            (
                status,
                "x-enumDescriptions",
                json!({ "0": "New", "1": "Completed" }),
                "x-enumDescriptions does not describe 2",
            ),
            (
                status,
                "x-enumDescriptions",
                json!({ "0": "New", "1": "Completed", "2": "To be deleted", "3": "x" }),
                "x-enumDescriptions.3 describes a value that the enum does not have",
            ),
        ] {
            let mut document = good();
            let target = document.pointer_mut(&format!("/{part}")).expect(part);
            let members = target.as_object_mut().expect(part);
            assert!(members.remove(member).is_some(), "{part} has no {member}");
            if !put.is_null() {
                members.insert(member.to_owned(), put);
            }
            let found: Vec<String> = findings(&document)
                .iter()
                .map(|f| format!("{} {}", f.path.join("."), f.cause))
                .collect();
            assert_eq!(found.len(), 1, "{part} {member}: {found:#?}");
            assert!(found[0].contains(says), "{part} {member}: {found:?}, wanted {says}");
        }
    }

    #[test]
    fn an_operation_id_names_one_operation() {
        let mut document = good();
        let operation = document["paths"]["/koodrive/ose/v1/backup/record"].clone();
        document["paths"]["/other"] = operation;
        let found = findings(&document);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].cause, "listBackupRecords names two operations");
    }
}
