//! What the service sent goes out as it came, against a server that sends the bytes of a test.

use koodrive_tests::example::bare;
use koodrive_tests::process::Outcome;
use koodrive_tests::raw_server::{RawServer, ok};
use tokio::process::Command;

use super::night::{Night, read, run};

/// The elements of `data`, as the server sends them, and the lines that are made of them.
const CAME: [(&str, &str); 7] = [
    (
        "{ \"recordId\" : \"1\",\n\t\"version\": 1.50e+007, \"status\": 1.0 }",
        r#"{"recordId":"1","version":1.50e+007,"status":1.0}"#,
    ),
    (
        r#"{"zone": {"b": [1, null, {"c": "d  e"}], "a": 0.1000}, "recordId": "2"}"#,
        r#"{"zone":{"b":[1,null,{"c":"d  e"}],"a":0.1000},"recordId":"2"}"#,
    ),
    (
        r#"{"recordId": "3", "endTime": null, "deviceInfo": null, "unknown": null}"#,
        r#"{"recordId":"3","endTime":null,"deviceInfo":null,"unknown":null}"#,
    ),
    (r#"{"recordId": 4, "moduleCode": 101}"#, r#"{"recordId":4,"moduleCode":101}"#),
    (
        r#"{"recordId": "5", "big": 123456789012345678901234567890, "t": "\u00e9\ud83d\ude00 \/"}"#,
        r#"{"recordId":"5","big":123456789012345678901234567890,"t":"\u00e9\ud83d\ude00 \/"}"#,
    ),
    (
        "{\"recordId\": \"6\", \"t\": \"\u{85}\u{2028}\u{202e}\u{61c}\u{e0041}é\"}",
        r#"{"recordId":"6","t":"\u0085\u2028\u202e\u061c\udb40\udc41é"}"#,
    ),
    (r#"[ "7", "101" ]"#, r#"{"unreadable":["7","101"]}"#),
];

fn page() -> Vec<u8> {
    let data: Vec<&str> = CAME.iter().map(|(json, _)| *json).collect();
    let mut body = format!("{{\"code\": 0, \"data\": [\n {}", data.join(" ,\n ")).into_bytes();
    body.extend_from_slice(b",{\"recordId\": \"\xff 8\"}]}");
    body
}

async fn list(arguments: &[&str]) -> Outcome {
    run(command(arguments).await).await
}

async fn command(arguments: &[&str]) -> Command {
    let server = RawServer::answering(|_, _| ok(page())).await;
    let mut command = bare();
    command.args(["--endpoint", server.url(), "--user-id", "u", "--module", "album"]);
    command.args(arguments).env("KOODRIVE_TOKEN", "t");
    command
}

#[tokio::test]
async fn json_lines_keep_members_order_nulls_and_the_spelling_of_numbers() {
    let outcome = list(&["--format", "ndjson"]).await;
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    for (line, (_, expected)) in lines.iter().zip(CAME) {
        assert_eq!(*line, expected);
    }
    let hexadecimal = "7b227265636f72644964223a2022ff2038227d";
    assert_eq!(lines[7..], [format!("{{\"unreadableHex\":\"{hexadecimal}\"}}")]);
}

#[tokio::test]
async fn a_json_array_keeps_them_too() {
    let outcome = list(&["--format", "json"]).await;
    let expected: Vec<&str> = CAME[..6].iter().map(|(_, line)| *line).collect();
    assert_eq!(outcome.stdout, format!("[\n{}\n]\n", expected.join(",\n")));
}

#[tokio::test]
async fn the_file_of_unreadable_records_has_their_json_alone() {
    let night = Night::new();
    let file = night.path("odd");
    list(&["--unreadable", file.to_str().unwrap()]).await;
    let lines = read(&file);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines[0], r#"["7","101"]"#);
    assert!(lines[1].starts_with(r#"{"unreadableHex":"7b22"#) && lines.len() == 2, "{lines:?}");
}

#[tokio::test]
async fn messages_and_tables_print_no_character_of_the_service_that_acts() {
    let odd = "\u{1b}[2J\u{9b}31m\u{85}\u{202e}\u{2066}\u{61c}\u{e0041}";
    let record = format!(r#"{{"recordId":"a{odd}b","deviceInfo":{{"deviceName":"{odd}"}}}}"#);
    let bad = format!(r#"{{"status":["{odd}"]}}"#);
    let failure = format!(r#"{{"code":"1{odd}\n2026-01-01 INFO all is well","msg":"{odd}"}}"#);
    let server = RawServer::answering(move |number, _| {
        ok(if number == 1 {
            format!(r#"{{"code":0,"data":[{record},{bad}],"nextCursor":"n"}}"#)
        } else {
            failure.clone()
        }
        // JSON allows none of them raw in a string.
        .replace('\u{1b}', "\\u001b"))
    })
    .await;
    let mut command = bare();
    command.args(["--endpoint", server.url(), "--user-id", "u", "--module", "album"]);
    command.env("KOODRIVE_TOKEN", "t");
    let outcome = run(command).await;
    assert_eq!(outcome.status, Some(1));
    let acts = |c: char| c != '\n' && (c.is_control() || odd[4..].contains(c) && !c.is_ascii());
    for text in [&outcome.stdout, &outcome.stderr] {
        assert_eq!(text.chars().find(|c| acts(*c)), None, "{text}");
    }
    assert_eq!(outcome.stdout.lines().count(), 2);
    assert!(!outcome.stderr.lines().any(|line| line.starts_with("2026")), "{}", outcome.stderr);
    assert!(outcome.stdout.contains(r"\u{61c}\u{e0041}"), "{}", outcome.stdout);
}

#[tokio::test]
async fn advice_names_flags() {
    let page = |next: &str| ok(format!(r#"{{"code":0,"data":[{{"recordId":"1"}}]{next}}}"#));
    let night = Night::new();
    let server = RawServer::answering(move |number, _| match number {
        1 => page(r#","nextCursor":"n""#),
        2 => ok(r#"{"code":13000410}"#),
        _ => ok(r#"{"code":13000102,"msg":"bad cursor"}"#),
    })
    .await;
    let again = || {
        let mut command = bare();
        command.args(["--endpoint", server.url(), "--user-id", "u", "--module", "album"]);
        command.args(["--format", "ndjson", "--checkpoint"]).arg(night.checkpoint());
        command.env("KOODRIVE_TOKEN", "t");
        command
    };
    assert_eq!(run(again()).await.status, Some(1));
    let refused = run(again()).await;
    assert_eq!(refused.status, Some(1));
    let said = "no longer takes the place that the checkpoint keeps";
    assert!(refused.stderr.contains(said), "{}", refused.stderr);
    assert!(refused.stderr.contains("give another --checkpoint"), "{}", refused.stderr);

    let server = RawServer::answering(move |_, _| page(r#","nextCursor":"same""#)).await;
    let mut command = bare();
    command.args(["--endpoint", server.url(), "--user-id", "u", "--module", "album"]);
    let outcome = run({
        command.env("KOODRIVE_TOKEN", "t");
        command
    })
    .await;
    assert!(outcome.stderr.contains("no flag changes this"), "{}", outcome.stderr);
    for api in ["Checkpoint::", "page_start", ".resume", "max_", "RetryPolicy"] {
        assert!(!format!("{}{}", refused.stderr, outcome.stderr).contains(api), "{api}");
    }
}
