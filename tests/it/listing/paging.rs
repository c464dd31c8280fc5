//! What pagination sends and yields, as stories to read.

use koodrive_ext::{Error, ModuleCode, UserClient};
use koodrive_sandbox::{LastPage, Sandbox};
use koodrive_tests::client::{album, any_app, client, user, user_at};
use koodrive_tests::raw_server::{RawServer, ok};
use koodrive_tests::story::{asked, list, place, rest, told, told_page};

async fn sandbox(records: u64) -> Sandbox {
    Sandbox::builder().records(records).start().await.unwrap()
}

#[tokio::test]
async fn pages_are_chained_by_their_cursors_from_first_to_last() {
    let sandbox = sandbox(7).await;
    let mut pages = album(&user(&sandbox)).page_size(3).pages();
    let mut story = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        story.push(told_page(&page));
        story.push(format!("  then {}", place(&pages.checkpoint())));
    }
    story.extend(asked(&sandbox));
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn records_come_one_by_one_and_only_when_asked_for() {
    let sandbox = sandbox(4).await;
    let mut records = album(&user(&sandbox)).page_size(2).records();
    let mut story = vec![format!("{} requests before the first poll", sandbox.requests().len())];
    while let Some(record) = records.try_next().await.unwrap() {
        story.push(format!("{} (after {} requests)", told(&record), sandbox.requests().len()));
    }
    story.push(place(&records.checkpoint()));
    story.push(format!("{:?}", records.stats()));
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn an_empty_list_is_one_request_and_an_end() {
    let sandbox = sandbox(0).await;
    let mut records = user(&sandbox).backup_records(ModuleCode::FolderBackup).records();
    assert!(records.try_next().await.unwrap().is_none());
    assert!(records.checkpoint().is_end());
    insta::assert_snapshot!(asked(&sandbox).join("\n"));
}

#[tokio::test]
async fn an_empty_page_with_a_cursor_is_passed_over() {
    let sandbox = Sandbox::builder().records(6).empty_page_every(2).start().await.unwrap();
    let pages = user(&sandbox).backup_records(ModuleCode::FolderBackup).page_size(2).pages();
    let pages = pages.try_collect().await.unwrap();
    let records = user(&sandbox)
        .backup_records(ModuleCode::FolderBackup)
        .page_size(2)
        .records()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(records.len(), 6);
    let lengths: Vec<_> = pages.iter().map(|page| (page.is_empty(), page.len())).collect();
    assert!(lengths.iter().all(|&(is_empty, length)| is_empty == (length == 0)), "{lengths:?}");
    assert!(lengths.contains(&(true, 0)), "{lengths:?}");
    insta::assert_snapshot!(pages.iter().map(told_page).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn a_page_names_the_request_that_brought_it() {
    let sandbox = sandbox(3).await;
    let pages = album(&user(&sandbox)).page_size(2).pages().try_collect().await.unwrap();
    let of_pages: Vec<_> = pages.iter().map(|page| page.request_id().unwrap()).collect();
    let requests = sandbox.requests();
    let sent: Vec<_> = requests.iter().map(|request| request.trace_id()).collect();
    assert_eq!(of_pages, sent);
}

#[tokio::test]
async fn a_limit_inside_a_page_ends_there_and_asks_for_no_further_page() {
    let sandbox = sandbox(10).await;
    let mut records = album(&user(&sandbox)).page_size(4).limit(6).records();
    let mut story = Vec::new();
    while let Some(record) = records.try_next().await.unwrap() {
        story.push(told(&record));
    }
    assert!(records.try_next().await.unwrap().is_none(), "the end stays the end");
    story.push(place(&records.checkpoint()));
    story.extend(asked(&sandbox));
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn a_limit_at_the_end_of_a_page_does_not_ask_for_the_next_one() {
    for (limit, requests) in [(0, 0), (1, 1), (4, 1), (5, 2), (8, 2), (9, 3), (10, 3), (11, 3)] {
        let sandbox = sandbox(10).await;
        let mut records = album(&user(&sandbox)).page_size(4).limit(limit).records();
        let count = rest(&mut records).await.unwrap().len() as u64;
        assert_eq!((count, sandbox.requests().len()), (limit.min(10), requests), "limit {limit}");
        assert_eq!(records.checkpoint().is_end(), limit >= 10, "limit {limit}");
    }
}

#[tokio::test]
async fn a_device_filter_goes_with_every_page() {
    let sandbox = sandbox(9).await;
    let mut records =
        album(&user(&sandbox)).device_id("1842812272691451648").page_size(2).records();
    let mut story = Vec::new();
    while let Some(record) = records.try_next().await.unwrap() {
        story.push(told(&record));
    }
    story.extend(asked(&sandbox));
    insta::assert_snapshot!(story.join("\n"));
}

#[tokio::test]
async fn the_last_page_is_known_by_an_absent_a_null_or_an_empty_cursor() {
    for last_page in [LastPage::Absent, LastPage::Null, LastPage::Empty] {
        let sandbox = Sandbox::builder().records(5).last_page(last_page).start().await.unwrap();
        let mut records = album(&user(&sandbox)).page_size(5).records();
        assert_eq!(rest(&mut records).await.unwrap().len(), 5, "{last_page:?}");
        assert_eq!(sandbox.requests().len(), 1, "{last_page:?}");
        assert!(records.checkpoint().is_end());
    }
}

#[tokio::test]
async fn every_page_size_yields_every_record_once() {
    let sandbox = sandbox(101).await;
    let user = user(&sandbox);
    let whole = list(album(&user).page_size(100)).await.unwrap();
    assert_eq!(whole.len(), 101);
    for size in [1, 2, 7, 50, 99] {
        let listed = list(album(&user).page_size(size)).await.unwrap();
        assert_eq!(listed, whole, "page size {size}");
    }
}

#[tokio::test]
async fn a_backup_lock_id_is_sent_as_the_documented_header() {
    let sandbox = sandbox(1).await;
    let lock = "78e41c7e-db02-4d55-85b3-8153e4fefd2e@102";
    let query = album(&user(&sandbox)).backup_lock_id(lock);
    query.records().try_collect().await.unwrap();
    assert_eq!(sandbox.requests()[0].header("x-backup-lock-id"), Some(lock));
}

#[tokio::test]
async fn the_header_that_the_generator_adds_is_not_sent() {
    let sandbox = sandbox(1).await;
    album(&user(&sandbox)).records().try_collect().await.unwrap();
    let request = &sandbox.requests()[0];
    assert_eq!(request.header("api-version"), None);
    assert!(request.header("user-agent").unwrap().starts_with("koodrive-ext/"));
}

#[tokio::test]
async fn one_application_lists_for_many_users_over_one_client() {
    let sandbox = Sandbox::builder().records(3).user("1001").user("1002").start().await.unwrap();
    let client = client(&sandbox);
    let [first, second] = ["1001", "1002"].map(|user_id| client.for_user(user_id).unwrap());
    let query = |user: &UserClient| user.backup_records(ModuleCode::FolderBackup);
    let of_first = list(query(&first)).await.unwrap();
    let of_second = list(query(&second)).await.unwrap();
    assert_eq!((of_first.len(), of_second.len()), (3, 3));
    assert_ne!(of_first[0], of_second[0]);
    assert_eq!((first.user_id(), second.user_id()), ("1001", "1002"));
}

#[tokio::test]
async fn a_generated_operation_called_directly_is_signed_and_its_error_is_ours() {
    let sandbox = sandbox(3).await;
    let user = user(&sandbox);
    let page = user.api().list_backup_records().module_code(ModuleCode::AlbumBackup).page_size(2);
    let page = page.send();
    assert_eq!(page.await.unwrap().into_inner().data.unwrap().len(), 2);
    let refused = user.api().list_backup_records().module_code("999").page_size(2).send().await;
    let error = Error::from(refused.unwrap_err());
    assert_eq!(
        (error.http_status(), error.code(), error.attempts()),
        (Some(400), Some("13000102"), 1)
    );
}

#[tokio::test]
async fn records_are_a_stream_for_those_who_want_one() {
    use futures_util::{StreamExt as _, TryStreamExt as _};
    let sandbox = sandbox(5).await;
    let query = album(&user(&sandbox)).page_size(2);
    let taken: Vec<_> = query.clone().records().take(3).try_collect().await.unwrap();
    assert_eq!(taken.len(), 3);
    assert_eq!(query.pages().map(|page| page.unwrap().len()).collect::<Vec<_>>().await, [2, 2, 1]);
}

#[tokio::test]
async fn repeated_cursors_can_be_allowed() {
    let sandbox =
        Sandbox::builder().records(4).fault("2:loop=2".parse().unwrap()).start().await.unwrap();
    let query = album(&user(&sandbox)).page_size(2);
    let mut pages = query.allow_repeated_cursors(true).pages();
    for _ in 0..20 {
        assert!(pages.try_next().await.unwrap().is_some_and(|page| page.has_next()));
    }
}

#[tokio::test]
async fn a_cursor_that_comes_as_a_number_is_followed() {
    let server = RawServer::answering(|_, head| {
        let next = if head.contains("cursor=12345&") { "null" } else { "12345" };
        ok(format!(r#"{{"code":0,"data":[{{"recordId":"1"}}],"nextCursor":{next}}}"#))
    })
    .await;
    let listed = list(album(&user_at(server.url(), any_app()))).await;
    assert_eq!(listed.unwrap().len(), 2);
}

#[tokio::test]
async fn a_stream_of_records_is_terminated_at_its_end_and_not_before() {
    use futures_util::stream::FusedStream as _;
    let sandbox = sandbox(2).await;
    let mut records = album(&user(&sandbox)).records();
    while !records.is_terminated() {
        records.next().await.unwrap().unwrap();
    }
    assert!(records.next().await.is_none() && records.stats().records == 2);
}
