//! All modules in one run: side by side as JSON lines, one after the other for people and with a
//! limit.

use std::collections::BTreeSet;

use koodrive_sandbox::Sandbox;
use koodrive_tests::example::{bare, ids, ids_by_module, list, records, unauthenticated};
use koodrive_tests::process::{finish, run as run_to_end, start};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, BufStream};
use tokio::net::TcpListener;

use super::night::{Night, all_ids, by_shell, read, run, signal};

/// Answers no request before one of each module has arrived.
async fn patient_server(listener: TcpListener) -> std::io::Result<BTreeSet<String>> {
    let mut modules = BTreeSet::new();
    let mut waiting = Vec::new();
    while waiting.len() < 3 {
        let (stream, _) = listener.accept().await?;
        let mut stream = BufStream::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            stream.read_line(&mut head).await?;
        }
        modules.extend(["100", "101", "102"].map(str::to_owned).into_iter().filter(|code| {
            let parameter = format!("moduleCode={code}");
            head.lines().next().is_some_and(|line| line.contains(&parameter))
        }));
        waiting.push(stream);
    }
    for mut stream in waiting {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\nconnection: close\r\n\r\n";
        stream.write_all(answer.as_bytes()).await?;
        stream.write_all(br#"{"code":0,"data":[]}"#).await?;
        stream.flush().await?;
    }
    Ok(modules)
}

#[tokio::test]
async fn json_lines_ask_for_all_modules_at_once() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(patient_server(listener));
    let mut command = bare();
    command
        .args(["--endpoint", &url, "--user-id", "u", "--format", "ndjson"])
        .env("KOODRIVE_TOKEN", "t");
    let outcome = run_to_end(&mut command).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert_eq!(server.await.unwrap().unwrap().len(), 3);
}

/// Module 100 has three pages of ten, the others one.
async fn one_long_module(fault: &str) -> Sandbox {
    let short = |code: &str| (0..5).map(|n| record(code, n)).collect();
    Sandbox::builder()
        .records(30)
        .records_of("101", short("101"))
        .records_of("102", short("102"))
        .fault(fault.parse().unwrap())
        .start()
        .await
        .unwrap()
}

fn record(code: &str, number: usize) -> Value {
    json!({"recordId": format!("{code}-{number}"), "moduleCode": code})
}

#[cfg(unix)]
#[tokio::test]
async fn a_module_that_hangs_stops_no_other() {
    let (night, sandbox) = (Night::new(), one_long_module("page=2:slow=1000s").await);
    let mut child = start(&mut night.to_stdout(&sandbox));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut printed = String::new();
    for _ in 0..10 + 5 + 5 {
        printed += &(lines.next_line().await.unwrap().unwrap() + "\n");
    }
    assert_eq!(ids_by_module(&printed)[10..], [ids_of("101"), ids_of("102")].concat());
    signal(&child, "TERM");
    let outcome = finish(child).await;
    assert_eq!(outcome.status, Some(130), "{}", outcome.stderr);
    assert!(outcome.last_line().starts_with("20 records, 3 pages, "), "{}", outcome.stderr);
    let kept = night.kept();
    assert!(["101", "102"].iter().all(|code| kept["modules"][code]["position"] == "end"), "{kept}");

    sandbox.clear_faults();
    let rest = run(night.to_stdout(&sandbox)).await;
    assert_eq!((rest.status, ids(&rest.stdout).len()), (Some(0), 20), "{}", rest.stderr);
}

fn ids_of(code: &str) -> Vec<String> {
    (0..5).map(|number| format!("{code}-{number}")).collect()
}

#[tokio::test]
async fn a_module_that_fails_stops_no_other_in_any_form() {
    for form in ["ndjson", "table", "json"] {
        let sandbox = one_long_module("page=2,attempt=*:status=403").await;
        let outcome = list(&sandbox, &["--page-size", "10", "--format", form]).await;
        assert_eq!(outcome.status, Some(1), "{form}");
        assert_eq!(outcome.stdout.matches("101-").count(), 5, "{form}: {}", outcome.stdout);
        assert_eq!(outcome.stdout.matches("102-").count(), 5, "{form}: {}", outcome.stdout);
        let broken = "error: the list of folder is not complete; ";
        assert!(outcome.stderr.contains(broken), "{form}: {}", outcome.stderr);
        assert_eq!(outcome.last_line(), "20 records, 3 pages, 4 requests, 0 retries", "{form}");
    }
}

#[tokio::test]
async fn what_is_not_complete_is_named_in_the_order_of_the_modules() {
    let sandbox = Sandbox::builder().records(3).start().await.unwrap();
    let mut command = unauthenticated(&sandbox);
    command.args(["--format", "ndjson"]).env("KOODRIVE_TOKEN", "wrong");
    let outcome = run(command).await;
    let said = "error: the list of folder, album, address-book is not complete; ";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    for module in ["folder", "album", "address-book"] {
        assert_eq!(outcome.stderr.matches(&format!("error: {module}: ")).count(), 1);
    }
}

#[tokio::test]
async fn json_lines_have_the_records_of_each_module_in_order() {
    let sandbox = Sandbox::builder().records(30).start().await.unwrap();
    let outcome = list(&sandbox, &["--page-size", "7", "--format", "ndjson"]).await;
    let mut whole = Vec::new();
    for module in ["folder", "album", "address-book"] {
        let alone = list(&sandbox, &["--module", module, "--format", "ndjson"]).await;
        whole.extend(ids(&alone.stdout));
    }
    assert_eq!(ids_by_module(&outcome.stdout), whole);
    assert_eq!(outcome.last_line(), "90 records, 15 pages, 15 requests, 0 retries");
}

#[tokio::test]
async fn for_people_and_with_a_limit_one_module_comes_after_the_other() {
    let sandbox = Sandbox::builder().records(30).start().await.unwrap();
    let whole = all_ids(&sandbox).await;
    let limited = ["--format", "ndjson", "--limit", "90"];
    for form in [&["--format", "table"][..], &["--format", "json"], &limited] {
        sandbox.clear_requests();
        let outcome = list(&sandbox, &[&["--page-size", "7"], form].concat()).await;
        let at: Vec<_> = whole.iter().map(|id| outcome.stdout.find(id.as_str())).collect();
        assert!(at.is_sorted() && at[0].is_some(), "{form:?}: {}", outcome.stdout);
        let requests = sandbox.requests();
        let asked: Vec<_> =
            requests.iter().filter_map(|request| request.param("moduleCode")).collect();
        assert_eq!(asked, [["100"; 5], ["101"; 5], ["102"; 5]].concat(), "{form:?}");
    }
}

#[tokio::test]
async fn a_limit_over_all_modules_is_exact_and_nothing_is_fetched_in_vain() {
    let sandbox = Sandbox::builder().records(25).start().await.unwrap();
    let whole = all_ids(&sandbox).await;
    for (limit, pages) in [(10, 1), (20, 2), (25, 3), (26, 4), (50, 6), (60, 7), (75, 9), (76, 9)] {
        sandbox.clear_requests();
        let limit_text = limit.to_string();
        let arguments = ["--page-size", "10", "--format", "ndjson", "--limit", &limit_text];
        let outcome = list(&sandbox, &arguments).await;
        assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
        assert_eq!(ids(&outcome.stdout), whole[..limit.min(75)], "{limit}");
        assert_eq!(sandbox.requests().len(), pages, "{limit}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_counts_for_the_limit_of_all_modules() {
    let elements = |code: &str| vec![record(code, 1), json!(42), record(code, 2)];
    let sandbox = ["100", "101", "102"]
        .into_iter()
        .fold(Sandbox::builder(), |builder, code| builder.records_of(code, elements(code)));
    let sandbox = sandbox.start().await.unwrap();
    let outcome = list(&sandbox, &["--format", "ndjson", "--limit", "5"]).await;
    let lines = records(&outcome.stdout);
    assert_eq!(lines.len(), 5, "{}", outcome.stdout);
    assert_eq!(lines[4], json!({"unreadable": 42}));
    assert_eq!(sandbox.requests().len(), 2);
}

/// The checkpoint keeps for each module how long standard output was behind it, and that of the last
/// page is how long all of it was.
#[tokio::test]
async fn a_file_of_the_shell_that_all_modules_share_is_gone_on_with_exactly() {
    let night = Night::new();
    let sandbox = Sandbox::builder()
        .records(25)
        .fault("page=2,attempt=*:status=403".parse().unwrap())
        .start()
        .await
        .unwrap();
    let line = format!("exec \"$@\" >> '{}'", night.output().display());
    let first = run(by_shell(&line, &night.to_stdout(&sandbox))).await;
    assert_eq!(first.status, Some(1), "{}", first.stderr);
    assert!(first.stderr.contains("(with >>, since the shell's > empties"), "{}", first.stderr);
    let printed = read(&night.output());
    assert_eq!(ids(&printed).len(), 30);
    let kept = night.kept();
    let lengths: Vec<u64> =
        ["100", "101", "102"].iter().filter_map(|code| kept["stdout"][code].as_u64()).collect();
    assert_eq!((lengths.len(), lengths.iter().max()), (3, Some(&(printed.len() as u64))), "{kept}");

    sandbox.clear_faults();
    sandbox.clear_requests();
    std::fs::write(night.output(), &printed[..printed.len() - 1]).unwrap();
    let refused = run(by_shell(&line, &night.to_stdout(&sandbox))).await;
    assert!(refused.stderr.contains("bytes, but had"), "{}", refused.stderr);
    assert!(sandbox.requests().is_empty());

    std::fs::write(night.output(), &printed).unwrap();
    let rest = run(by_shell(&line, &night.to_stdout(&sandbox))).await;
    assert_eq!(rest.status, Some(0), "{}", rest.stderr);
    assert_eq!(ids_by_module(&read(&night.output())), all_ids(&sandbox).await);
}
