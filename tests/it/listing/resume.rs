//! Checkpoints: stop anywhere, go on elsewhere, miss nothing.

use futures_util::FutureExt as _;
use koodrive_ext::{BackupRecordsQuery, ModuleCode, UserClient};
use koodrive_sandbox::{Fault, FaultKind, Sandbox};
use koodrive_tests::client::{self, any_app, client, user, user_at};
use koodrive_tests::raw_server::{RawServer, ok};
use koodrive_tests::story::{asked, cursor, kept, list, place, rest, told};
use serde_json::json;

async fn sandbox(records: u64) -> Sandbox {
    Sandbox::builder().records(records).start().await.unwrap()
}

fn album(user: &UserClient) -> BackupRecordsQuery {
    client::album(user).page_size(4)
}

async fn all(query: BackupRecordsQuery) -> Vec<String> {
    list(query).await.unwrap()
}

#[tokio::test]
async fn a_listing_stopped_after_any_record_goes_on_with_the_next_one() {
    let sandbox = sandbox(10).await;
    let user = user(&sandbox);
    let whole = all(album(&user)).await;
    for stop in 0..=whole.len() {
        let mut records = album(&user).records();
        let mut seen = Vec::new();
        for _ in 0..stop {
            seen.push(told(&records.try_next().await.unwrap().unwrap()));
        }
        seen.extend(all(album(&user).resume(kept(&records.checkpoint()))).await);
        assert_eq!(seen, whole, "stopped after {stop}");
    }
}

#[tokio::test]
async fn a_listing_stopped_by_limits_goes_on_with_the_next_one() {
    let sandbox = sandbox(10).await;
    let user = user(&sandbox);
    let mut seen = Vec::new();
    let mut checkpoint = None;
    for _ in 0..20 {
        let query = album(&user).limit(3);
        let query = match checkpoint.take() {
            Some(checkpoint) => query.resume(checkpoint),
            None => query,
        };
        let mut records = query.records();
        seen.extend(rest(&mut records).await.unwrap());
        let now = kept(&records.checkpoint());
        if now.is_end() {
            break;
        }
        checkpoint = Some(now);
    }
    assert_eq!(seen, all(album(&user)).await);
}

#[tokio::test]
async fn resuming_in_mid_page_asks_for_that_page_and_skips_what_came_before() {
    let sandbox = sandbox(10).await;
    let user = user(&sandbox);
    let mut records = album(&user).records();
    for _ in 0..6 {
        records.try_next().await.unwrap();
    }
    let checkpoint = records.checkpoint();
    let mut story = vec![format!("stopped {}", place(&checkpoint))];
    sandbox.clear_requests();
    story.extend(all(album(&user).resume(checkpoint)).await);
    story.extend(asked(&sandbox));
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn a_resumed_listing_that_stops_at_once_keeps_its_checkpoint() {
    let sandbox = sandbox(10).await;
    let user = user(&sandbox);
    let mut records = album(&user).records();
    for _ in 0..6 {
        records.try_next().await.unwrap();
    }
    let checkpoint = records.checkpoint();
    let mut pages = album(&user).resume(checkpoint.clone()).pages();
    assert_eq!(pages.checkpoint(), checkpoint, "before the first poll");
    pages.try_next().await.unwrap();
    let mut resumed = album(&user).resume(checkpoint.clone()).records();
    let peeked = resumed.next().now_or_never();
    assert!(peeked.is_none(), "the page is under way");
    assert_eq!(resumed.checkpoint(), checkpoint, "and nothing of it was yielded");
    resumed.try_next().await.unwrap();
    let further = all(album(&user).resume(kept(&resumed.checkpoint())).limit(1)).await;
    assert_eq!(further, all(album(&user)).await[7..8]);
}

#[tokio::test]
async fn a_checkpoint_at_the_end_yields_nothing_and_asks_for_nothing() {
    let sandbox = sandbox(3).await;
    let user = user(&sandbox);
    let mut records = album(&user).records();
    rest(&mut records).await.unwrap();
    sandbox.clear_requests();
    assert!(all(album(&user).resume(records.checkpoint())).await.is_empty());
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_checkpoint_of_another_query_is_refused_before_anything_is_sent() {
    let sandbox = sandbox(10).await;
    let user = user(&sandbox);
    let mut records = album(&user).records();
    records.try_next().await.unwrap();
    let checkpoint = records.checkpoint();
    sandbox.clear_requests();
    let others = [
        user.backup_records(ModuleCode::FolderBackup).page_size(4),
        album(&user).device_id("1842812272691451648"),
        album(&client(&sandbox).for_user("1002").unwrap()),
    ];
    for other in others {
        let mut records = other.clone().resume(checkpoint.clone()).records();
        let error = records.try_next().await.unwrap_err();
        assert!(error.is_checkpoint_mismatch() && error.is_invalid_input(), "{other:?}: {error}");
        assert!(records.next().await.is_none(), "asking again cannot help");
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn another_page_size_is_refused_inside_a_page_and_taken_at_its_start() {
    let sandbox = sandbox(10).await;
    let user = user(&sandbox);
    let mut records = album(&user).records();
    for _ in 0..3 {
        records.try_next().await.unwrap();
    }
    let inside = records.checkpoint();
    sandbox.clear_requests();
    let error = list(album(&user).page_size(5).resume(inside.clone())).await.unwrap_err();
    assert!(error.is_checkpoint_mismatch(), "{error}");
    assert!(sandbox.requests().is_empty());
    let again = all(album(&user).page_size(5).resume(inside.page_start())).await;
    assert_eq!(again, all(album(&user)).await);
}

#[tokio::test]
async fn a_page_that_changed_since_the_checkpoint_is_an_error_and_not_a_gap() {
    let record = |id: u32| json!({"recordId": id.to_string(), "moduleCode": "101"});
    let before: Vec<_> = (1..=6).map(record).collect();
    let old = Sandbox::builder().records_of("101", before.clone()).start().await.unwrap();
    let mut records = album(&user(&old)).records();
    for _ in 0..2 {
        records.try_next().await.unwrap();
    }
    let checkpoint = kept(&records.checkpoint());

    let new = Sandbox::builder().records_of("101", before[1..].to_vec()).start().await.unwrap();
    let user = user(&new);
    let mut resumed = album(&user).resume(checkpoint.clone()).records();
    let error = resumed.try_next().await.unwrap_err();
    assert!(error.is_checkpoint_mismatch(), "{error}");
    assert!(resumed.next().await.is_none());
    let again = all(album(&user).resume(checkpoint.page_start())).await;
    assert_eq!(again.len(), 5, "the page comes again, so nothing is lost: {again:?}");
}

#[tokio::test]
async fn a_page_that_became_too_short_for_the_checkpoint_is_an_error() {
    let old = sandbox(4).await;
    let mut records = album(&user(&old)).records();
    for _ in 0..3 {
        records.try_next().await.unwrap();
    }
    let new = sandbox(2).await;
    let error = list(album(&user(&new)).resume(records.checkpoint())).await.unwrap_err();
    assert!(error.is_checkpoint_mismatch(), "{error}");
}

#[tokio::test]
async fn a_listing_can_begin_at_a_cursor_of_ones_own() {
    let sandbox = sandbox(10).await;
    let user = user(&sandbox);
    let mut pages = album(&user).pages();
    pages.try_next().await.unwrap();
    let cursor = cursor(&pages.checkpoint()).unwrap();
    let rest = all(album(&user).cursor(cursor)).await;
    assert_eq!(rest, all(album(&user)).await[4..]);
}

#[tokio::test]
async fn dropping_the_future_at_every_await_loses_nothing() {
    let sandbox = Sandbox::builder()
        .records(10)
        .fault(Fault::on_page(2, FaultKind::status(503)))
        .start()
        .await
        .unwrap();
    let user = user(&sandbox);
    let mut records = album(&user).records();
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
    assert_eq!(seen, all(album(&user)).await);
}

#[tokio::test]
async fn a_checkpoint_whose_resumption_was_refused_is_not_lost() {
    let sandbox = sandbox(10).await;
    let user = user(&sandbox);
    let mut records = album(&user).records();
    for _ in 0..6 {
        records.try_next().await.unwrap();
    }
    let checkpoint = records.checkpoint();
    for wrong in
        [album(&user).page_size(5), album(&user).device_id(""), album(&user).page_size(101)]
    {
        let mut refused = wrong.resume(checkpoint.clone()).records();
        assert!(refused.try_next().await.is_err());
        assert_eq!(refused.checkpoint(), checkpoint);
    }
}

#[tokio::test]
async fn a_record_that_changed_in_between_is_the_same_record() {
    let server = RawServer::answering(|number, _| {
        let records = format!(r#"[{{"recordId":"1","status":{number}}},{{"recordId":"2"}}]"#);
        ok(format!(r#"{{"code":0,"data":{records}}}"#))
    })
    .await;
    let user = user_at(server.url(), any_app());
    let mut records = album(&user).records();
    records.next().await.unwrap().unwrap();
    let rest = list(album(&user).resume(kept(&records.checkpoint()))).await.unwrap();
    assert_eq!(rest.len(), 1);
}

#[tokio::test]
async fn a_checkpoint_is_of_one_deployment() {
    let server =
        RawServer::answering(|_, _| ok(r#"{"code":0,"data":[],"trace":7,"nextCursor":null}"#))
            .await;
    let [here, there] =
        ["/a", "/b"].map(|path| album(&user_at(&format!("{}{path}", server.url()), any_app())));
    let checkpoint = kept(&here.clone().records().checkpoint());
    assert_eq!(all(here.clone().resume(checkpoint.clone())).await.len(), 0);
    let error = list(there.resume(checkpoint)).await.unwrap_err();
    assert!(error.is_checkpoint_mismatch(), "{error}");
    let page = here.pages().next().await.unwrap().unwrap();
    assert_eq!(page.extra()["trace"], 7);
}
