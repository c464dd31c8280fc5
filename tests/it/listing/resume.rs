//! Checkpoints: stop anywhere, go on elsewhere, miss nothing.

use futures_util::FutureExt as _;
use koodrive_ext::{BackupRecords, Checkpoint, Client, ModuleCode, Position};
use koodrive_sandbox::{Fault, FaultKind, Sandbox};
use koodrive_tests::client::by_app;
use koodrive_tests::clock::TestClock;
use koodrive_tests::story::{asked, told};
use serde_json::json;

async fn sandbox(records: u64) -> Sandbox {
    Sandbox::builder().records(records).start().await.unwrap()
}

fn client(sandbox: &Sandbox) -> Client {
    by_app(sandbox, &TestClock::default()).unwrap().build().unwrap()
}

fn album(client: &Client) -> BackupRecords {
    client.backup_records(ModuleCode::AlbumBackup).page_size(4)
}

async fn all(query: BackupRecords) -> Vec<String> {
    query.records().try_collect().await.unwrap().iter().map(told).collect()
}

/// As another process would have it.
fn kept(checkpoint: &Checkpoint) -> Checkpoint {
    serde_json::from_str(&serde_json::to_string(checkpoint).unwrap()).unwrap()
}

#[tokio::test]
async fn a_listing_stopped_after_any_record_goes_on_with_the_next_one() {
    let sandbox = sandbox(10).await;
    let client = client(&sandbox);
    let whole = all(album(&client)).await;
    for stop in 0..=whole.len() {
        let mut records = album(&client).records();
        let mut seen = Vec::new();
        for _ in 0..stop {
            seen.push(told(&records.try_next().await.unwrap().unwrap()));
        }
        let rest = all(album(&client).resume(kept(&records.checkpoint()))).await;
        seen.extend(rest);
        assert_eq!(seen, whole, "stopped after {stop}");
    }
}

#[tokio::test]
async fn a_listing_stopped_by_limits_goes_on_with_the_next_one() {
    let sandbox = sandbox(10).await;
    let client = client(&sandbox);
    let mut seen = Vec::new();
    let mut checkpoint = None;
    for _ in 0..20 {
        let query = album(&client).limit(3);
        let query = match checkpoint.take() {
            Some(checkpoint) => query.resume(checkpoint),
            None => query,
        };
        let mut records = query.records();
        seen.extend(records.try_collect().await.unwrap().iter().map(told));
        let now = kept(&records.checkpoint());
        if now.is_end() {
            break;
        }
        checkpoint = Some(now);
    }
    assert_eq!(seen, all(album(&client)).await);
}

#[tokio::test]
async fn resuming_in_mid_page_asks_for_that_page_and_skips_what_came_before() {
    let sandbox = sandbox(10).await;
    let client = client(&sandbox);
    let mut records = album(&client).records();
    for _ in 0..6 {
        records.try_next().await.unwrap();
    }
    let checkpoint = records.checkpoint();
    let mut story = vec![format!("stopped at {:?}", checkpoint.position())];
    sandbox.clear_requests();
    story.extend(all(album(&client).resume(checkpoint)).await);
    story.extend(asked(&sandbox));
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn a_resumed_listing_that_stops_at_once_keeps_its_checkpoint() {
    let sandbox = sandbox(10).await;
    let client = client(&sandbox);
    let mut records = album(&client).records();
    for _ in 0..6 {
        records.try_next().await.unwrap();
    }
    let checkpoint = records.checkpoint();
    let mut pages = album(&client).resume(checkpoint.clone()).pages();
    assert_eq!(pages.checkpoint(), checkpoint, "before the first poll");
    pages.try_next().await.unwrap();
    let mut resumed = album(&client).resume(checkpoint.clone()).records();
    let peeked = resumed.next().now_or_never();
    assert!(peeked.is_none(), "the page is under way");
    assert_eq!(resumed.checkpoint(), checkpoint, "and nothing of it was yielded");
    resumed.try_next().await.unwrap();
    let mut further = album(&client).resume(kept(&resumed.checkpoint())).limit(1).records();
    let rest = further.try_collect().await.unwrap();
    assert_eq!(told(&rest[0]), all(album(&client)).await[7]);
}

#[tokio::test]
async fn a_checkpoint_at_the_end_yields_nothing_and_asks_for_nothing() {
    let sandbox = sandbox(3).await;
    let client = client(&sandbox);
    let mut records = album(&client).records();
    records.try_collect().await.unwrap();
    sandbox.clear_requests();
    assert!(all(album(&client).resume(records.checkpoint())).await.is_empty());
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_checkpoint_of_another_query_is_refused_before_anything_is_sent() {
    let sandbox = sandbox(10).await;
    let client = client(&sandbox);
    let mut records = album(&client).records();
    records.try_next().await.unwrap();
    let checkpoint = records.checkpoint();
    sandbox.clear_requests();
    let others = [
        client.backup_records(ModuleCode::FolderBackup).page_size(4),
        album(&client).page_size(5),
        album(&client).device("1842812272691451648"),
        album(&client.for_user("1002").unwrap()),
    ];
    for other in others {
        let mut records = other.clone().resume(checkpoint.clone()).records();
        let error = records.try_next().await.unwrap_err();
        assert!(error.is_checkpoint_mismatch() && error.is_invalid_input(), "{other:?}: {error}");
        assert!(records.next().await.is_none(), "nothing can mend it");
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_page_that_changed_since_the_checkpoint_is_an_error_and_not_a_gap() {
    let record = |id: u32| json!({"recordId": id.to_string(), "moduleCode": "101"});
    let before: Vec<_> = (1..=6).map(record).collect();
    let old = Sandbox::builder().records_of("101", before.clone()).start().await.unwrap();
    let mut records = album(&client(&old)).records();
    for _ in 0..2 {
        records.try_next().await.unwrap();
    }
    let checkpoint = kept(&records.checkpoint());

    let new = Sandbox::builder().records_of("101", before[1..].to_vec()).start().await.unwrap();
    let client = client(&new);
    let mut resumed = album(&client).resume(checkpoint.clone()).records();
    let error = resumed.try_next().await.unwrap_err();
    assert!(error.is_checkpoint_mismatch(), "{error}");
    assert!(resumed.next().await.is_none());
    let again = all(album(&client).resume(checkpoint.page_start())).await;
    assert_eq!(again.len(), 5, "the page comes again, so nothing is lost: {again:?}");
}

#[tokio::test]
async fn a_page_that_became_too_short_for_the_checkpoint_is_an_error() {
    let old = sandbox(4).await;
    let mut records = album(&client(&old)).records();
    for _ in 0..3 {
        records.try_next().await.unwrap();
    }
    let new = sandbox(2).await;
    let error = all_or_error(album(&client(&new)).resume(records.checkpoint())).await.unwrap_err();
    assert!(error.is_checkpoint_mismatch(), "{error}");
}

async fn all_or_error(query: BackupRecords) -> Result<usize, koodrive_ext::Error> {
    query.records().try_collect().await.map(|records| records.len())
}

#[tokio::test]
async fn a_listing_can_begin_at_a_cursor_of_ones_own() {
    let sandbox = sandbox(10).await;
    let client = client(&sandbox);
    let mut pages = album(&client).pages();
    pages.try_next().await.unwrap();
    let checkpoint = pages.checkpoint();
    let Position::At { cursor: Some(cursor), .. } = checkpoint.position() else {
        panic!("{checkpoint:?}")
    };
    let rest = all(album(&client).cursor(cursor)).await;
    assert_eq!(rest, all(album(&client)).await[4..]);
}

#[tokio::test]
async fn dropping_the_future_at_every_await_loses_nothing() {
    let sandbox = Sandbox::builder()
        .records(10)
        .fault(Fault::on_page(2, FaultKind::status(503)))
        .start()
        .await
        .unwrap();
    let client = client(&sandbox);
    let mut records = album(&client).records();
    let (mut seen, mut dropped) = (Vec::new(), 0);
    loop {
        match records.next().now_or_never() {
            Some(Some(record)) => seen.push(told(&record.unwrap())),
            Some(None) => break,
            None => {
                dropped += 1;
                tokio::task::yield_now().await;
            }
        }
    }
    assert!(dropped > 4, "futures were dropped while requests were under way");
    assert_eq!(sandbox.requests().len(), 4, "none was sent twice but the refused one");
    sandbox.clear_requests();
    assert_eq!(seen, all(album(&client)).await);
}

#[test]
fn a_checkpoint_is_written_as_one_line_and_read_back() {
    for text in [
        r#"{"version":1,"query":"0f1e2d3c4b5a","position":"start"}"#,
        r#"{"version":1,"query":"0f1e2d3c4b5a","position":"at","cursor":"a+/=&% é页📁","offset":0}"#,
        r#"{"version":1,"query":"0f1e2d3c4b5a","position":"at","offset":37,"after":"5c8e689802f9"}"#,
        r#"{"version":1,"query":"0f1e2d3c4b5a","position":"end"}"#,
    ] {
        let checkpoint: Checkpoint = text.parse().unwrap();
        assert_eq!(checkpoint.to_string(), text);
        assert_eq!(kept(&checkpoint), checkpoint);
    }
}

#[test]
fn what_is_no_checkpoint_is_refused_with_the_reason() {
    let texts = [
        "",
        "{",
        "[]",
        r#"{"version":2,"query":"0f","position":"start"}"#,
        r#"{"version":1,"query":"0f","position":"middle"}"#,
        r#"{"version":1,"query":"0f","position":"at"}"#,
        r#"{"version":1,"query":"0f","position":"at","cursor":"","offset":1}"#,
        r#"{"version":1,"query":"0f","position":"at","cursor":"x","offset":-1}"#,
        r#"{"version":1,"query":"0f","position":"end","offset":1}"#,
        r#"{"version":1,"position":"start"}"#,
    ];
    let errors: Vec<_> = texts
        .iter()
        .map(|text| format!("{text}\n  {}", text.parse::<Checkpoint>().unwrap_err()))
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn debug_of_a_checkpoint_shows_no_cursor() {
    let text = r#"{"version":1,"query":"0f","position":"at","cursor":"hush-hush","offset":0}"#;
    let checkpoint: Checkpoint = text.parse().unwrap();
    assert!(!format!("{checkpoint:?} {:?}", checkpoint.position()).contains("hush"));
}
