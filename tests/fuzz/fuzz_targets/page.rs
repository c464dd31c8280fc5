//! Whatever a server sends as a page: no panic, and no element lost.
#![no_main]

use koodrive_api::types::BackupRecordPage;
use koodrive_ext::BackupRecordExt as _;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    // The first byte chooses the status, the rest is the body.
    let (status, body) = match body.split_first() {
        Some((first, rest)) => ([200, 301, 400, 401, 429, 502][usize::from(first % 6)], rest),
        None => (200, body),
    };
    let judged = koodrive_ext::judge_for_fuzzing(status, body);
    if let Err(error) = &judged {
        assert!(!error.to_string().is_empty());
        assert!(error.body_start().is_none_or(|start| start.chars().count() <= 200));
    } else {
        assert_eq!(status, 200);
    }
    let Ok(page) = serde_json::from_slice::<BackupRecordPage>(body) else { return };
    let data = page.data.unwrap_or_default();
    if let Ok(value) = serde_json::from_slice::<Value>(body)
        && let Some(elements) = value["data"].as_array()
    {
        assert_eq!(data.len(), elements.len());
    }
    for record in data.readable() {
        let _ = (record.record_id(), record.module_code(), record.status(), record.version());
        let _ = (record.created_at(), record.ended_at(), record.properties_json());
    }
    let written = serde_json::to_string(&data).expect("what was read can be written");
    let again: koodrive_api::wire::List<koodrive_api::types::BackupRecord> =
        serde_json::from_str(&written).expect("and read again");
    assert_eq!(again.len(), data.len());
});
