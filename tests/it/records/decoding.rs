//! Whatever a page holds is read, or kept as what it is.

use koodrive_api::types::ListBackupRecordsResponse;
use koodrive_ext::BackupRecordExt as _;
use proptest::prelude::*;
use serde_json::Value;

/// Any JSON, a few levels deep.
fn json() -> impl Strategy<Value = Value> {
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

proptest! {
    #[test]
    fn no_element_of_a_page_is_lost_whatever_it_is(elements in prop::collection::vec(json(), 0..8)) {
        let body = serde_json::json!({"code": 0, "data": elements}).to_string();
        let page: ListBackupRecordsResponse = serde_json::from_str(&body).unwrap();
        let data = page.data.unwrap_or_default();
        prop_assert_eq!(data.len(), elements.len());
        for (element, sent) in data.iter().zip(&elements) {
            match element {
                Ok(record) => { let _ = (record.created_at(), record.properties_json(), record.device_name()); }
                Err(unreadable) => prop_assert_eq!(&serde_json::from_str::<Value>(unreadable.raw_json()).unwrap(), sent),
            }
        }
    }
}
