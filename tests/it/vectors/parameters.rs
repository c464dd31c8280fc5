//! What the requests and answers of vectors mean here.

use koodrive_ext::{ModuleCode, UserClient};
use koodrive_tests::client::Pages;
use serde_json::Value;

use super::file::text;

/// The listing that a vector's `parameters` describe; nothing is sent yet.
pub(super) fn listing(user: &UserClient, parameters: &Value) -> Pages {
    let module = ModuleCode::from_code(text(parameters, "moduleCode"));
    let size = u32::try_from(parameters["pageSize"].as_u64().expect("pageSize")).expect("pageSize");
    let mut query = user.backup_records(module).page_size(size);
    if let Some(cursor) = parameters["cursor"].as_str() {
        query = query.cursor(cursor);
    }
    if let Some(device) = parameters["deviceId"].as_str() {
        query = query.device_id(device);
    }
    if let Some(lock_id) = parameters["x-backup-lock-id"].as_str() {
        query = query.backup_lock_id(lock_id);
    }
    query.pages()
}
