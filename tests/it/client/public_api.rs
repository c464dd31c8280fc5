//! The public face, used from outside: auto traits, enums, schemas.

use std::collections::BTreeMap;
use std::fmt::Debug;

use koodrive_ext::{
    AccessToken, AppCredentials, BackupRecords, BackupStatus, Checkpoint, Client, ClientBuilder,
    Credentials, Error, ModuleCode, Page, PageRecords, Pages, Position, Records, RetryPolicy,
    SignedHeaders, Stats, XDate,
};
use serde_json::{Value, json};
use static_assertions::assert_impl_all;

assert_impl_all!(Client: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(ClientBuilder: Debug, Send);
assert_impl_all!(BackupRecords: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(Records: Debug, Send, Sync, Unpin);
assert_impl_all!(Pages: Debug, Send, Sync, Unpin);
assert_impl_all!(Page: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(PageRecords: Clone, Debug, Send, Sync, Unpin, ExactSizeIterator);
assert_impl_all!(Checkpoint: Clone, Debug, Eq, Send, Sync, Unpin);
assert_impl_all!(Position: Clone, Debug, Eq, Send, Sync, Unpin);
assert_impl_all!(Error: Clone, std::error::Error, Send, Sync, Unpin);
assert_impl_all!(AppCredentials: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(AccessToken: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(Credentials: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(RetryPolicy: Clone, Debug, Send, Sync, Unpin);
assert_impl_all!(SignedHeaders: Clone, Debug, Eq, Send, Sync, Unpin);
assert_impl_all!(Stats: Copy, Debug, Eq, Send, Sync, Unpin);
assert_impl_all!(XDate: Copy, Debug, Ord, Send, Sync, Unpin);
assert_impl_all!(ModuleCode: Clone, Debug, Ord, std::hash::Hash, Send, Sync, Unpin);
assert_impl_all!(BackupStatus: Copy, Debug, Ord, std::hash::Hash, Send, Sync, Unpin);

fn is_static<T: 'static>() {}

#[test]
fn streams_and_queries_can_be_kept_anywhere() {
    is_static::<Records>();
    is_static::<Pages>();
    is_static::<BackupRecords>();
    is_static::<Client>();
}

#[test]
fn every_module_code_goes_round() {
    for (code, name, module) in [
        ("100", "folder", ModuleCode::FolderBackup),
        ("101", "album", ModuleCode::AlbumBackup),
        ("102", "address-book", ModuleCode::AddressBookBackup),
        ("103", "103", ModuleCode::Unknown("103".to_owned())),
    ] {
        assert_eq!(ModuleCode::from(code), module);
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
        assert_eq!(BackupStatus::from(code), status);
        assert_eq!(status.code(), code);
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
        for keyword in ["type", "format", "enum", "x-enum-varnames"] {
            assert_eq!(derived.get(keyword), written.get(keyword), "{name}.{keyword}");
        }
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
    let modules = ModuleCode::ALL.map(|module| screaming(format!("{module:?}")));
    assert_eq!(json!(modules), component("ModuleCode")["x-enum-varnames"]);
    let statuses = BackupStatus::ALL.map(|status| screaming(format!("{status:?}")));
    assert_eq!(json!(statuses), component("BackupStatus")["x-enum-varnames"]);
}

#[test]
fn a_checkpoint_validates_against_its_own_schema() {
    let schema = schemars::schema_for!(Checkpoint).to_value();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let good =
        r#"{"version":1,"query":"0f","position":"at","cursor":"x","offset":37,"after":"5c"}"#;
    let checkpoint: Checkpoint = good.parse().unwrap();
    assert!(validator.is_valid(&serde_json::to_value(checkpoint).unwrap()));
    assert!(!validator.is_valid(&json!({"version": "1"})));
}
