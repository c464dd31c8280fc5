//! What the API reference says of the operation, typed by hand from its page. The YAML is compared
//! with this, never the other way round.

use serde_json::{Value, json};

pub(crate) const METHOD: &str = "get";
pub(crate) const PATH: &str = "/koodrive/ose/v1/backup/record";
pub(crate) const HOSTS: [&str; 2] =
    ["https://intl.myhuaweicloud-koodrive.com", "https://cn.myhuaweicloud-koodrive.com"];
pub(crate) const SUCCESS: &str = "Response body for listing backup records.";

pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: &'static str,
    pub(crate) required: bool,
    /// Everything that binds a value; `format` is the document's own, the page knows none.
    pub(crate) schema: Value,
    /// A "try it" sends it, so only what every request must have has one.
    pub(crate) example: Option<Value>,
    /// A word of the page's description.
    pub(crate) says: &'static str,
}

pub(crate) fn parameters() -> [Parameter; 5] {
    [
        Parameter {
            name: "moduleCode",
            place: "query",
            required: true,
            schema: json!({ "type": "string", "enum": ["100", "101", "102"] }),
            example: Some(json!("101")),
            says: "module",
        },
        Parameter {
            name: "pageSize",
            place: "query",
            required: true,
            schema: json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": 100 }),
            example: Some(json!(100)),
            says: "page",
        },
        Parameter {
            name: "cursor",
            place: "query",
            required: false,
            schema: json!({ "type": "string", "minLength": 1, "maxLength": 1000 }),
            example: None,
            says: "page",
        },
        Parameter {
            name: "deviceId",
            place: "query",
            required: false,
            schema: json!({ "type": "string", "minLength": 1 }),
            example: None,
            says: "device",
        },
        // Not in the page's tables, only in its example request: so it cannot be mandatory.
        Parameter {
            name: "x-backup-lock-id",
            place: "header",
            required: false,
            schema: json!({ "type": "string", "pattern": "^[ -~]+$" }),
            example: None,
            says: "lock",
        },
    ]
}

/// The example request, which the operation's description repeats.
pub(crate) const EXAMPLE_REQUEST: [&str; 3] = [
    "/koodrive/ose/v1/backup/record?moduleCode=101&pageSize=100&deviceId=1842812272691451648",
    "Authorization: Bearer+60f4ccc7b1********3dd9a68068",
    "x-backup-lock-id: 78e41c7e-db02-4d55-85b3-8153e4fefd2e@102",
];

/// The mandatory headers, and what the document must tell of each.
pub(crate) const SECURITY_SCHEMES: [(&str, &str, &[&str]); 3] = [
    (
        "authorization",
        "Authorization",
        &["bearer+access token", "Bearer+60f4ccc7b1********3dd9a68068", "App ID authentication"],
    ),
    (
        "userId",
        "X-User-Id",
        &["KooDrive user id", "used for app ID authentication", "mandatory", "sends neither"],
    ),
    (
        "signatureDate",
        "X-Date",
        &[
            "yyyyMMdd'T'HHmmss'Z'",
            "20251103T070140Z",
            "15 minutes",
            "must not be later",
            "used for app ID authentication",
        ],
    ),
];

/// The responses, each with its component and its headers; the page documents the first alone.
pub(crate) const RESPONSES: [(&str, Option<&str>, &[&str]); 5] = [
    ("200", None, &["X-Traceid"]),
    ("401", Some("Unauthorized"), &["X-Traceid"]),
    ("429", Some("Throttled"), &["X-Traceid", "Retry-After"]),
    ("4XX", Some("ClientError"), &["X-Traceid"]),
    ("5XX", Some("ServerError"), &["X-Traceid", "Retry-After"]),
];

pub(crate) struct Enumeration {
    pub(crate) component: &'static str,
    /// Value, name, description.
    pub(crate) values: Vec<(Value, &'static str, &'static str)>,
}

pub(crate) fn enumerations() -> [Enumeration; 2] {
    [
        Enumeration {
            component: "ModuleCode",
            values: vec![
                (json!("100"), "FOLDER_BACKUP", "Folder backup"),
                (json!("101"), "ALBUM_BACKUP", "Album backup"),
                (json!("102"), "ADDRESS_BOOK_BACKUP", "Address book backup"),
            ],
        },
        Enumeration {
            component: "BackupStatus",
            values: vec![
                (json!(0), "NEW", "New"),
                (json!(1), "COMPLETED", "Completed"),
                (json!(2), "TO_BE_DELETED", "To be deleted"),
            ],
        },
    ]
}

/// An object: its component, and each member with its schema and a word of its description.
pub(crate) type Object = (&'static str, Vec<(&'static str, Value, &'static str)>);

pub(crate) fn objects() -> [Object; 4] {
    let string = || json!({ "type": "string" });
    let integer = || json!({ "type": "integer", "format": "int64" });
    let time = || json!({ "type": "string", "format": "date-time" });
    [
        (
            "BackupRecordPage",
            vec![
                ("code", integer(), "outcome"),
                ("msg", string(), "status description"),
                ("data", json!({ "type": "array", "items": "BackupRecord" }), "backup record list"),
                ("nextCursor", string(), "next page"),
            ],
        ),
        (
            "BackupRecord",
            vec![
                ("recordId", string(), "record"),
                (
                    "moduleCode",
                    json!({ "type": "string", "enum": ["100", "101", "102"] }),
                    "module",
                ),
                (
                    "status",
                    json!({ "type": "integer", "format": "int32", "enum": [0, 1, 2] }),
                    "status",
                ),
                ("properties", string(), "custom property"),
                ("version", integer(), "version"),
                ("createTime", time(), "Creation time"),
                ("endTime", time(), "End time"),
                ("deviceInfo", json!("DeviceEntity"), "device"),
            ],
        ),
        (
            "DeviceEntity",
            vec![
                ("deviceId", string(), "device"),
                ("machineCode", string(), "machine code"),
                ("deviceName", string(), "device name"),
                ("deviceOS", string(), "device system"),
                ("createTime", time(), "Creation time"),
            ],
        ),
        // Not on the page, which documents no error body: the service's envelope and the gateway's.
        (
            "ErrorResponse",
            vec![
                ("code", integer(), "outcome"),
                ("msg", string(), "reason"),
                ("error_code", string(), "code"),
                ("error_msg", string(), "reason"),
                ("request_id", string(), "identifier"),
            ],
        ),
    ]
}

/// Components that hold no more than one value; their use is checked where they are used.
pub(crate) const SCALARS: [&str; 10] = [
    "BackupRecordList",
    "CreationTime",
    "DeviceId",
    "EndTime",
    "LockId",
    "NextCursor",
    "PageSize",
    "RecordId",
    "RecordVersion",
    "ResultCode",
];

/// The example response, character by character.
pub(crate) const EXAMPLE: &str = r#"{
  "data" : [ {
    "recordId" : "1842862763295184641",
    "moduleCode" : "101",
    "status" : 1,
    "properties" : "{\"test\":\"123\"}",
    "version" : 1,
    "createTime" : "2025-12-17T07:59:20.752Z",
    "endTime" : "2025-12-17T08:29:00.437Z"
  } ],
  "code" : 0,
  "msg" : "success"
}"#;
