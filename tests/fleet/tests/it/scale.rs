//! Ten thousand users with few records: jobs per second by number of workers, and what bounds them.
//!
//! Run by hand: `cargo test --release --manifest-path tests/fleet/Cargo.toml scale:: -- --ignored
//! --nocapture`. `KOODRIVE_SCALE_ROUNDS` repeats the table, so that what else the machine does
//! meets all numbers of workers alike.

use std::time::{Duration, Instant};

use koodrive_sandbox::Sandbox;

use crate::support::cpu;
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
    let of_server = || database.server_pid().map_or(0.0, cpu::of_family);
    let of_sandbox = || cpu::of_process(std::process::id());
    let (begun, server_before, sandbox_before) = (Instant::now(), of_server(), of_sandbox());
    let options = ["--until-done", "--concurrency", "16", "--poll", "0.2"];
    let mut workers: Vec<Worker> = (0..workers)
        .map(|n| Worker::start(&database, &sandbox, &format!("worker-{n}"), &options))
        .collect();
    // However long it takes: that is the question.
    let mut used_by_workers = vec![0.0_f64; workers.len()];
    while !workers.iter_mut().all(|worker| worker.ended().is_some()) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        for (worker, used) in workers.iter().zip(&mut used_by_workers) {
            // Nothing is left of one that has ended.
            *used = used.max(cpu::of_process(worker.pid()));
        }
    }
    let took = begun.elapsed();
    let per_listing = |seconds: f64| 1_000.0 * seconds / USERS as f64;
    println!(
        "| {name} | {} | {:.1} s | {:.1} s | {:.0} | {:.1} ms | {:.1} ms | {:.1} ms |",
        workers.len(),
        enqueued.as_secs_f64(),
        took.as_secs_f64(),
        USERS as f64 / took.as_secs_f64(),
        per_listing(used_by_workers.iter().sum()),
        per_listing(of_server() - server_before),
        per_listing(of_sandbox() - sandbox_before),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes; for the table in the README"]
async fn ten_thousand_users() {
    let rounds = std::env::var("KOODRIVE_SCALE_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap());
    println!(
        "| database | workers | enqueue | work | listings per second | CPU of one: worker | server | sandbox |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for _ in 0..rounds {
        for workers in [1, 2, 4] {
            measure("SQLite", TestDatabase::sqlite(), workers).await;
        }
        for workers in [1, 2, 4] {
            let Some(database) = TestDatabase::postgres().await else { break };
            measure("PostgreSQL", database, workers).await;
        }
    }
}
