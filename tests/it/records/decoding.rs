//! Whatever a page holds is read, or kept as what it is.

use koodrive_ext::BackupRecord;
use koodrive_tests::client::{Page, album, any_app, user_at};
use koodrive_tests::raw_server::{RawServer, ok};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    let member = prop_oneof![
        "recordId",
        "moduleCode",
        "status",
        "version",
        "createTime",
        "deviceInfo",
        "deviceId",
        ".{0,4}"
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(member.clone(), inner, 0..5)
                .prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

/// The page that a listing makes of this body.
fn listed(body: String) -> Page {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = RawServer::answering(move |_, _| ok(&body)).await;
        let mut pages = album(&user_at(server.url(), any_app())).keep_raw(true).pages();
        pages.try_next().await.unwrap().unwrap()
    })
}

/// The value without members that are null and with whole numbers in one spelling: that much of a
/// record's own form is lost, and kept in its raw JSON.
fn plain(value: &Value) -> Value {
    let whole = |number: f64| number.fract() == 0.0 && number.abs() < 9e15;
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(elements) => elements.iter().map(plain).collect(),
        Value::Number(number) => match number.as_f64().filter(|number| whole(*number)) {
            Some(whole) => (whole as i64).into(),
            None => value.clone(),
        },
        other => other.clone(),
    }
}

/// A record as it is documented, with further members of any kind.
fn record() -> impl Strategy<Value = Value> {
    let documented = (any::<u64>(), "10[0-4]", -1..4, any::<i32>(), ".{0,20}").prop_map(
        |(id, module, status, version, properties)| {
            json!({
                "recordId": id.to_string(), "moduleCode": module, "status": status,
                "version": version, "properties": properties,
                "createTime": "2025-12-17T07:59:20.752Z",
                "deviceInfo": {"deviceId": id.to_string(), "deviceOS": properties},
            })
        },
    );
    let further = || prop::collection::btree_map("x[a-z]{0,3}|.{0,3}", any_json(), 0..5);
    (documented, further(), further()).prop_map(|(mut record, of_record, of_device)| {
        record["deviceInfo"].as_object_mut().unwrap().extend(of_device);
        record.as_object_mut().unwrap().extend(of_record);
        record
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_element_of_a_page_is_lost_or_altered_whatever_it_is(
        elements in prop::collection::vec(any_json(), 0..8),
    ) {
        let page = listed(json!({"code": 0, "data": elements}).to_string());
        prop_assert_eq!(page.len(), elements.len());
        let raw: Vec<Value> =
            page.raw_records().unwrap().map(|raw| serde_json::from_slice(raw).unwrap()).collect();
        prop_assert_eq!(&raw, &elements);
        let (mut records, mut unreadable) = (page.records(), page.unreadable());
        let mut items = page.clone().into_iter();
        for sent in &elements {
            match items.next().unwrap() {
                Ok(_) => {
                    let written = serde_json::to_value(records.next().unwrap()).unwrap();
                    prop_assert!(sent.is_object(), "{} was read as a record", sent);
                    prop_assert_eq!(plain(&written), plain(sent));
                }
                Err(error) => {
                    prop_assert!(error.is_unreadable_record());
                    let kept: Value = serde_json::from_str(error.raw_record().unwrap()).unwrap();
                    prop_assert_eq!(&kept, sent);
                    prop_assert_eq!(unreadable.next().unwrap().raw_json(), error.raw_record().unwrap());
                }
            }
        }
    }

    #[test]
    fn what_a_record_says_comes_out_again_whatever_else_it_says(sent in record()) {
        let record: BackupRecord = serde_json::from_value(sent.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&record).unwrap(), sent);
    }
}
