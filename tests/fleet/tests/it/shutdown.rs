//! SIGTERM: the page in hand is finished, within seconds, and others go on.

use std::time::Instant;

use koodrive_fleet::store::status::status;
use koodrive_sandbox::Sandbox;
use rustix::process::Signal;

use crate::support::database::{TestDatabase, count, rows};
use crate::support::on_both;
use crate::support::truth::plain_walk;
use crate::support::wait_until;
use crate::support::worker::{Worker, enqueue};

const RUNNING_JOBS: &str = "SELECT COUNT(*) FROM Jobs WHERE status IN ('Running', 'Queued')";
const RUNNING_JOBS_POSTGRES: &str =
    "SELECT COUNT(*) FROM apalis.jobs WHERE status IN ('Running', 'Queued')";

async fn a_worker_that_is_told_to_end_hands_its_listings_over_at_once(database: TestDatabase) {
    let sandbox = Sandbox::builder()
        .records(400)
        .user("101")
        .fault("*:slow=100ms".parse().unwrap())
        .start()
        .await
        .unwrap();
    let store = database.open().await;
    enqueue(&database, &sandbox, "r", "all", &["101".to_owned()]).await;
    // A lease that no test waits for: the jobs have to be given back.
    let options = ["--poll", "0.1", "--lease", "3600", "--page-size", "10", "--until-done"];
    let mut first = Worker::start(&database, &sandbox, "first", &options);
    wait_until("some pages are stored", async || {
        status(&store, Some("r")).await.unwrap().records >= 60
    })
    .await;

    let asked = Instant::now();
    first.signal(Signal::TERM);
    wait_until("the worker has ended", async || first.ended().is_some()).await;
    let took = asked.elapsed();
    assert!(first.ended().unwrap().success(), "{}", first.log_end());
    // Its grace is 5 s; the rest is for a machine that does much else.
    assert!(took.as_secs() < 60, "{took:?}");

    let left = status(&store, Some("r")).await.unwrap();
    assert!(left.records < 1200 && left.running == 0 && left.pending > 0, "{left:?}");
    assert_eq!(count(&store, RUNNING_JOBS, RUNNING_JOBS_POSTGRES).await, 0);
    let counted = "SELECT COUNT(*) FROM listing WHERE attempts > 0";
    assert_eq!(count(&store, counted, counted).await, 0, "a shutdown is no attempt");

    let mut second = Worker::start(&database, &sandbox, "second", &options);
    wait_until("the second worker has done the rest", async || second.ended().is_some()).await;
    for module in ["100", "101", "102"] {
        let truth = plain_walk(&sandbox, "101", module).await;
        let kept = rows(&store, "101", module).await;
        assert!(kept.iter().all(|row| row.3 == 1));
        let kept: Vec<_> = kept.into_iter().map(|row| (row.0, row.2)).collect();
        assert!(kept == truth, "module {module}: {} of {}", kept.len(), truth.len());
    }
}

/// All listings are given back together, while the engine has statements of its own under way.
async fn workers_that_are_told_to_end_hold_nobody_up(database: TestDatabase) {
    let users: Vec<String> = (1_000..1_400).map(|user| user.to_string()).collect();
    let mut builder = Sandbox::builder().records(4);
    for user in &users {
        builder = builder.user(user);
    }
    let sandbox = builder.start().await.unwrap();
    let store = database.open().await;
    enqueue(&database, &sandbox, "r", "album", &users).await;
    let options = ["--poll", "0.1", "--concurrency", "16", "--until-done"];
    let mut workers: Vec<Worker> =
        (0..2).map(|n| Worker::start(&database, &sandbox, &format!("w{n}"), &options)).collect();
    wait_until("some listings are done", async || {
        status(&store, Some("r")).await.unwrap().done >= 40
    })
    .await;

    // The service is gone, so that nobody is between two pages.
    drop(sandbox);
    let asked = Instant::now();
    for worker in &workers {
        worker.signal(Signal::TERM);
    }
    for worker in &mut workers {
        wait_until("the worker has ended", async || worker.ended().is_some()).await;
        assert!(worker.ended().unwrap().success(), "{}", worker.log_end());
    }
    assert!(asked.elapsed().as_secs() < 60, "{:?}", asked.elapsed());
    let left = status(&store, Some("r")).await.unwrap();
    assert!(left.running == 0 && left.pending > 0, "{left:?}");
}

on_both!(
    a_worker_that_is_told_to_end_hands_its_listings_over_at_once,
    workers_that_are_told_to_end_hold_nobody_up
);
