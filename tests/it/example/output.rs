//! What goes to standard output, in which form, and what does not.

use super::night::record_ids;
use koodrive_sandbox::{Fault, FaultKind, Sandbox};
use koodrive_tests::example::{bare, list, records};
use koodrive_tests::process::run;
use serde_json::{Value, json};

#[tokio::test]
async fn without_arguments_a_sandbox_in_the_process_is_listed_completely() {
    let outcome = run(&mut bare()).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.stdout.lines().count(), 1 + 750, "a heading and 250 of each module");
    let said: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("listing a sandbox in this process"), "{said:?}");
    assert_eq!(said[1], "750 records, 9 pages, 9 requests, 0 retries");
}

#[tokio::test]
async fn the_table_has_a_heading_and_aligned_columns() {
    let outcome = run(&mut bare()).await;
    let mut lines = outcome.stdout.lines();
    let heading = lines.next().unwrap();
    let names: Vec<&str> = heading.split_whitespace().collect();
    assert_eq!(names, ["RECORD", "ID", "MODULE", "STATUS", "CREATED", "ENDED", "DEVICE"]);
    let starts =
        ["MODULE", "STATUS", "CREATED", "ENDED", "DEVICE"].map(|name| heading.find(name).unwrap());
    for line in lines {
        for start in starts {
            assert_eq!(&line[start - 2..start], "  ", "{line}");
            assert_ne!(&line[start..=start], " ", "{line}");
        }
    }
    let example = outcome.stdout.lines().find(|line| line.starts_with("1842862763295184641"));
    let cells: Vec<&str> = example.unwrap().split_whitespace().collect();
    let documented = ["album", "completed", "2025-12-17T07:59:20.752Z", "2025-12-17T08:29:00.437Z"];
    assert_eq!((&cells[1..5], cells[5]), (&documented[..], "-"));
}

/// What a table must bear: wide characters, escapes, and nothing at all.
fn odd_records() -> Vec<Value> {
    vec![
        json!({"recordId": "1", "status": 7, "deviceInfo": {"deviceId": "d\u{1b}[31m", "deviceName": "a\nb\u{9b}c\u{202e}"}}),
        json!({"recordId": "2", "moduleCode": "相册备份", "status": 0, "deviceInfo": {"deviceName": "手机"}}),
        json!({}),
    ]
}

#[tokio::test]
async fn the_table_shows_server_text_without_its_control_characters() {
    let sandbox = Sandbox::builder().records_of("100", odd_records()).start().await.unwrap();
    let outcome = list(&sandbox, &["--module", "folder"]).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(!outcome.stdout.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')));
    assert!(lines[1].ends_with(r"d\u{1b}[31m a\nb\u{9b}c\u{202e}"), "{}", lines[1]);
    // Four characters of two columns each in a column of twelve.
    assert!(lines[2].contains("相册备份      new "), "{}", lines[2]);
    assert!(lines[3].split_whitespace().all(|cell| cell == "-"), "{}", lines[3]);
}

#[tokio::test]
async fn json_is_one_array_of_all_records() {
    let sandbox = Sandbox::builder().records(120).start().await.unwrap();
    let outcome = list(&sandbox, &["--format", "json"]).await;
    let array: Vec<Value> = serde_json::from_str(&outcome.stdout).unwrap();
    let mut lines = records(&list(&sandbox, &["--format", "ndjson"]).await.stdout);
    lines.sort_by_key(|record| record["moduleCode"].as_str().map(str::to_owned));
    assert_eq!(array, lines);
    assert_eq!(array.len(), 360);

    let nobody = list(&sandbox, &["--format", "json", "--device", "nobody"]).await;
    assert_eq!(serde_json::from_str::<Value>(&nobody.stdout).unwrap(), json!([]));
    assert_eq!(nobody.last_line(), "0 records, 3 pages, 3 requests, 0 retries");
}

#[tokio::test]
async fn ndjson_has_the_member_names_of_the_contract_and_unknown_values_as_they_came() {
    let whole = json!({
        "recordId": "1842862763295184641",
        "moduleCode": "999",
        "status": 7,
        "properties": "no JSON \u{85}\u{2028}",
        "version": 3,
        "createTime": "yesterday",
        "endTime": "",
        "deviceInfo": {
            "deviceId": "d",
            "machineCode": "m",
            "deviceName": "n",
            "deviceOS": "o",
            "createTime": "2025-12-17T15:59:20+08:00",
        },
    });
    let bare = json!({"recordId": "2"});
    let sandbox = Sandbox::builder()
        .records_of("101", vec![whole.clone(), bare.clone()])
        .start()
        .await
        .unwrap();
    let outcome = list(&sandbox, &["--module", "album", "--format", "ndjson"]).await;
    assert_eq!(records(&outcome.stdout), [whole, bare]);
    // Some readers split lines at these, which JSON allows in a string.
    assert!(outcome.stdout.contains(r"no JSON \u0085\u2028"), "{}", outcome.stdout);
}

#[tokio::test]
async fn standard_output_has_data_alone_while_things_go_wrong() {
    let sandbox = Sandbox::builder()
        .records(20)
        .fault(Fault::on_page(2, FaultKind::Reset))
        .fault(Fault::on_page(1, FaultKind::Unreadable))
        .start()
        .await
        .unwrap();
    let outcome = list(&sandbox, &["--page-size", "10", "--format", "ndjson"]).await;
    assert_eq!(record_ids(&outcome.stdout).len(), 60);
    assert_eq!(outcome.last_line(), "60 records, 6 pages, 9 requests, 3 retries");
    // No terminal, so no counter.
    assert!(!outcome.stderr.contains('\r') && !outcome.stderr.contains('\u{1b}'));
}
