//! Many listings at once, from [`koodrive_ext::Client::listings`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use koodrive_ext::{BackupRecord, Checkpoint, Error, Event, Listings, ModuleCode, Target};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client;

fn targets(sandbox: &Sandbox) -> Vec<Target> {
    ModuleCode::ALL.iter().map(|module| Target::new(sandbox.user_id(), module.clone())).collect()
}

async fn events(listings: &mut Listings) -> Vec<Event<Target, BackupRecord>> {
    let mut events = Vec::new();
    while let Some(event) = listings.next().await {
        events.push(event);
    }
    events
}

/// The ends that are none: of which module, by what, and where it can be resumed.
fn incomplete(
    events: Vec<Event<Target, BackupRecord>>,
) -> Vec<(ModuleCode, Option<Error>, Option<Checkpoint>)> {
    let end = |event: Event<Target, BackupRecord>| match event {
        Event::Incomplete { of, error, checkpoint, .. } => Some((of.module, error, checkpoint)),
        _ => None,
    };
    events.into_iter().filter_map(end).collect()
}

#[tokio::test]
async fn a_failure_that_is_not_the_last_is_told_and_the_last_comes_with_the_end() {
    for (last_attempt, failed, ended) in [(5, 3, 0), (u64::MAX, 3, 3)] {
        let fault = format!("page=2,attempt=1-{last_attempt}:garbage");
        let sandbox = Sandbox::builder().records(30).fault(fault.parse().unwrap());
        let sandbox = sandbox.start().await.unwrap();
        let mut listings = client(&sandbox)
            .listings(targets(&sandbox))
            .configure(|query| query.page_size(10).max_failures(2));
        let events = events(&mut listings).await;
        let told = events.iter().filter(|event| matches!(event, Event::Failed { .. })).count();
        let ends = incomplete(events);
        assert_eq!((told, ends.len()), (failed, ended));
        for (module, error, checkpoint) in ends {
            assert_eq!(error.unwrap().page(), Some(2), "{module}");
            assert!(!checkpoint.unwrap().is_start(), "{module}");
        }
    }
}

#[tokio::test]
async fn an_end_by_a_limit_is_no_error_and_is_resumed_from() {
    let sandbox = Sandbox::builder().records(30).start().await.unwrap();
    let mut first = client(&sandbox)
        .listings(targets(&sandbox))
        .configure(|query| query.page_size(10).limit(13));
    let ends = incomplete(events(&mut first).await);
    assert_eq!(ends.len(), 3);
    assert!(ends.iter().all(|(_, error, _)| error.is_none()), "{ends:?}");
    let kept =
        move |target: &Target| ends.iter().find(|(module, ..)| *module == target.module)?.2.clone();
    let mut rest = client(&sandbox)
        .listings(targets(&sandbox))
        .configure(|query| query.page_size(10))
        .resume(kept);
    assert!(incomplete(events(&mut rest).await).is_empty());
    assert_eq!(rest.stats().records, 3 * 17);
}

#[tokio::test]
async fn a_limit_may_be_what_the_targets_before_have_left() {
    let sandbox = Sandbox::builder().records(30).start().await.unwrap();
    let left = Arc::new(AtomicU64::new(45));
    let (until, of_each) = (left.clone(), left.clone());
    let targets = targets(&sandbox).into_iter();
    let mut listings = client(&sandbox)
        .listings(targets.take_while(move |_| until.load(Ordering::Relaxed) > 0))
        .concurrency(1)
        .configure(move |query| {
            query.page_size(10).prefetch(true).limit(of_each.load(Ordering::Relaxed))
        });
    while let Some(event) = listings.next().await {
        if let Event::Page { page, .. } = event {
            left.fetch_sub(page.len() as u64, Ordering::Relaxed);
        }
    }
    assert_eq!((listings.stats().records, left.load(Ordering::Relaxed)), (45, 0));
    assert_eq!(sandbox.requests().len(), 3 + 2, "nothing in vain, and the third was never begun");
}

#[tokio::test]
async fn the_counts_are_of_those_that_ended_and_of_those_that_run() {
    let sandbox = Sandbox::builder().records(30).start().await.unwrap();
    let query = |query: koodrive_ext::BackupRecordsQuery| query.page_size(10);
    let mut listings = client(&sandbox).listings(targets(&sandbox)).configure(query);
    assert_eq!(listings.stats().requests, 0, "nothing is sent before the first poll");
    let (mut pages, mut records) = (0, 0);
    while let Some(event) = listings.next().await {
        if let Event::Page { page, .. } = event {
            pages += 1;
            records += page.len() as u64;
        }
        let stats = listings.stats();
        assert_eq!((stats.pages, stats.records, stats.retries), (pages, records, 0));
    }
    assert_eq!((pages, records), (9, 90));
    assert_eq!(listings.stats().requests, sandbox.requests().len() as u64);
}

#[tokio::test]
async fn what_would_end_a_listing_at_once_can_be_known_before() {
    let sandbox = Sandbox::builder().records(3).start().await.unwrap();
    let (mut of_folder, targets) =
        (client(&sandbox).listings(targets(&sandbox)), targets(&sandbox));
    let checkpoint = loop {
        if let Event::Page { page, .. } = of_folder.next().await.unwrap() {
            break page.checkpoint().clone();
        }
    };
    sandbox.clear_requests();
    let mut wrong =
        client(&sandbox).listings(targets.clone()).resume(move |_| Some(checkpoint.clone()));
    let mismatched = targets
        .iter()
        .filter(|target| wrong.check(target).is_err_and(|error| error.is_checkpoint_mismatch()));
    assert_eq!(mismatched.count(), 2, "it is of one of the three");
    let nobody = Target::new("", ModuleCode::AlbumBackup);
    assert!(wrong.check(&nobody).unwrap_err().is_invalid_input());
    let nothing = Target::new(sandbox.user_id(), ModuleCode::AlbumBackup).device_id("");
    assert!(wrong.check(&nothing).unwrap_err().is_invalid_input());
    assert!(sandbox.requests().is_empty(), "a check sends nothing");

    let ends = incomplete(events(&mut wrong).await);
    let mismatched =
        |(_, error, _): &(_, Option<Error>, _)| error.as_ref().unwrap().is_checkpoint_mismatch();
    assert_eq!((ends.len(), ends.iter().all(mismatched)), (2, true), "{ends:?}");
}
