//! What is asked for, by which requests.

use std::collections::BTreeSet;

use koodrive_sandbox::{RequestRecord, Sandbox};
use koodrive_tests::example::{ids, ids_by_module, list, records, signed};
use koodrive_tests::process::{LIMIT, start};
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;

fn sent(requests: &[RequestRecord], name: &str) -> BTreeSet<String> {
    requests.iter().filter_map(|request| request.param(name)).map(str::to_owned).collect()
}

fn only(value: &str) -> BTreeSet<String> {
    BTreeSet::from([value.to_owned()])
}

#[tokio::test]
async fn one_module_of_one_device_is_asked_for_by_pages_of_that_size() {
    let sandbox = Sandbox::builder().records(100).devices(4).start().await.unwrap();
    let device = &sandbox.device_ids()[2];
    let arguments = ["--module", "address-book", "--device", device, "--page-size", "10"];
    let outcome = list(&sandbox, &[&arguments[..], &["--format", "ndjson"]].concat()).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.last_line(), "25 records, 3 pages, 3 requests, 0 retries");
    assert!(records(&outcome.stdout).iter().all(|record| record["moduleCode"] == "102"));
    let requests = sandbox.requests();
    assert_eq!(sent(&requests, "moduleCode"), only("102"));
    assert_eq!(sent(&requests, "deviceId"), only(device));
    assert_eq!(sent(&requests, "pageSize"), only("10"));
}

#[tokio::test]
async fn each_module_has_its_code() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    for (name, code) in [("folder", "100"), ("album", "101"), ("address-book", "102")] {
        sandbox.clear_requests();
        assert_eq!(list(&sandbox, &["--module", name]).await.status, Some(0));
        assert_eq!(sent(&sandbox.requests(), "moduleCode"), only(code));
        assert_eq!(sent(&sandbox.requests(), "pageSize"), only("100"), "the default");
    }
}

#[tokio::test]
async fn a_limit_ends_inside_a_page_and_asks_for_none_after_it() {
    let sandbox = Sandbox::builder().records(500).start().await.unwrap();
    for (limit, pages) in [(1, 1), (100, 1), (150, 2)] {
        sandbox.clear_requests();
        let limit_text = limit.to_string();
        let arguments = ["--module", "album", "--limit", &limit_text, "--format", "ndjson"];
        let outcome = list(&sandbox, &arguments).await;
        assert_eq!(outcome.status, Some(0), "a list that was cut on request is no failure");
        assert_eq!(ids(&outcome.stdout).len(), limit);
        assert_eq!(sandbox.requests().len(), pages);
        let last = format!("{limit} records, {pages} pages, {pages} requests, 0 retries");
        assert_eq!(outcome.last_line(), last);
    }
}

#[tokio::test]
async fn a_limit_counts_over_all_modules_in_the_order_of_printing() {
    let sandbox = Sandbox::builder().records(25).start().await.unwrap();
    let all = ids_by_module(&list(&sandbox, &["--format", "ndjson"]).await.stdout);
    sandbox.clear_requests();
    let arguments = ["--limit", "30", "--page-size", "10", "--format", "ndjson"];
    let outcome = list(&sandbox, &arguments).await;
    assert_eq!(ids(&outcome.stdout), all[..30]);
    assert_eq!(sandbox.requests().len(), 4, "three pages of the first module, one of the second");

    let more = list(&sandbox, &["--limit", "1000", "--format", "ndjson"]).await;
    assert_eq!((more.status, ids(&more.stdout)), (Some(0), all));
}

#[tokio::test]
async fn the_next_page_is_on_its_way_while_one_is_printed() {
    // Larger than any pipe, so that printing the first page ends only when somebody reads.
    let long = "x".repeat(40_000);
    let records = (0..20).map(|id| json!({"recordId": id.to_string(), "properties": long}));
    let (sender, mut requests) = mpsc::unbounded_channel();
    let sandbox = Sandbox::builder()
        .records_of("100", records.collect())
        .on_request(move |request| _ = sender.send(request.page()))
        .start()
        .await
        .unwrap();
    let mut command = signed(&sandbox);
    command.args(["--module", "folder", "--page-size", "10", "--format", "ndjson"]);
    let mut child = start(&mut command);
    child.stdout.as_mut().unwrap().read_u8().await.unwrap();
    let second = async { while requests.recv().await.unwrap() != Some(2) {} };
    tokio::time::timeout(LIMIT, second).await.expect("it is not asked for");
    child.kill().await.unwrap();
}
