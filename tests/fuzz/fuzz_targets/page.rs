//! Whatever a server sends as a page: no panic, no element lost, no failure taken for a page.
#![no_main]

use koodrive_api::types::BackupRecordPage;
use koodrive_ext::{BackupRecordExt as _, internals};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    // The first byte chooses the status, the rest is the body.
    let (status, body) = match body.split_first() {
        Some((first, rest)) => ([200, 301, 400, 401, 429, 502][usize::from(first % 6)], rest),
        None => (200, body),
    };
    let judged = internals::judge_answer(status, body);
    if let Err(error) = &judged {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(char::is_control), "{shown:?}");
        assert!(error.body_start().is_some_and(|start| start.chars().count() <= 2400) || error.body_start().is_none());
    } else {
        assert_eq!(status, 200);
    }
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    if judged.is_ok() {
        let names_failure = |name: &str| match &value[name] {
            Value::Number(code) => code.as_f64() != Some(0.0),
            Value::Bool(_) => true,
            _ => false,
        };
        assert!(!names_failure("code") && !names_failure("error_code"), "{value}");
    }
    let elements = value["data"].as_array().map(Vec::len);
    let strict = serde_json::from_slice::<BackupRecordPage>(body);
    match internals::read_page(body) {
        // A repeated member is an error for one reader and the last one counts for the other.
        Ok(read) if strict.is_ok() => assert_eq!(Some(read), elements.or(Some(0))),
        _ => {}
    }
    for record in strict.iter().flat_map(|page| page.data.as_deref().unwrap_or_default()) {
        let _ = (record.record_id(), record.module_code(), record.status(), record.version());
        let _ = (record.created_at(), record.ended_at(), record.properties_json());
        serde_json::to_string(record).expect("what was read can be written");
    }
});
