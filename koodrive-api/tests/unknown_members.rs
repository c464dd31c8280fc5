//! Generated types keep members that the document does not know, and can be made without them.

use koodrive_api::types::{BackupRecord, DeviceEntity};

#[test]
fn unknown_members_survive_a_round_trip_to_the_last_digit() {
    let text = r#"{"recordId":"1","deviceInfo":{"deviceName":"a","b":[null,{"c":1}]},"ratio":0.22222222222222224,"size":18446744073709551615}"#;
    let record: BackupRecord = serde_json::from_str(text).expect("a record");
    assert_eq!(record.extra["ratio"], 0.222_222_222_222_222_24);
    assert_eq!(record.device_info.as_ref().expect("a device").extra["b"][1]["c"], 1);

    let again = serde_json::to_value(&record).expect("JSON");
    let expected: serde_json::Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(again, expected);
    assert!(again.to_string().contains("0.22222222222222224"), "{again}");
}

#[test]
fn records_and_devices_have_a_default_and_a_builder_that_needs_nothing() {
    assert!(BackupRecord::default().extra.is_empty());
    let device: DeviceEntity = DeviceEntity::builder().try_into().expect("a device");
    assert!(device.extra.is_empty());
}
