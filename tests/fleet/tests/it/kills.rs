//! Workers that are killed, paused and lied to, and what is in the database afterwards.

mod havoc;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use koodrive_fleet::store::Store;
use koodrive_fleet::store::status::failures;
use koodrive_sandbox::{FaultKind, RequestRecord, Sandbox};
use rustix::process::Signal;
use serde_json::json;

use crate::commands::status;
use crate::support::database::{TestDatabase, count, listing, rows};
use crate::support::on_both;
use crate::support::truth::plain_walk;
use crate::support::worker::{enqueue, send};
use havoc::Havoc;

const RUN: &str = "night";
/// Each has all three modules.
const USERS: usize = 16;
const RECORDS: u64 = 230;
/// The service does not know this one.
const REFUSED: &str = "666";
/// Whoever asks for this one's first page is killed.
const POISON: &str = "777";
const MAX_ATTEMPTS: &str = "5";

const MODULES: [&str; 3] = ["100", "101", "102"];

const UNFINISHED: &str = "SELECT COUNT(*) FROM Jobs WHERE status <> 'Done'";
const UNFINISHED_POSTGRES: &str = "SELECT COUNT(*) FROM apalis.jobs WHERE status <> 'Done'";

/// The pid of the worker that sent a request: its user agent ends in `(PID-UUID)`.
fn sender(request: &RequestRecord) -> Option<u32> {
    let (_, worker) = request.header("user-agent")?.split_once('(')?;
    worker.split('-').next()?.parse().ok()
}

async fn service(users: &[String], poisonings: &Arc<AtomicU32>) -> Sandbox {
    let poisonings = Arc::clone(poisonings);
    let kinds = ["*:status=503", "*:reset", "*:truncate", "*:gateway=429"];
    let kind = |text: &str| text.parse::<koodrive_sandbox::Fault>().unwrap().kind;
    let kinds: Vec<FaultKind> = kinds.into_iter().map(kind).collect();
    let mut builder = Sandbox::builder()
        .records(RECORDS)
        .user(POISON)
        .random_faults(0.1, 20_260_828, kinds)
        // So that there is something left to kill, however fast the machine is.
        .fault("*:slow=150ms".parse().unwrap())
        .on_request(move |request| {
            let is_poison = request.header("x-user-id") == Some(POISON);
            if let Some(pid) = sender(request).filter(|_| is_poison) {
                poisonings.fetch_add(1, Ordering::Relaxed);
                send(pid, Signal::KILL);
            }
        });
    for user in users {
        builder = builder.user(user);
    }
    builder.start().await.unwrap()
}

async fn every_record_is_stored_exactly_once(database: TestDatabase) {
    let users: Vec<String> = (0..USERS).map(|user| format!("{}", 1001 + user)).collect();
    let poisonings = Arc::default();
    let sandbox = service(&users, &poisonings).await;
    let store = database.open().await;
    enqueue(&database, &sandbox, RUN, "all", &users).await;
    enqueue(&database, &sandbox, RUN, "album", &[REFUSED.to_owned(), POISON.to_owned()]).await;

    let options = [
        "--until-done",
        "--poll",
        "0.2",
        "--lease",
        "3",
        "--retry-delay",
        "0",
        "--concurrency",
        "4",
        "--page-size",
        "25",
        "--max-attempts",
        MAX_ATTEMPTS,
    ];
    let mut havoc = Havoc::start(&database, &sandbox, &store, &options);
    havoc.kill_one_a_second(5).await;
    havoc.pause_one_for_longer_than_its_lease().await;
    havoc.kill_one_a_second(3).await;
    havoc.leave_alone_until_done().await;
    assert!(havoc.kills >= 3, "the work was done before the killing: {}", havoc.kills);
    eprintln!(
        "{} kills, {} poisonings, {} workers, {} late pages refused",
        havoc.kills,
        poisonings.load(Ordering::Relaxed),
        havoc.started,
        havoc.refusals()
    );

    sandbox.clear_faults();
    the_books_are_right(&database, &sandbox, &store).await;
    every_record_is_there_once_in_order(&sandbox, &store, &users).await;
}

async fn the_books_are_right(database: &TestDatabase, sandbox: &Sandbox, store: &Store) {
    let records = USERS as u64 * 3 * RECORDS;
    let done = USERS * 3;
    let expected =
        json!({"pending": 0, "running": 0, "done": done, "failed": 2, "records": records});
    let failed = failures(store, RUN, 10).await.unwrap();
    assert_eq!(status(database, sandbox, RUN).await, (expected, 1), "{failed:?}");

    let (state, _, attempts, error) = listing(store, RUN, POISON, "101").await;
    assert_eq!((&*state, attempts.to_string().as_str()), ("failed", MAX_ATTEMPTS));
    assert!(error.unwrap().starts_with("given up: "));
    let (state, _, _, error) = listing(store, RUN, REFUSED, "101").await;
    assert_eq!(state, "failed");
    assert!(error.unwrap().contains("401"));

    assert_eq!(count(store, UNFINISHED, UNFINISHED_POSTGRES).await, 0, "a job is left over");
    let all = "SELECT COUNT(*) FROM backup_record";
    assert_eq!(count(store, all, all).await, i64::try_from(records).unwrap());
    let again = "SELECT COUNT(*) FROM backup_record WHERE writes <> 1";
    assert_eq!(count(store, again, again).await, 0, "a record was written twice");
}

async fn every_record_is_there_once_in_order(sandbox: &Sandbox, store: &Store, users: &[String]) {
    for user in users {
        for module in MODULES {
            let truth = plain_walk(sandbox, user, module).await;
            let kept = rows(store, user, module).await;
            let places: Vec<i64> = kept.iter().map(|row| row.1).collect();
            assert_eq!(places, (0..230).collect::<Vec<i64>>(), "{user} {module}");
            let kept: Vec<_> = kept.into_iter().map(|row| (row.0, row.2)).collect();
            assert!(kept == truth, "{user} {module} differs from a plain walk");
        }
    }
}

on_both!(every_record_is_stored_exactly_once);
