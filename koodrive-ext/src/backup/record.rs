//! Typed accessors for the generated record, over what the service sent.

use jiff::Timestamp;
use koodrive_api::types::{BackupRecord, DeviceEntity};
use koodrive_api::wire::Text;
use serde_json::Value;

use crate::backup::module_code::ModuleCode;
use crate::backup::status::BackupStatus;

/// Typed accessors of the generated [`BackupRecord`].
///
/// Every member may be absent, so every accessor is an `Option`. The record's own fields keep
/// what was received, also where an accessor cannot make sense of it.
///
/// ```
/// use koodrive_ext::{BackupRecord, BackupRecordExt as _, BackupStatus, ModuleCode};
///
/// let record: BackupRecord = serde_json::from_str(
///     r#"{"recordId": "1842862763295184641", "moduleCode": "101", "status": 1,
///         "properties": "{\"test\":\"123\"}", "createTime": "2025-12-17T07:59:20.752Z"}"#,
/// )?;
/// assert_eq!(record.record_id(), Some("1842862763295184641"));
/// assert_eq!(record.module_code(), Some(ModuleCode::AlbumBackup));
/// assert_eq!(record.status(), Some(BackupStatus::Completed));
/// assert_eq!(record.properties_json().transpose()?, Some(serde_json::json!({"test": "123"})));
/// assert_eq!(record.created_at().map(|t| t.as_millisecond()), Some(1765958360752));
/// assert_eq!(record.ended_at(), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait BackupRecordExt: sealed::Sealed {
    /// Identifier of the record, a decimal text too large for a double.
    fn record_id(&self) -> Option<&str>;

    /// Module of the backup.
    fn module_code(&self) -> Option<ModuleCode>;

    /// Status of the record.
    fn status(&self) -> Option<BackupStatus>;

    /// Version of the record.
    fn version(&self) -> Option<i64>;

    /// Creation time; `None` also where `create_time` is not RFC 3339.
    fn created_at(&self) -> Option<Timestamp>;

    /// End time; `None` also where `end_time` is not RFC 3339.
    fn ended_at(&self) -> Option<Timestamp>;

    /// The custom property read as the JSON document that it is in the documented example.
    ///
    /// # Errors
    /// The inner error, when the text is not JSON.
    fn properties_json(&self) -> Option<Result<Value, serde_json::Error>>;

    /// The device that the backup was made from.
    fn device(&self) -> Option<&DeviceEntity>;

    /// Identifier of that device.
    fn device_id(&self) -> Option<&str>;

    /// Name of that device.
    fn device_name(&self) -> Option<&str>;
}

impl BackupRecordExt for BackupRecord {
    fn record_id(&self) -> Option<&str> {
        self.record_id.as_deref()
    }

    fn module_code(&self) -> Option<ModuleCode> {
        self.module_code.as_ref().map(ModuleCode::from)
    }

    fn status(&self) -> Option<BackupStatus> {
        self.status.map(BackupStatus::from)
    }

    fn version(&self) -> Option<i64> {
        self.version.map(i64::from)
    }

    fn created_at(&self) -> Option<Timestamp> {
        time(self.create_time.as_ref())
    }

    fn ended_at(&self) -> Option<Timestamp> {
        time(self.end_time.as_ref())
    }

    fn properties_json(&self) -> Option<Result<Value, serde_json::Error>> {
        self.properties.as_deref().map(serde_json::from_str)
    }

    fn device(&self) -> Option<&DeviceEntity> {
        self.device_info.as_ref()
    }

    fn device_id(&self) -> Option<&str> {
        self.device()?.device_id.as_deref()
    }

    fn device_name(&self) -> Option<&str> {
        self.device()?.device_name.as_deref()
    }
}

fn time(text: Option<&Text>) -> Option<Timestamp> {
    text?.parse().ok()
}

mod sealed {
    /// Keeps the trait to the generated record, so that accessors can be added.
    pub trait Sealed {}

    impl Sealed for koodrive_api::types::BackupRecord {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> BackupRecord {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_empty_record_and_one_of_nulls_answer_none_to_everything() {
        let nulls = r#"{"recordId":null,"moduleCode":null,"status":null,"properties":null,
            "version":null,"createTime":null,"endTime":null,"deviceInfo":null}"#;
        for record in [read("{}"), read(nulls)] {
            assert_eq!(record.record_id(), None);
            assert_eq!(record.module_code(), None);
            assert_eq!(record.status(), None);
            assert_eq!(record.version(), None);
            assert_eq!(record.created_at(), None);
            assert_eq!(record.ended_at(), None);
            assert!(record.properties_json().is_none());
            assert!(record.device().is_none() && record.device_id().is_none());
            assert_eq!(record.device_name(), None);
        }
    }

    #[test]
    fn a_version_is_the_number_that_came() {
        assert_eq!(read(r#"{"version":3}"#).version(), Some(3));
    }

    #[test]
    fn the_two_times_of_a_record_are_not_mixed_up() {
        let record = read(
            r#"{"createTime":"2025-12-17T07:59:20.752Z","endTime":"2025-12-17T08:00:00+01:00"}"#,
        );
        let text = |time: Option<Timestamp>| time.unwrap().to_string();
        assert_eq!(text(record.created_at()), "2025-12-17T07:59:20.752Z");
        assert_eq!(text(record.ended_at()), "2025-12-17T07:00:00Z");
    }

    #[test]
    fn a_time_that_is_not_rfc_3339_stays_readable_as_text() {
        for text in ["2025-12-17 07:59:20", "", "yesterday", "1765958360752"] {
            let record = read(&format!(r#"{{"createTime":"{text}"}}"#));
            assert_eq!(record.created_at(), None, "{text}");
            assert_eq!(record.create_time.as_deref(), Some(text));
        }
    }

    #[test]
    fn a_time_with_an_offset_is_the_same_instant() {
        let record = read(r#"{"createTime":"2025-12-17T15:59:20.752+08:00"}"#);
        assert_eq!(record.created_at().unwrap().to_string(), "2025-12-17T07:59:20.752Z");
    }

    #[test]
    fn the_device_is_there_as_a_whole_and_by_its_id_and_name() {
        let record = read(r#"{"deviceInfo":{"deviceId":"d1","deviceName":"Phone"}}"#);
        assert_eq!(record.device().unwrap().device_id.as_deref(), Some("d1"));
        assert_eq!((record.device_id(), record.device_name()), (Some("d1"), Some("Phone")));
    }

    #[test]
    fn properties_that_are_no_json_are_an_error_of_their_own() {
        assert!(read(r#"{"properties":"plain"}"#).properties_json().unwrap().is_err());
    }
}
