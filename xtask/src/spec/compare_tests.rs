//! Known pairs: the first release, and the same with one thing changed.

use serde_json::Value;

use super::compare::{Change, changes};
use super::rules::Level::{self, Major, Minor, Patch};
use crate::workspace;

/// A released file never changes, so neither do these pairs.
fn base() -> String {
    fs_err::read_to_string(workspace::root().join("openapi/released/koodrive-1.0.0.yaml")).unwrap()
}

fn parse(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// What is replaced by what, the level of that, and a part of what is said about it.
type Case = (&'static str, &'static str, Level, &'static str);

fn check(cases: &[Case]) {
    let base = base();
    for (find, put, level, says) in cases {
        assert!(base.contains(find), "the release has no {find:?}");
        let found = changes(&parse(&base), &parse(&base.replacen(find, put, 1)));
        let lines: Vec<String> = found.iter().map(line_of).collect();
        let highest = found.iter().map(|change| change.level).max();
        assert_eq!(highest, Some(*level), "{find:?} -> {put:?}: {lines:#?}");
        assert!(lines.iter().any(|line| line.contains(says)), "{lines:#?}\ndo not say {says}");
    }
}

fn line_of(change: &Change) -> String {
    format!("{:?} {} {}", change.level, change.path.join("."), change.what)
}

const CURSOR: &str = "        - $ref: '#/components/parameters/CursorQuery'\n";
const LOCK: &str = "        - $ref: '#/components/parameters/BackupLockId'\n";
const GET: &str = "    get:\n";
const OK: &str = "        '200':\n";
const DEVICE: &str = "        - $ref: '#/components/parameters/DeviceIdQuery'\n";

#[test]
fn nothing_changed_is_no_change() {
    let text = base();
    assert!(changes(&parse(&text), &parse(&text)).is_empty());
    let next = text.replacen("  version: 1.0.0", "  version: 1.0.1", 1);
    assert!(changes(&parse(&text), &parse(&next)).is_empty());
    let commented = text.replacen("info:\n", "# A comment.\ninfo:\n", 1);
    assert!(changes(&parse(&text), &parse(&commented)).is_empty());
}

#[test]
#[rustfmt::skip]
fn what_callers_send_must_stay_accepted() {
    check(&[
        ("  /koodrive/ose/v1/backup/record:", "  /backup/record:", Major, "backup/record removed"),
        ("    get:\n", "    post:\n", Major, "record.get removed"),
        ("operationId: listBackupRecords", "operationId: list", Major, "operationId"),
        (CURSOR, "", Major, "query cursor removed"),
        ("      name: cursor\n", "      name: next\n", Major, "query cursor removed"),
        ("cursor\n      in: query", "cursor\n      in: header", Major, "header cursor added"),
        ("deviceId\n      in: query\n      required: false", "deviceId\n      in: query\n      required: true", Major, "query deviceId.required"),
        (CURSOR, "        - name: zone\n          in: query\n          required: true\n          schema:\n            type: string\n", Major, "query zone added (callers that do not know it are refused)"),
        ("      maximum: 100", "      maximum: 50", Major, "PageSize.maximum 100 -> 50"),
        ("      minimum: 1\n", "      minimum: 2\n", Major, "PageSize.minimum 1 -> 2"),
        ("      maximum: 100", "      maximum: 100.0", Minor, "PageSize.maximum"),
        ("        maxLength: 1000", "        maxLength: 999", Major, "query cursor.schema.maxLength"),
        ("        type: string\n        maxLength: 1000", "        type: string\n        maxLength: 1000\n        pattern: '^[0-9]+$'", Major, "schema.pattern added"),
        ("        type: string\n        maxLength: 1000", "        type: integer", Major, "query cursor.schema.type"),
        ("        - '101'\n        - '102'\n      x-", "        - '101'\n      x-", Major, "ModuleCode.enum.102 removed"),
        ("    type: apiKey\n      in: header\n      name: X-User-Id", "    type: apiKey\n      in: header\n      name: X-User", Major, "userId.name"),
        ("  - appSignature: []\n    userId: []\n    signatureDate: []\n", "", Major, "security.appSignature + signatureDate + userId removed"),
        ("  - accessToken: []\n    userId: []\n", "  - accessToken: []\n    appSignature: []\n    userId: []\n", Major, "security.accessToken + signatureDate + userId removed"),
        ("          - cn\n", "", Major, "servers.https://cn.myhuaweicloud-koodrive.com removed"),
        ("        default: intl\n", "        default: cn\n", Major, "get another"),
        // What stands below the document replaces what it says.
        (GET, "    servers:\n      - url: https://x.example\n    get:\n", Major, "record.servers.https://intl.myhuaweicloud-koodrive.com removed"),
        (GET, "    get:\n      servers:\n        - url: https://x.example\n", Major, "get.servers.https://cn.myhuaweicloud-koodrive.com removed"),
        (GET, "    get:\n      security: []\n", Major, "get.security.accessToken + "),
        // Behind it, some generated methods take other parameters by position.
        (CURSOR, "        - $ref: '#/components/parameters/CursorQuery'\n        - name: zone\n          in: query\n          schema:\n            type: string\n", Major, "get.parameters in other places"),
    ]);
    // Two strings in other places still compile where they are taken by position.
    let base = base();
    let both = format!("{CURSOR}{DEVICE}");
    assert!(base.contains(&both));
    let swapped = base.replacen(&both, &format!("{DEVICE}{CURSOR}"), 1);
    let found = changes(&parse(&base), &parse(&swapped));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].level, Major);
    assert!(found[0].what.contains("in other places"), "{}", found[0].what);
}

#[test]
#[rustfmt::skip]
fn what_clients_read_must_stay_readable() {
    check(&[
        ("        machineCode:\n", "        machine:\n", Major, "DeviceEntity.properties.machineCode removed"),
        ("        - 1\n        - 2\n      x-", "        - 1\n      x-", Major, "BackupStatus.enum.2 removed"),
        ("        - TO_BE_DELETED", "        - DELETED", Major, "BackupStatus.enum.2 \"TO_BE_DELETED\" -> \"DELETED\""),
        ("      format: int64\n      description: Version of", "      format: int32\n      description: Version of", Major, "RecordVersion.format"),
        ("          $ref: '#/components/schemas/RecordVersion'", "          type: string\n          description: Version.", Major, "properties.version.type"),
        ("          $ref: '#/components/schemas/DeviceEntity'", "          $ref: '#/components/schemas/ErrorResponse'", Major, "generated types are named by components"),
        ("    RecordVersion:\n", "    RecVersion:\n", Major, "schemas.RecordVersion removed"),
        ("        4XX:\n", "        '404':\n", Major, "responses.4XX removed"),
        ("            application/json:\n              schema:", "            text/json:\n              schema:", Major, "content.application/json removed"),
        ("        deviceOS:\n          type: string\n", "        deviceOS:\n          type: string\n          nullable: true\n", Major, "deviceOS.nullable"),
        ("      description: One page of backup records.\n", "      description: One page of backup records.\n      required: [code]\n", Major, "required.code added"),
        ("      description: One page of backup records.\n", "      description: One page of backup records.\n      additionalProperties: false\n", Major, "not known to be harmless"),
        ("      type: string\n      format: date-time\n", "      type: string\n", Major, "CreationTime.format removed"),
    ]);
}

#[test]
#[rustfmt::skip]
fn additions_are_additions() {
    check(&[
        ("  /koodrive/ose/v1/backup/record:\n", "  /new:\n    get:\n      responses:\n        '200':\n          description: New.\n  /koodrive/ose/v1/backup/record:\n", Minor, "/new added"),
        (LOCK, "        - $ref: '#/components/parameters/BackupLockId'\n        - name: zone\n          in: query\n          schema:\n            type: string\n", Minor, "query zone added (new and optional)"),
        (OK, "        '200':\n          headers:\n            X-Traceid:\n              schema:\n                type: string\n", Minor, "responses.200.headers.X-Traceid added"),
        ("pageSize\n      in: query\n      required: true", "pageSize\n      in: query\n      required: false", Minor, "may be left out now"),
        ("      maximum: 100", "      maximum: 200", Minor, "PageSize.maximum"),
        ("        machineCode:\n", "        colour:\n          type: string\n        machineCode:\n", Minor, "properties.colour added"),
        ("        - 1\n        - 2\n      x-enum-varnames:\n        - NEW\n        - COMPLETED\n        - TO_BE_DELETED\n", "        - 1\n        - 2\n        - 3\n      x-enum-varnames:\n        - NEW\n        - COMPLETED\n        - TO_BE_DELETED\n        - LOST\n", Minor, "BackupStatus.enum.3 added"),
        ("  - appSignature: []\n", "  - accessToken: []\n  - appSignature: []\n", Minor, "security.accessToken added"),
        ("          - cn\n", "          - cn\n          - eu\n", Minor, "servers.https://eu."),
        ("        5XX:\n", "        '202':\n          description: New.\n        5XX:\n", Minor, "responses.202 added"),
        ("    RecordVersion:\n", "    Other:\n      type: string\n    RecordVersion:\n", Minor, "schemas.Other added"),
    ]);
}

/// What says the same below the document as the document does changes nothing.
#[test]
fn servers_and_security_are_inherited() {
    let base = parse(&base());
    let levels = |now: &Value| changes(&base, now).iter().map(|c| c.level).max();
    let mut repeated = base.clone();
    let path = &mut repeated["paths"]["/koodrive/ose/v1/backup/record"];
    path["servers"] = base["servers"].clone();
    path["get"]["security"] = base["security"].clone();
    assert_eq!(levels(&repeated), Some(Patch));

    let mut open = base.clone();
    open["security"] = Value::Array(Vec::new());
    let found = changes(&open, &base);
    let needed = found.iter().find(|c| c.path == ["security", "no credentials"]).unwrap();
    assert_eq!(needed.level, Major, "credentials are needed now");
}

#[test]
#[rustfmt::skip]
fn words_are_words() {
    check(&[
        ("Device name.", "Name of the device.", Patch, "deviceName.description \"Device name.\" -> \"Name of the device.\" (words"),
        ("Device name.", "The name of the device, as its owner gave it when it was set up.", Patch, "deviceName.description changed (words"),
        ("Huawei publishes no such", "Huawei does not publish any such", Patch, "info.description changed (words"),
        ("            version: 3\n", "            version: 4\n", Patch, "examples.pageWithDevice.value"),
        ("      example: '1842862763295184641'", "      example: '1'", Patch, "RecordId.example"),
        ("        - To be deleted", "        - About to be deleted", Patch, "x-enum-descriptions"),
        ("  title: KooDrive Backup API", "  title: KooDrive", Patch, "info.title"),
        ("Records of device backups", "Backups of devices", Patch, "tags"),
        ("It\n        must lie within", "It\n        has to lie within", Patch, "signatureDate.description"),
        ("openapi: 3.0.3", "openapi: 3.0.4", Patch, "openapi"),
        ("          $ref: '#/components/schemas/RecordVersion'", "          type: integer\n          format: int64\n          description: Version of a backup record.\n          example: 1", Patch, "-> a schema in place"),
    ]);
}

/// The same bound costs another side where a value travels the other way.
#[test]
fn bounds_count_by_direction() {
    let bounded = base().replacen(
        "          description: Device name.\n",
        "          description: Device name.\n          maxLength: 10\n",
        1,
    );
    for (length, level) in [("9", Minor), ("11", Major)] {
        let other = bounded.replacen("maxLength: 10\n", &format!("maxLength: {length}\n"), 1);
        // The release itself has a maxLength: 1000, which the text above does not match.
        assert_ne!(bounded, other);
        let found = changes(&parse(&bounded), &parse(&other));
        assert_eq!(found.iter().map(|c| c.level).collect::<Vec<_>>(), [level], "{length}");
    }
}

#[test]
fn a_bound_in_place_counts_for_who_sends_it() {
    let in_parameter = "        - name: in-place\n          in: query\n          schema:\n            \
                        type: string\n            maxLength: 10\n";
    let in_header = "          headers:\n            In-Place:\n              schema:\n                \
                     type: string\n                maxLength: 10\n";
    for (after, schema, levels) in
        [(LOCK, in_parameter, [Major, Minor]), (OK, in_header, [Minor, Major])]
    {
        let bounded = base().replacen(after, &format!("{after}{schema}"), 1);
        for (length, level) in ["9", "11"].into_iter().zip(levels) {
            let other = bounded.replacen("maxLength: 10\n", &format!("maxLength: {length}\n"), 1);
            let found = changes(&parse(&bounded), &parse(&other));
            let found: Vec<_> = found.iter().map(|change| change.level).collect();
            assert_eq!(found, [level], "{length} in {schema}");
        }
    }
}

/// A schema may hold itself, under another name in each document.
#[test]
fn schemas_may_lead_back_to_themselves() {
    let tree = |name: &str| {
        base().replacen(
            "    RecordVersion:\n",
            &format!(
                "    {name}:\n      type: object\n      properties:\n        child:\n          \
                 $ref: '#/components/schemas/{name}'\n    Top:\n      type: object\n      \
                 properties:\n        first:\n          $ref: '#/components/schemas/{name}'\n    \
                 RecordVersion:\n"
            ),
            1,
        )
    };
    let found = changes(&parse(&tree("Tree")), &parse(&tree("Node")));
    assert!(found.iter().any(|c| c.path == ["components", "schemas", "Tree"]), "{found:#?}");
}
