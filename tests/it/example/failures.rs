//! What goes wrong on the way: what is said, what still comes, and the exit status.

use koodrive_sandbox::{Fault, FaultKind, Sandbox};
use koodrive_tests::example::{ids, list, signed, unauthenticated};
use koodrive_tests::process::{finish, run, start};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::night::{can_be_sent, record_ids};

#[tokio::test]
async fn a_record_that_cannot_be_read_is_named_and_counted_and_the_others_come() {
    let fault = Fault::on_page(2, FaultKind::Unreadable);
    let sandbox = Sandbox::builder().records(30).fault(fault).start().await.unwrap();
    let arguments = ["--module", "album", "--page-size", "10", "--format", "ndjson"];
    let outcome = list(&sandbox, &arguments).await;
    assert_eq!(outcome.status, Some(1));
    assert_eq!(record_ids(&outcome.stdout).len(), 30);
    let named = outcome.stderr.lines().next().unwrap();
    for part in ["error: album: ", "cannot be read", r#""high":1"#, "page 2"] {
        assert!(named.contains(part), "{part:?} is not in {named}");
    }
    assert!(outcome.stderr.contains("error: 1 record could not be read"), "{}", outcome.stderr);
    assert_eq!(outcome.last_line(), "30 records, 3 pages, 3 requests, 0 retries");
}

#[tokio::test]
async fn a_wrong_secret_is_said_and_asked_with_once_for_each_module() {
    let sandbox = Sandbox::builder().records(3).start().await.unwrap();
    let mut command = unauthenticated(&sandbox);
    command.args(["--app-id", sandbox.app_id()]).env("KOODRIVE_APP_SECRET", "wrong");
    let outcome = run(&mut command).await;
    assert_eq!(outcome.status, Some(1));
    assert_eq!(outcome.stdout, "");
    for part in ["error: folder: ", "401", "check app id, app secret", "--checkpoint FILE"] {
        assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
    }
    assert_eq!(outcome.last_line(), "0 records, 0 pages, 3 requests, 0 retries");
}

#[tokio::test]
async fn a_page_that_fails_twice_is_asked_for_again() {
    // Each time with the four repetitions of the retry policy.
    let garbage = Fault::on_page_attempts(2, 1..=10, FaultKind::Garbage);
    let sandbox = Sandbox::builder().records(30).fault(garbage).start().await.unwrap();
    let arguments = ["--module", "folder", "--page-size", "10", "--format", "ndjson"];
    let outcome = list(&sandbox, &arguments).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert_eq!(ids(&outcome.stdout).len(), 30);
    assert_eq!(outcome.stderr.matches("page 2 failed").count(), 2, "{}", outcome.stderr);
    assert_eq!(outcome.last_line(), "30 records, 3 pages, 13 requests, 8 retries");
}

#[tokio::test]
async fn a_page_that_fails_three_times_ends_its_module_and_no_other() {
    // The numbers of the first requests differ with the order in which the modules come.
    let broken = Fault::on_page_attempts(2, 1..=u64::MAX, FaultKind::Garbage);
    let sandbox = Sandbox::builder()
        .records_of("101", Vec::new())
        .records_of("102", vec![serde_json::json!({"recordId": "1"})])
        .records(30)
        .fault(broken)
        .start()
        .await
        .unwrap();
    let outcome = list(&sandbox, &["--page-size", "10", "--format", "ndjson"]).await;
    assert_eq!(outcome.status, Some(1));
    assert_eq!(ids(&outcome.stdout).len(), 11, "a page of the first, all of the others");
    assert!(outcome.stderr.contains("error: folder: "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("the list of folder is not complete"), "{}", outcome.stderr);
    assert_eq!(outcome.last_line(), "11 records, 3 pages, 18 requests, 12 retries");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_said_with_the_flag_that_makes_it_smaller() {
    let huge = Fault::on_page_attempts(1, 1..=u64::MAX, "huge=17MiB".parse().unwrap());
    let sandbox = Sandbox::builder().records(3).fault(huge).start().await.unwrap();
    let outcome = list(&sandbox, &["--module", "folder"]).await;
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("folder: give a smaller --page-size\n"), "{}", outcome.stderr);
}

#[tokio::test]
async fn json_stays_one_array_when_the_list_breaks_off() {
    let broken = Fault::on_page_attempts(2, 1..=u64::MAX, FaultKind::status(403));
    let sandbox = Sandbox::builder().records(30).fault(broken).start().await.unwrap();
    let arguments = ["--module", "folder", "--page-size", "10", "--format", "json"];
    let outcome = list(&sandbox, &arguments).await;
    assert_eq!(outcome.status, Some(1));
    let array: Vec<serde_json::Value> = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(array.len(), 10);
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_it_without_a_panic() {
    let sandbox = Sandbox::builder().records(1_000).start().await.unwrap();
    let mut child = start(&mut signed(&sandbox));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.next_line().await.unwrap().unwrap();
    drop(lines);
    let outcome = finish(child).await;
    assert_eq!(outcome.status, Some(1));
    let said: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("error: standard output was closed"), "{said:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_it_with_the_checkpoint_kept() {
    if !can_be_sent(2) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checkpoint");
    let hangs = Fault::on_page(2, "slow=1000s".parse().unwrap());
    let sandbox = Sandbox::builder().records(20).fault(hangs).start().await.unwrap();
    let mut command = signed(&sandbox);
    command.args(["--module", "folder", "--page-size", "10", "--format", "ndjson"]);
    command.arg("--checkpoint").arg(&file);
    let mut child = start(&mut command);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.next_line().await.unwrap().unwrap();
    let pid = child.id().unwrap().to_string();
    let kill = std::process::Command::new("kill").args(["-INT", &pid]).status();
    assert!(kill.unwrap().success());
    let outcome = finish(child).await;
    assert_eq!(outcome.status, Some(130), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("interrupted"), "{}", outcome.stderr);
    assert!(outcome.last_line().starts_with("10 records, 1 pages, "), "{}", outcome.stderr);

    sandbox.clear_faults();
    let rest = run(&mut command).await;
    assert_eq!((rest.status, ids(&rest.stdout).len()), (Some(0), 10));
}
