//! The structs that one writes by hand, and that take what the documentation shows and no more.

use serde::Deserialize;

/// A page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// 0 for success.
    pub code: i64,
    /// For people.
    pub msg: Option<String>,
    /// The records.
    pub data: Vec<Record>,
    /// The next page.
    pub next_cursor: Option<String>,
}

/// A record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Its identifier.
    pub record_id: Option<String>,
    /// Its module.
    pub module_code: Option<String>,
    /// Its status.
    pub status: Option<i64>,
    /// A JSON text.
    pub properties: Option<String>,
    /// Its version.
    pub version: Option<i64>,
    /// RFC 3339.
    pub create_time: Option<String>,
    /// RFC 3339.
    pub end_time: Option<String>,
    /// Where it was made.
    pub device_info: Option<Device>,
}

/// A device.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Its identifier.
    pub device_id: Option<String>,
    /// Its other identifier.
    pub machine_code: Option<String>,
    /// Its name.
    pub device_name: Option<String>,
    /// Its system.
    #[serde(rename = "deviceOS")]
    pub device_os: Option<String>,
    /// RFC 3339.
    pub create_time: Option<String>,
}

/// Reads a page; an odd record loses it.
pub fn decode(body: &[u8]) -> Result<Page, serde_json::Error> {
    serde_json::from_slice(body)
}
