//! Where the members of a page differ from the document.

use serde_json::{Map, Value};

const TEXT: &str = "string";
const WHOLE: &str = "integer";

/// The document's components `BackupRecordPage`, `BackupRecord` and `DeviceEntity`, which
/// a test compares with it.
pub(crate) const PAGE: &[(&str, &str)] =
    &[("code", WHOLE), ("msg", TEXT), ("data", "array"), ("nextCursor", TEXT)];
pub(crate) const RECORD: &[(&str, &str)] = &[
    ("recordId", TEXT),
    ("moduleCode", TEXT),
    ("status", WHOLE),
    ("properties", TEXT),
    ("version", WHOLE),
    ("createTime", TEXT),
    ("endTime", TEXT),
    ("deviceInfo", "object"),
];
pub(crate) const DEVICE: &[(&str, &str)] = &[
    ("deviceId", TEXT),
    ("machineCode", TEXT),
    ("deviceName", TEXT),
    ("deviceOS", TEXT),
    ("createTime", TEXT),
];

/// Names that the document does not have, and `name: type` where the type is another.
pub(crate) fn differences(page: &Value) -> (Vec<String>, Vec<String>) {
    let mut found = Found::default();
    if let Value::Object(members) = page {
        found.compare("", members, PAGE);
        for record in page["data"].as_array().into_iter().flatten() {
            let Value::Object(members) = record else {
                found.other_types.push(format!("data[]: {}", type_of(record)));
                continue;
            };
            found.compare("data[].", members, RECORD);
            if let Value::Object(members) = &record["deviceInfo"] {
                found.compare("data[].deviceInfo.", members, DEVICE);
            }
        }
    }
    for list in [&mut found.unknown, &mut found.other_types] {
        list.sort();
        list.dedup();
    }
    (found.unknown, found.other_types)
}

#[derive(Default)]
struct Found {
    unknown: Vec<String>,
    other_types: Vec<String>,
}

impl Found {
    fn compare(&mut self, place: &str, members: &Map<String, Value>, document: &[(&str, &str)]) {
        for (name, value) in members {
            match document.iter().find(|(known, _)| known == name) {
                // Where the list ends, null is a finding of its own.
                Some(_) if name == "nextCursor" && value.is_null() => {}
                None => self.unknown.push(format!("{place}{}", shown(name))),
                Some((_, expected)) if *expected != type_of(value) => {
                    self.other_types.push(format!("{place}{name}: {}", type_of(value)));
                }
                Some(_) => {}
            }
        }
    }
}

/// A member's name, unless it looks like a value: some objects are keyed by ids.
pub(crate) fn shown(name: &str) -> &str {
    let is_name = name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        && name.bytes().filter(u8::is_ascii_digit).count() <= 3;
    if is_name { name } else { "(a name that is not shown)" }
}

pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => WHOLE,
        Value::String(_) => TEXT,
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn the_members_and_types_are_the_documents() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/koodrive.yaml");
        let text = std::fs::read_to_string(path).unwrap();
        let document: BTreeMap<String, Value> = serde_saphyr::from_str(&text).unwrap();
        let schemas = &document["components"]["schemas"];
        let named = |reference: &str| &schemas[reference.rsplit('/').next().unwrap_or_default()];
        for (component, members) in
            [("BackupRecordPage", PAGE), ("BackupRecord", RECORD), ("DeviceEntity", DEVICE)]
        {
            let properties = schemas[component]["properties"].as_object().unwrap();
            let mut written: Vec<(&str, &str)> = properties
                .iter()
                .map(|(name, schema)| {
                    let schema = schema["$ref"].as_str().map_or(schema, named);
                    (name.as_str(), schema["type"].as_str().unwrap())
                })
                .collect();
            written.sort_unstable();
            let mut expected = members.to_vec();
            expected.sort_unstable();
            assert_eq!(written, expected, "{component}");
        }
    }

    #[test]
    fn differences_are_named_by_place_and_type() {
        let page = json!({
            "code": 0, "msg": null, "total": 3, "nextCursor": null,
            "data": [
                { "recordId": 7, "retention": {}, "deviceInfo": { "os": "x", "deviceId": 1.5 } },
                { "recordId": "7", "retention": {}, "deviceInfo": [] },
                42,
            ],
        });
        let (unknown, other_types) = differences(&page);
        assert_eq!(unknown, ["data[].deviceInfo.os", "data[].retention", "total"]);
        let expected = [
            "data[].deviceInfo.deviceId: number",
            "data[].deviceInfo: array",
            "data[].recordId: integer",
            "data[]: integer",
            "msg: null",
        ];
        assert_eq!(other_types, expected);
    }

    #[test]
    fn a_name_that_may_be_a_value_is_not_shown() {
        let hidden = "(a name that is not shown)";
        for (name, expected) in [
            ("retentionDays", "retentionDays"),
            ("x_2", "x_2"),
            ("1842862763295184641", hidden),
            ("r1842862763295184641", hidden),
            ("Grace's phone", hidden),
            ("", hidden),
        ] {
            assert_eq!(shown(name), expected);
        }
    }
}
