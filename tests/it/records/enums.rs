//! Module codes and statuses: their names, codes and schemas.

use std::collections::BTreeMap;

use koodrive_api::wire::Integer;
use koodrive_ext::{BackupStatus, ModuleCode};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn every_module_code_goes_round() {
    for (code, name, module) in [
        ("100", "folder", ModuleCode::FolderBackup),
        ("101", "album", ModuleCode::AlbumBackup),
        ("102", "address-book", ModuleCode::AddressBookBackup),
        ("103", "103", ModuleCode::Unknown("103".to_owned())),
    ] {
        assert_eq!(ModuleCode::from_code(code), module);
        assert_eq!(module.code(), code);
        assert_eq!(module.to_string(), name);
        assert_eq!(code.parse::<ModuleCode>().unwrap(), module);
        assert_eq!(name.parse::<ModuleCode>().unwrap(), module);
        assert_eq!(serde_json::to_value(&module).unwrap(), json!(code));
        assert_eq!(serde_json::from_value::<ModuleCode>(json!(code)).unwrap(), module);
        let number: u64 = code.parse().unwrap();
        assert_eq!(serde_json::from_value::<ModuleCode>(json!(number)).unwrap(), module);
    }
    for name in ["AlbumBackup", "ALBUM_BACKUP", "album backup", " Album "] {
        assert_eq!(name.parse::<ModuleCode>().unwrap(), ModuleCode::AlbumBackup, "{name}");
    }
    for name in ["", "albums", "backup", "-1", "10 1"] {
        assert!(name.parse::<ModuleCode>().is_err(), "{name}");
    }
}

#[test]
fn every_status_goes_round() {
    for (code, name, status) in [
        (0, "new", BackupStatus::New),
        (1, "completed", BackupStatus::Completed),
        (2, "to-be-deleted", BackupStatus::ToBeDeleted),
        (3, "3", BackupStatus::Unknown(3)),
        (-1, "-1", BackupStatus::Unknown(-1)),
    ] {
        assert_eq!(BackupStatus::from_code(code), status);
        assert_eq!(status.code(), code);
        assert_eq!((i64::from(status), Integer::from(status).get()), (code, code));
        assert_eq!(status.to_string(), name);
        assert_eq!(name.parse::<BackupStatus>().unwrap(), status);
        assert_eq!(code.to_string().parse::<BackupStatus>().unwrap(), status);
        assert_eq!(serde_json::to_value(status).unwrap(), json!(code));
        assert_eq!(serde_json::from_value::<BackupStatus>(json!(code)).unwrap(), status);
        assert_eq!(
            serde_json::from_value::<BackupStatus>(json!(code.to_string())).unwrap(),
            status
        );
    }
    assert_eq!("TO_BE_DELETED".parse::<BackupStatus>().unwrap(), BackupStatus::ToBeDeleted);
    assert!("done".parse::<BackupStatus>().is_err());
}

fn component(name: &str) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/koodrive.yaml");
    let document: BTreeMap<String, Value> =
        serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    document["components"]["schemas"][name].clone()
}

#[test]
fn the_schemas_of_the_enums_agree_with_the_documents() {
    let derived = [
        ("ModuleCode", schemars::schema_for!(ModuleCode)),
        ("BackupStatus", schemars::schema_for!(BackupStatus)),
    ];
    for (name, derived) in derived {
        let written = component(name);
        assert_eq!(derived.get("type"), written.get("type"), "{name}");
        assert_eq!(derived.get("examples"), written.get("enum"), "{name} is open");
    }
}

#[test]
fn the_names_of_the_variants_are_the_documents() {
    let screaming = |name: String| {
        let mut text = String::new();
        for c in name.chars() {
            if c.is_uppercase() && !text.is_empty() {
                text.push('_');
            }
            text.push(c.to_ascii_uppercase());
        }
        text
    };
    let modules =
        ModuleCode::ALL.iter().map(|module| screaming(format!("{module:?}"))).collect::<Vec<_>>();
    assert_eq!(json!(modules), component("ModuleCode")["x-enum-varnames"]);
    let statuses =
        BackupStatus::ALL.iter().map(|status| screaming(format!("{status:?}"))).collect::<Vec<_>>();
    assert_eq!(json!(statuses), component("BackupStatus")["x-enum-varnames"]);
}

proptest! {
    #[test]
    fn every_module_code_keeps_its_text(code in ".*") {
        let module = ModuleCode::from_code(&code);
        prop_assert_eq!(module.code(), &code);
        let json = serde_json::to_string(&module).unwrap();
        prop_assert_eq!(serde_json::from_str::<ModuleCode>(&json).unwrap(), module);
    }

    #[test]
    fn every_status_keeps_its_number(code: i64) {
        let status = BackupStatus::from_code(code);
        prop_assert_eq!(status.code(), code);
        prop_assert_eq!(status.to_string().parse::<BackupStatus>().unwrap(), status);
        let json = serde_json::to_string(&status).unwrap();
        prop_assert_eq!(serde_json::from_str::<BackupStatus>(&json).unwrap(), status);
    }

    #[test]
    fn unknown_never_holds_what_is_known(code in -3_i64..6, text in "10[0-5]") {
        prop_assert_eq!(matches!(BackupStatus::from_code(code), BackupStatus::Unknown(_)), !(0..3).contains(&code));
        let known = ["100", "101", "102"].contains(&text.as_str());
        prop_assert_eq!(matches!(ModuleCode::from_code(&text), ModuleCode::Unknown(_)), !known);
    }
}
