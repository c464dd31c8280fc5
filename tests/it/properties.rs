//! Properties: of canonicalisation, checkpoints and the enums.

use koodrive_api::types::BackupRecordPage;
use koodrive_ext::{BackupRecordExt as _, BackupStatus, Checkpoint, ModuleCode, Position, signing};
use proptest::prelude::*;
use serde_json::Value;
use url::Url;

fn url(query: &str) -> Url {
    let mut url: Url =
        "https://intl.myhuaweicloud-koodrive.com/koodrive/ose/v1/backup/record".parse().unwrap();
    url.set_query(Some(query));
    url
}

fn decoded(query: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.sort();
    pairs
}

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
        let page: BackupRecordPage = serde_json::from_str(&body).unwrap();
        let data = page.data.unwrap_or_default();
        prop_assert_eq!(data.len(), elements.len());
        for (element, sent) in data.iter().zip(&elements) {
            match element {
                Ok(record) => { let _ = (record.created_at(), record.properties_json(), record.device_name()); }
                Err(unreadable) => prop_assert_eq!(&serde_json::from_str::<Value>(unreadable.raw_json()).unwrap(), sent),
            }
        }
    }

    #[test]
    fn the_canonical_query_is_a_fixed_point(query in ".*") {
        let once = signing::canonical_query(&url(&query));
        prop_assert_eq!(signing::canonical_query(&url(&once)), once);
    }

    #[test]
    fn the_canonical_query_means_the_same(pairs in prop::collection::vec((".+", ".*"), 0..6)) {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&pairs);
        let form = form.finish();
        prop_assert_eq!(decoded(&signing::canonical_query(&url(&form))), decoded(&form));
    }

    #[test]
    fn the_canonical_query_holds_nothing_that_can_be_read_in_two_ways(query in ".*") {
        let canonical = signing::canonical_query(&url(&query));
        prop_assert!(canonical.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%=&".contains(&b)));
    }

    #[test]
    fn the_order_of_parameters_does_not_count(mut pairs in prop::collection::vec(("[a-z]{1,3}", "[a-z]{0,3}"), 0..6)) {
        let write = |pairs: &[(String, String)]| {
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
        };
        let forward = signing::canonical_query(&url(&write(&pairs)));
        pairs.reverse();
        prop_assert_eq!(signing::canonical_query(&url(&write(&pairs))), forward);
    }

    #[test]
    fn the_canonical_uri_is_a_fixed_point_that_ends_in_a_slash(path in "(/[^/]{0,8}){0,5}") {
        let mut url = url("");
        url.set_path(&path);
        let once = signing::canonical_uri(&url);
        prop_assert!(once.ends_with('/'));
        url.set_path(&once);
        prop_assert_eq!(signing::canonical_uri(&url), once);
    }

    #[test]
    fn every_checkpoint_goes_round(cursor in prop::option::of(".{1,1000}"), offset: u32, after in prop::option::of("[0-9a-f]{12}")) {
        let written = serde_json::json!({
            "version": 1, "query": "0f1e2d3c4b5a", "position": "at",
            "cursor": cursor, "offset": offset, "after": after,
        });
        let checkpoint: Checkpoint = serde_json::from_value(written).unwrap();
        let expected = Position::At { cursor, offset };
        prop_assert_eq!(checkpoint.position(), &expected);
        prop_assert_eq!(&checkpoint.to_string().parse::<Checkpoint>().unwrap(), &checkpoint);
        prop_assert!(!checkpoint.to_string().contains('\n'));
        prop_assert_eq!(checkpoint.page_start().page_start(), checkpoint.page_start());
    }

    #[test]
    fn no_text_makes_a_checkpoint_panic(text in ".*") {
        let _ = text.parse::<Checkpoint>();
    }

    #[test]
    fn every_module_code_keeps_its_text(code in ".*") {
        let module = ModuleCode::from(code.as_str());
        prop_assert_eq!(module.code(), &code);
        let json = serde_json::to_string(&module).unwrap();
        prop_assert_eq!(serde_json::from_str::<ModuleCode>(&json).unwrap(), module);
    }

    #[test]
    fn every_status_keeps_its_number(code: i64) {
        let status = BackupStatus::from(code);
        prop_assert_eq!(status.code(), code);
        prop_assert_eq!(status.to_string().parse::<BackupStatus>().unwrap(), status);
        let json = serde_json::to_string(&status).unwrap();
        prop_assert_eq!(serde_json::from_str::<BackupStatus>(&json).unwrap(), status);
    }

    #[test]
    fn unknown_never_holds_what_is_known(code in -3_i64..6, text in "10[0-5]") {
        prop_assert_eq!(matches!(BackupStatus::from(code), BackupStatus::Unknown(_)), !(0..3).contains(&code));
        let known = ["100", "101", "102"].contains(&text.as_str());
        prop_assert_eq!(matches!(ModuleCode::from(text.as_str()), ModuleCode::Unknown(_)), !known);
    }
}
