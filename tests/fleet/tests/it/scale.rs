//! Ten thousand users with few records: jobs per second by number of workers.
//!
//! Run by hand: `cargo test --release --manifest-path tests/fleet/Cargo.toml scale:: -- --ignored
//! --nocapture`.

use std::time::{Duration, Instant};

use koodrive_sandbox::Sandbox;

use crate::support::database::TestDatabase;
use crate::support::worker::{Worker, enqueue};

const USERS: usize = 10_000;

async fn measure(name: &str, database: TestDatabase, workers: usize) {
    let users: Vec<String> = (0..USERS).map(|user| format!("{}", 100_000 + user)).collect();
    let mut builder = Sandbox::builder().records(4).keep_requests(0);
    for user in &users {
        builder = builder.user(user);
    }
    let sandbox = builder.start().await.unwrap();
    let begun = Instant::now();
    enqueue(&database, &sandbox, "scale", "album", &users).await;
    let enqueued = begun.elapsed();
    let begun = Instant::now();
    let options = ["--until-done", "--concurrency", "16", "--poll", "0.2"];
    let mut workers: Vec<Worker> = (0..workers)
        .map(|n| Worker::start(&database, &sandbox, &format!("worker-{n}"), &options))
        .collect();
    // However long it takes: that is the question.
    while !workers.iter_mut().all(|worker| worker.ended().is_some()) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = begun.elapsed();
    println!(
        "| {name} | {} | {:.1} s | {:.1} s | {:.0} |",
        workers.len(),
        enqueued.as_secs_f64(),
        took.as_secs_f64(),
        USERS as f64 / took.as_secs_f64()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes; for the table in the README"]
async fn ten_thousand_users() {
    println!("| database | workers | enqueue | work | listings per second |");
    println!("|---|---|---|---|---|");
    for workers in [1, 2, 4] {
        measure("SQLite", TestDatabase::sqlite(), workers).await;
    }
    for workers in [1, 2, 4] {
        let Some(database) = TestDatabase::postgres().await else { return };
        measure("PostgreSQL", database, workers).await;
    }
}
