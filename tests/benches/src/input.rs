//! What is signed, and what is decoded.

use http::{HeaderMap, HeaderValue};
use koodrive_ext::{AppCredentials, SignedHeaders, XDate};
use serde_json::json;
use url::Url;

/// The user id of every request.
pub const USER_ID: &str = "1505084218764547200";
/// The app of every request.
pub const APP_ID: &str = "a378331eca14";
/// Its secret, made up.
pub const APP_SECRET: &str = "4f0b7a52c8d94e6e9a1c3d5b7f8e2a60";

const PATH: &str = "https://intl.myhuaweicloud-koodrive.com/koodrive/ose/v1/backup/record";

/// A request to sign.
pub struct ToSign {
    /// Its URL, as the generated client spells it.
    pub url: Url,
    /// Its headers, but for those that signing adds.
    pub headers: HeaderMap,
    /// Whose it is.
    pub app: AppCredentials,
    /// When it is signed.
    pub date: XDate,
    /// What is signed.
    pub signed: SignedHeaders,
}

/// The first page's request.
pub fn short() -> ToSign {
    request(&format!("{PATH}?moduleCode=101&pageSize=100"))
}

/// A later page's, with a cursor of 1,000 characters of Base64.
pub fn with_cursor() -> ToSign {
    let cursor = "eyJvZmZzZXQiOjEwMH0+/Zm9v".repeat(40);
    let parameters = [("cursor", &*cursor), ("moduleCode", "101"), ("pageSize", "100")];
    request(Url::parse_with_params(PATH, parameters).expect("a URL").as_str())
}

fn request(url: &str) -> ToSign {
    let mut headers = HeaderMap::new();
    headers.insert("x-user-id", HeaderValue::from_static(USER_ID));
    ToSign {
        url: url.parse().expect("a URL"),
        headers,
        app: AppCredentials::new(APP_ID, APP_SECRET).expect("credentials"),
        date: "20251103T070140Z".parse().expect("a date"),
        signed: SignedHeaders::default(),
    }
}

/// A page of 100 records of the documented size, with a cursor if there is a next one.
pub fn page(next: Option<u64>) -> Vec<u8> {
    page_of(records(), next)
}

/// A page whose 50th record nobody can read: its version is a text.
pub fn odd_page() -> Vec<u8> {
    let mut records = records();
    records[50]["version"] = json!("first");
    page_of(records, Some(2))
}

fn records() -> Vec<serde_json::Value> {
    (0..100).map(record).collect()
}

fn page_of(records: Vec<serde_json::Value>, next: Option<u64>) -> Vec<u8> {
    let mut page = json!({"code": 0, "msg": "success", "data": records});
    if let Some(next) = next {
        page["nextCursor"] = json!(format!("eyJwYWdlIjoxLCJvIjowfQ-{next}"));
    }
    page.to_string().into_bytes()
}

fn record(n: u64) -> serde_json::Value {
    json!({
        "recordId": (1_842_862_763_295_184_641 + n).to_string(),
        "moduleCode": "101",
        "status": n % 3,
        "properties": "{\"test\":\"123\"}",
        "version": 1,
        "createTime": "2025-12-17T07:59:20.752Z",
        "endTime": "2025-12-17T08:29:00.437Z",
        "deviceInfo": {
            "deviceId": "1842812272691451648",
            "machineCode": "MC-0001",
            "deviceName": "Living-room tablet",
            "deviceOS": "Android 15",
            "createTime": "2025-01-02T03:04:05.006Z",
        },
    })
}
