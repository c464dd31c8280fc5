//! What a writer who lost its listing can still do: nothing.

use koodrive_fleet::job::Job;
use koodrive_fleet::rows::{PageRows, RecordRow};
use koodrive_fleet::store::Store;
use koodrive_fleet::store::claim::{Claim, Claimed, claim};
use koodrive_fleet::store::enqueue::enqueue;
use koodrive_fleet::store::give_back::{Reason, give_back};
use koodrive_fleet::store::page::store_page;

use crate::support::database::{TestDatabase, listing, rows};
use crate::support::on_both;

fn job() -> Job {
    Job { run: "r".into(), user_id: "1".into(), module_code: "101".into() }
}

fn page(ids: &[&str], first: i64, is_last: bool) -> PageRows {
    let record = |(position, id): (i64, &&str)| RecordRow {
        record_id: (*id).to_owned(),
        position,
        status: Some(1),
        created_at: None,
        body: format!("{{\"recordId\":\"{id}\"}}"),
    };
    PageRows {
        checkpoint: format!("behind {ids:?}"),
        is_last,
        records: (first..).zip(ids).map(record).collect(),
        unreadable: Vec::new(),
    }
}

async fn mine(store: &Store) -> Claimed {
    match claim(store, &job(), 3).await.unwrap() {
        Claim::Mine(claimed) => claimed,
        other => panic!("{other:?}"),
    }
}

async fn a_later_claim_shuts_the_earlier_one_out(database: TestDatabase) {
    let store = database.open().await;
    assert_eq!(enqueue(&store, &[job()]).await.unwrap(), 1);
    assert_eq!(enqueue(&store, &[job(), job()]).await.unwrap(), 0, "a second time");
    let first = mine(&store).await;
    assert!(store_page(&store, &job(), first.epoch, &page(&["a"], 0, false)).await.unwrap());
    let second = mine(&store).await;
    assert_eq!(second.checkpoint.as_deref(), Some("behind [\"a\"]"));
    assert_eq!((second.epoch, second.records, second.attempts), (first.epoch + 1, 1, 1));

    let late = page(&["b"], 1, true);
    assert!(!store_page(&store, &job(), first.epoch, &late).await.unwrap());
    for reason in [Reason::Shutdown, Reason::Fail { error: "late".into() }] {
        assert!(!give_back(&store, &job(), "1", first.epoch, &reason).await.unwrap());
    }
    assert_eq!(rows(&store, "1", "101").await.len(), 1);

    // A record that comes twice on a page is written twice, and says so.
    assert!(store_page(&store, &job(), second.epoch, &page(&["b", "b"], 1, true)).await.unwrap());
    let writes: Vec<i64> = rows(&store, "1", "101").await.iter().map(|row| row.3).collect();
    assert_eq!(writes, [1, 2]);
    assert_eq!(listing(&store, "r", "1", "101").await, ("done".into(), second.epoch, 0, None));
    assert!(matches!(claim(&store, &job(), 3).await.unwrap(), Claim::Finished));
}

async fn a_listing_without_progress_is_failed_after_its_cap(database: TestDatabase) {
    let store = database.open().await;
    enqueue(&store, &[job()]).await.unwrap();
    for attempts in 1..=3 {
        assert_eq!(mine(&store).await.attempts, attempts);
    }
    assert!(matches!(claim(&store, &job(), 3).await.unwrap(), Claim::GivenUp));
    let (state, epoch, attempts, error) = listing(&store, "r", "1", "101").await;
    assert_eq!((&*state, epoch, attempts), ("failed", 4, 3));
    assert!(error.unwrap().contains("3 workers in a row"));
}

async fn progress_and_shutdowns_are_no_attempts(database: TestDatabase) {
    let store = database.open().await;
    enqueue(&store, &[job()]).await.unwrap();
    for _ in 0..5 {
        let claimed = mine(&store).await;
        assert_eq!(claimed.attempts, 1);
        assert!(give_back(&store, &job(), "1", claimed.epoch, &Reason::Shutdown).await.unwrap());
    }
    for place in 0..5 {
        let claimed = mine(&store).await;
        assert_eq!((claimed.attempts, claimed.records), (1, place));
        let rows = page(&[&place.to_string()], place, false);
        assert!(store_page(&store, &job(), claimed.epoch, &rows).await.unwrap());
    }
}

on_both!(
    a_later_claim_shuts_the_earlier_one_out,
    a_listing_without_progress_is_failed_after_its_cap,
    progress_and_shutdowns_are_no_attempts
);
