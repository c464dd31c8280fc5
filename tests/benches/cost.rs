//! What a request and a record cost here, without the network: `cargo bench -p koodrive-tests`.

use divan::{Bencher, black_box, counter::ItemsCount};
use http::{HeaderMap, Method};
use koodrive_api::types::{BackupRecord, BackupRecordPage};
use koodrive_ext::signing::{self, SignedHeaders, SigningRequest};
use koodrive_ext::{AppCredentials, BackupRecordExt as _};
use serde_json::json;
use url::Url;

fn main() {
    divan::main();
}

#[divan::bench]
fn sign_a_request_with_a_cursor(bencher: Bencher) {
    let cursor = "A%2B%2F%3D".repeat(100);
    let url: Url = format!("https://intl.myhuaweicloud-koodrive.com/koodrive/ose/v1/backup/record?moduleCode=101&pageSize=100&cursor={cursor}").parse().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("x-user-id", "1505084218764547200".parse().unwrap());
    let app = AppCredentials::new("a378331eca14", "4f0b7a52c8d94e6e9a1c3d5b7f8e2a60").unwrap();
    let date = "20251103T070140Z".parse().unwrap();
    let (signed, empty) = (SignedHeaders::default(), signing::body_sha256(b""));
    bencher.bench(|| {
        let request = SigningRequest::new(&Method::GET, black_box(&url), &headers, &empty);
        signing::sign(request, &app, date, &signed).unwrap()
    });
}

fn page() -> String {
    let records: Vec<_> = (0..100)
        .map(|n| {
            json!({
                "recordId": (1_842_862_763_295_184_641_u64 + n).to_string(),
                "moduleCode": "101",
                "status": n % 3,
                "properties": "{\"test\":\"123\"}",
                "version": 1,
                "createTime": "2025-12-17T07:59:20.752Z",
                "endTime": "2025-12-17T08:29:00.437Z",
                "deviceInfo": {"deviceId": "1842812272691451648", "machineCode": "MC-0001",
                    "deviceName": "Living-room tablet", "deviceOS": "Android 15",
                    "createTime": "2025-01-02T03:04:05.006Z"},
            })
        })
        .collect();
    json!({"code": 0, "msg": "success", "data": records, "nextCursor": "eyJv"}).to_string()
}

/// The yardstick: a plain `Vec`, which loses the page with one odd record.
#[divan::bench]
fn decode_100_records_into_a_vec(bencher: Bencher) {
    #[derive(serde::Deserialize)]
    struct Strict {
        data: Vec<BackupRecord>,
    }
    let page = page();
    bencher
        .counter(ItemsCount::new(100_u32))
        .bench(|| serde_json::from_str::<Strict>(black_box(&page)).unwrap().data.len());
}

#[divan::bench]
fn decode_100_records(bencher: Bencher) {
    let page = page();
    bencher
        .counter(ItemsCount::new(100_u32))
        .bench(|| serde_json::from_slice::<BackupRecordPage>(black_box(page.as_bytes())).unwrap());
}

#[divan::bench]
fn read_a_record_through_its_accessors(bencher: Bencher) {
    let page: BackupRecordPage = serde_json::from_str(&page()).unwrap();
    let data = page.data.unwrap();
    let record = &data[0];
    bencher.bench(|| {
        let record = black_box(record);
        (record.record_id().is_some(), record.module_code(), record.status(), record.created_at())
    });
}
