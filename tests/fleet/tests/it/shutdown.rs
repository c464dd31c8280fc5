//! SIGTERM: the page in hand is finished, within seconds, and others go on.

use std::time::Instant;

use koodrive_fleet::store::status::status;
use koodrive_sandbox::Sandbox;
use rustix::process::Signal;

use crate::support::database::{TestDatabase, count, rows};
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    a_worker_that_is_told_to_end_hands_its_listings_over_at_once(TestDatabase::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let Some(database) = TestDatabase::postgres().await else { return };
    a_worker_that_is_told_to_end_hands_its_listings_over_at_once(database).await;
}
