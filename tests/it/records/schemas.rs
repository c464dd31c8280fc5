//! The JSON Schemas hold whatever is serialised, and say what the document says.

use std::collections::BTreeMap;

use jsonschema::Validator;
use koodrive_api::types::{BackupRecord, BackupRecordPage, DeviceEntity, ErrorResponse};
use koodrive_api::wire::{Integer, List, PageSize, Text};
use koodrive_ext::{BackupStatus, ModuleCode};
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

fn schema<T: JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

fn validator<T: JsonSchema>() -> Validator {
    jsonschema::draft202012::new(&schema::<T>()).unwrap()
}

#[track_caller]
fn assert_valid(validator: &Validator, value: &Value) {
    let errors: Vec<String> = validator.iter_errors(value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {value}");
}

/// Reads what is like an answer, and writes what was read. `None` when it cannot be read.
fn written<T: DeserializeOwned + Serialize>(answer: &Value) -> Option<Value> {
    let read: T = serde_json::from_value(answer.clone()).ok()?;
    Some(serde_json::to_value(read).unwrap())
}

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(|number| number.to_string().into()),
        prop_oneof!["100", "101", "102", "199", ".{0,8}"].prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Some of these members with values of any type, and members that nobody knows.
fn object_of(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let member = prop_oneof![
        8 => prop::sample::select(names).prop_map(str::to_owned),
        1 => "[a-zA-Z]{1,8}",
    ];
    prop::collection::btree_map(member, any_json(), 0..6)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

const RECORD: &[&str] =
    &["recordId", "moduleCode", "status", "properties", "version", "createTime", "endTime"];
const DEVICE: &[&str] = &["deviceId", "machineCode", "deviceName", "deviceOS", "createTime"];
const ENVELOPE: &[&str] = &["code", "msg", "nextCursor", "error_code", "error_msg", "request_id"];

fn record() -> impl Strategy<Value = Value> {
    let device = prop_oneof![3 => object_of(DEVICE), 1 => Just(Value::Null)];
    (object_of(RECORD), prop::option::of(device)).prop_map(|(mut record, device)| {
        if let Some(device) = device {
            record["deviceInfo"] = device;
        }
        record
    })
}

fn page() -> impl Strategy<Value = Value> {
    (object_of(ENVELOPE), prop::collection::vec(record(), 0..3)).prop_map(|(mut page, data)| {
        page["data"] = data.into();
        page
    })
}

proptest! {
    #[test]
    fn whatever_is_read_and_written_is_valid(page in page(), device in object_of(DEVICE)) {
        thread_local! {
            static VALID: [Validator; 4] = [
                validator::<BackupRecordPage>(),
                validator::<ErrorResponse>(),
                validator::<BackupRecord>(),
                validator::<DeviceEntity>(),
            ];
        }
        VALID.with(|[pages, errors, records, devices]| {
            written::<BackupRecordPage>(&page).iter().for_each(|page| assert_valid(pages, page));
            written::<ErrorResponse>(&page).iter().for_each(|error| assert_valid(errors, error));
            written::<DeviceEntity>(&device).iter().for_each(|device| assert_valid(devices, device));
            for record in page["data"].as_array().into_iter().flatten() {
                written::<BackupRecord>(record).iter().for_each(|r| assert_valid(records, r));
            }
        });
    }

    #[test]
    fn every_module_and_status_is_valid(code in ".*", number: i64) {
        let module = serde_json::to_value(ModuleCode::from_code(&code)).unwrap();
        assert_valid(&validator::<ModuleCode>(), &module);
        let status = serde_json::to_value(BackupStatus::from_code(number)).unwrap();
        assert_valid(&validator::<BackupStatus>(), &status);
    }
}

#[test]
fn the_property_is_about_values_and_not_about_nothing() {
    let page = json!({
        "code": "0", "msg": "success", "nextCursor": 7, "region": { "name": "x" },
        "data": [{
            "recordId": 7, "status": "9", "moduleCode": "199", "version": 3, "labels": [1.5],
            "deviceInfo": { "deviceId": "1", "owner": null },
        }],
    });
    let kept = written::<BackupRecordPage>(&page).unwrap();
    assert_eq!(kept, page, "what came is what goes out");
    assert_valid(&validator::<BackupRecordPage>(), &kept);
}

#[test]
fn a_schema_is_named_by_its_rust_type() {
    for (schema, name) in [
        (schema::<Text>(), "Text"),
        (schema::<Integer>(), "Integer"),
        (schema::<PageSize>(), "PageSize"),
        (schema::<List<Text>>(), "Array_of_Text"),
        (schema::<ModuleCode>(), "ModuleCode"),
        (schema::<BackupStatus>(), "BackupStatus"),
    ] {
        assert_eq!(schema["title"], name);
    }
}

#[test]
fn a_page_size_is_1_to_100_and_a_list_is_written_where_it_is_used() {
    let sizes = validator::<PageSize>();
    for (size, is_valid) in [(0, false), (1, true), (100, true), (101, false)] {
        assert_eq!(sizes.is_valid(&json!(size)), is_valid, "{size}");
    }
    let page = schema::<BackupRecordPage>();
    let named: Vec<&String> = page["$defs"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["BackupRecord", "DeviceEntity", "Integer", "Text"]);
}

#[test]
fn a_schema_refuses_what_could_not_be_read() {
    let pages = validator::<BackupRecordPage>();
    for wrong in [
        json!([]),
        json!("text"),
        json!({ "code": "13x" }),
        json!({ "code": 1.5 }),
        json!({ "data": {} }),
        json!({ "data": [42] }),
        json!({ "data": [{ "status": "new" }] }),
        json!({ "data": [{ "deviceInfo": "none" }] }),
        json!({ "data": [{ "recordId": 1.5 }] }),
    ] {
        assert!(!pages.is_valid(&wrong), "{wrong}");
        assert_eq!(written::<BackupRecordPage>(&wrong), None, "{wrong}");
    }
}

fn document() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/koodrive.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let document: BTreeMap<String, Value> = serde_saphyr::from_str(&text).unwrap();
    json!(document)
}

#[test]
fn the_documents_examples_are_valid() {
    let document = document();
    let pages = validator::<BackupRecordPage>();
    let errors = validator::<ErrorResponse>();
    let mut count = 0;
    for example in document["components"]["examples"].as_object().unwrap().values() {
        count += 1;
        assert_valid(&pages, &example["value"]);
        assert_valid(&errors, &example["value"]);
    }
    assert!(count > 4, "{count}");
}

/// Each component with the schema that Rust derives.
fn derived() -> [(&'static str, Value); 4] {
    [
        ("BackupRecordPage", schema::<BackupRecordPage>()),
        ("BackupRecord", schema::<BackupRecord>()),
        ("DeviceEntity", schema::<DeviceEntity>()),
        ("ErrorResponse", schema::<ErrorResponse>()),
    ]
}

#[test]
fn the_members_and_their_words_are_the_documents() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let words =
        |text: &Value| text.as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    for (name, derived) in derived() {
        let written = schemas[name]["properties"].as_object().unwrap();
        let members: &Map<String, Value> = derived["properties"].as_object().unwrap();
        assert!(written.keys().eq(members.keys()), "{name}");
        assert_eq!(derived.get("required"), None, "{name}: any member may be missing");
        assert_eq!(derived["additionalProperties"], json!(true), "{name}: more may come");
        for (member, property) in written {
            let component = property["$ref"].as_str().and_then(|path| path.rsplit('/').next());
            let property = component.map_or(property, |component| &schemas[component]);
            let place = format!("{name}.{member}");
            assert_eq!(
                words(&members[member]["description"]),
                words(&property["description"]),
                "{place}"
            );
            let known = property["enum"].as_array().into_iter().flatten();
            for value in known.map(|value| value.to_string().replace('"', "")) {
                let description = words(&members[member]["description"]);
                assert!(description.contains(&format!("`{value}`")), "{place} names {value}");
            }
        }
    }
}
