//! The commands, from enqueueing to the status of a finished run.

use koodrive_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::database::{TestDatabase, count, listing, rows};
use crate::support::on_both;
use crate::support::truth::plain_walk;
use crate::support::wait_until;
use crate::support::worker::{Worker, enqueue, fleet, output};

const QUICK: &[&str] = &["--until-done", "--poll", "0.1", "--lease", "3", "--retry-delay", "0"];

/// `status` as JSON, and its exit status.
pub(crate) async fn status(database: &TestDatabase, sandbox: &Sandbox, run: &str) -> (Value, i32) {
    let mut command = fleet(sandbox);
    command.args(["status", "--database", &database.url, "--run", run, "--format", "json"]);
    let output = output(command).await;
    let printed = serde_json::from_slice(&output.stdout);
    (printed.unwrap_or_else(|_| panic!("{output:?}")), output.status.code().unwrap())
}

async fn work_until_done(database: &TestDatabase, sandbox: &Sandbox, name: &str) {
    let mut worker = Worker::start(database, sandbox, name, QUICK);
    wait_until("the worker has nothing left to do", async || worker.ended().is_some()).await;
    let ended = worker.ended().unwrap();
    assert!(ended.success(), "{ended}: {}", worker.log_end());
}

async fn a_run_is_mirrored_whole_and_the_next_one_overwrites_it(database: TestDatabase) {
    let users: Vec<String> = ["101", "102", "103"].map(String::from).into();
    let mut builder = Sandbox::builder().records(120);
    for user in &users {
        builder = builder.user(user);
    }
    let sandbox = builder.start().await.unwrap();
    let store = database.open().await;

    let said = enqueue(&database, &sandbox, "mon", "all", &users).await;
    assert!(said.contains("9 listings added, 0 were there"), "{said}");
    let said = enqueue(&database, &sandbox, "mon", "all", &users).await;
    assert!(said.contains("0 listings added, 9 were there"), "{said}");
    let waiting = json!({"pending": 9, "running": 0, "done": 0, "failed": 0, "records": 0});
    assert_eq!(status(&database, &sandbox, "mon").await, (waiting, 0));

    work_until_done(&database, &sandbox, "first").await;
    let done = json!({"pending": 0, "running": 0, "done": 9, "failed": 0, "records": 1080});
    assert_eq!(status(&database, &sandbox, "mon").await, (done.clone(), 0));

    enqueue(&database, &sandbox, "tue", "all", &users).await;
    work_until_done(&database, &sandbox, "second").await;
    assert_eq!(status(&database, &sandbox, "tue").await, (done, 0));
    for user in &users {
        for module in ["100", "101", "102"] {
            let truth = plain_walk(&sandbox, user, module).await;
            let kept = rows(&store, user, module).await;
            assert!(kept.iter().all(|row| row.3 == 1), "writes count within a run");
            let kept: Vec<_> = kept.into_iter().map(|row| (row.0, row.2)).collect();
            assert_eq!(kept, truth, "{user} {module}");
        }
    }
    let of_tuesday = "SELECT COUNT(*) FROM backup_record WHERE run = 'tue'";
    assert_eq!(count(&store, of_tuesday, of_tuesday).await, 1080);
}

async fn a_refused_user_fails_alone_and_status_says_so(database: TestDatabase) {
    let sandbox = Sandbox::builder().records(5).user("101").start().await.unwrap();
    let users: Vec<String> = ["101", "999"].map(String::from).into();
    enqueue(&database, &sandbox, "r", "album", &users).await;
    work_until_done(&database, &sandbox, "worker").await;

    let failed = json!({"pending": 0, "running": 0, "done": 1, "failed": 1, "records": 5});
    assert_eq!(status(&database, &sandbox, "r").await, (failed, 1));
    let store = database.open().await;
    let (state, _, _, error) = listing(&store, "r", "999", "101").await;
    assert_eq!(state, "failed");
    assert!(error.unwrap().contains("401"));

    let mut command = fleet(&sandbox);
    command.args(["status", "--database", &database.url, "--run", "r"]);
    let printed = String::from_utf8(output(command).await.stdout).unwrap();
    assert!(printed.contains("user 999 module 101: "), "{printed}");
}

async fn what_cannot_be_read_or_has_no_id_is_kept_beside_the_records(database: TestDatabase) {
    let odd = vec![json!({"recordId": "a", "more": [1]}), json!(7), json!({"status": 1})];
    let sandbox = Sandbox::builder().user("101").records_of("101", odd).start().await.unwrap();
    enqueue(&database, &sandbox, "r", "album", &["101".to_owned()]).await;
    work_until_done(&database, &sandbox, "worker").await;

    let store = database.open().await;
    let kept = rows(&store, "101", "101").await;
    assert_eq!(kept, [("a".into(), 0, r#"{"more":[1],"recordId":"a"}"#.into(), 1)]);
    let query = "SELECT COUNT(*) FROM unreadable_record WHERE run = 'r' AND user_id = '101' \
                 AND ((position = 1 AND body = '7') OR (position = 2 AND body = '{\"status\":1}'))";
    assert_eq!(count(&store, query, query).await, 2);
    let done = json!({"pending": 0, "running": 0, "done": 1, "failed": 0, "records": 3});
    assert_eq!(status(&database, &sandbox, "r").await, (done, 0));
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_named_without_its_password() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    for url in ["mysql://u:hush@h/d", "sqlite::memory:", "postgres://u:hush@h:x/d"] {
        let mut command = fleet(&sandbox);
        command.args(["status", "--run", "r", "--database", url]);
        let output = output(command).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("sqlite://") && !said.contains("hush"), "{said}");
    }
}

on_both!(
    a_run_is_mirrored_whole_and_the_next_one_overwrites_it,
    a_refused_user_fails_alone_and_status_says_so,
    what_cannot_be_read_or_has_no_id_is_kept_beside_the_records
);

/// The engine's own statements, as far as they choose the jobs.
#[tokio::test]
async fn on_sqlite_a_job_is_found_by_its_id_however_many_wait() {
    let (database, sandbox) = (TestDatabase::sqlite(), Sandbox::builder().start().await.unwrap());
    let users: Vec<String> = (0..2_000).map(|user| user.to_string()).collect();
    enqueue(&database, &sandbox, "tonight", "album", &users).await;
    let koodrive_fleet::store::Store::Sqlite(pool) = database.open().await else { unreachable!() };
    for statement in [
        "UPDATE Jobs SET status = 'Running' WHERE id IN (SELECT value FROM json_each('[]')) \
         AND (status = 'Queued' OR status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts))",
        "WITH j AS (SELECT value ->> 'task_id' AS task_id FROM json_each('[]')) \
         UPDATE Jobs SET status = 'Done' FROM j WHERE Jobs.id = j.task_id AND Jobs.lock_by = ''",
    ] {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")))
                .fetch_all(&pool)
                .await
                .unwrap();
        let is_by_id =
            |step: &String| step == "SEARCH Jobs USING INDEX sqlite_autoindex_Jobs_1 (id=?)";
        assert!(plan.iter().any(|(.., step)| is_by_id(step)), "{plan:?}");
    }
}
