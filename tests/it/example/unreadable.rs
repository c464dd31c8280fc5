//! Records that cannot be read: their JSON is kept, and nobody forgets them.

use koodrive_sandbox::{Fault, FaultKind, Sandbox};
use koodrive_tests::example::signed;
use serde_json::{Value, json};

use super::night::{Night, read, record_ids, run, unreadable};

/// Three records and three things that are none.
async fn sandbox() -> Sandbox {
    let odd = vec![
        json!({"recordId": "1"}),
        json!({"status": ["new"], "note": "a  b"}),
        json!({"recordId": "2"}),
        json!(42),
        json!({"recordId": "3"}),
        json!(["4", "101"]),
    ];
    Sandbox::builder().records_of("101", odd).start().await.unwrap()
}

fn odd() -> Vec<Value> {
    vec![json!({"status": ["new"], "note": "a  b"}), json!(42), json!(["4", "101"])]
}

#[tokio::test]
async fn json_lines_have_them_marked_in_their_place_as_they_came() {
    let sandbox = sandbox().await;
    let mut command = signed(&sandbox);
    command.args(["--module", "album", "--format", "ndjson"]);
    let outcome = run(command).await;
    assert_eq!(outcome.status, Some(1));
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines[0], r#"{"recordId":"1"}"#);
    assert_eq!(lines[1], r#"{"unreadable":{"note":"a  b","status":["new"]}}"#);
    assert_eq!(lines[3], r#"{"unreadable":42}"#);
    assert_eq!(unreadable(&outcome.stdout), odd());
    assert_eq!(record_ids(&outcome.stdout), ["1", "2", "3"]);
    assert_eq!(outcome.last_line(), "3 records, 1 pages, 1 requests, 0 retries");
}

#[tokio::test]
async fn a_file_takes_them_in_any_form_and_the_output_has_records_alone() {
    for form in ["ndjson", "json", "table"] {
        let (night, sandbox) = (Night::new(), sandbox().await);
        let mut command = signed(&sandbox);
        command.args(["--module", "album", "--format", form, "--unreadable"]);
        let outcome = run({
            command.arg(night.path("odd"));
            command
        })
        .await;
        assert_eq!(outcome.status, Some(1), "{form}");
        let lines: Vec<Value> = read(&night.path("odd"))
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines, odd());
        assert!(!outcome.stdout.contains("unreadable"), "{}", outcome.stdout);
        assert!(outcome.stderr.contains(night.path("odd").to_str().unwrap()), "{}", outcome.stderr);
    }
}

#[tokio::test]
async fn the_status_stays_1_until_they_are_acknowledged() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    let first = run(night.to_stdout(&sandbox)).await;
    assert_eq!(first.status, Some(1));
    assert!(first.stderr.contains("error: 3 records could not be read: "), "{}", first.stderr);
    for _ in 0..2 {
        let again = run(night.to_stdout(&sandbox)).await;
        assert_eq!((again.status, again.stdout.as_str()), (Some(1), ""));
        for part in ["3 records could not be read by an earlier run", "--acknowledge-unreadable"] {
            assert!(again.stderr.contains(part), "{part:?} is not in {}", again.stderr);
        }
        assert_eq!(night.kept()["unreadable"], json!({"101": 3}));
    }
    let mut folder = night.to_stdout(&sandbox);
    folder.args(["--module", "folder", "--acknowledge-unreadable"]);
    assert_eq!(run(folder).await.status, Some(0), "another module has none");
    assert_eq!(night.kept()["unreadable"], json!({"101": 3}));

    let mut acknowledged = night.to_stdout(&sandbox);
    acknowledged.arg("--acknowledge-unreadable");
    let acknowledged = run(acknowledged).await;
    assert_eq!(acknowledged.status, Some(0), "{}", acknowledged.stderr);
    let said = "album: 3 unreadable records acknowledged";
    assert!(acknowledged.stderr.contains(said), "{}", acknowledged.stderr);
    assert!(!acknowledged.stderr.contains(": 0 unreadable"), "{}", acknowledged.stderr);
    assert_eq!(run(night.to_stdout(&sandbox)).await.status, Some(0), "for good");
}

#[tokio::test]
async fn the_count_grows_from_run_to_run_and_new_ones_are_not_acknowledged_beforehand() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    let limited = || {
        let mut command = night.to_stdout(&sandbox);
        command.args(["--module", "album", "--limit", "2"]);
        command
    };
    assert_eq!(run(limited()).await.status, Some(1));
    let second = run(limited()).await;
    assert_eq!(second.status, Some(1));
    let said = "2 records could not be read (1 of them by an earlier run)";
    assert!(second.stderr.contains(said), "{}", second.stderr);
    let mut third = limited();
    third.arg("--acknowledge-unreadable");
    let third = run(third).await;
    assert_eq!(third.status, Some(1));
    assert!(third.stderr.contains("album: 2 unreadable records acknowledged"), "{}", third.stderr);
    assert!(third.stderr.contains("error: 1 record could not be read: "), "{}", third.stderr);
    assert_eq!(night.kept()["unreadable"], json!({"101": 1}));
}

#[tokio::test]
async fn their_file_belongs_to_the_checkpoint_too() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    let limited = || {
        let mut command = night.to_output(&sandbox);
        command.args(["--module", "album", "--limit", "4", "--unreadable"]);
        command.arg(night.path("odd"));
        command
    };
    run(limited()).await;
    let kept = read(&night.path("odd"));
    assert_eq!(kept.lines().count(), 2);
    // As a run leaves it that is killed before its checkpoint.
    std::fs::write(night.path("odd"), format!("{kept}[\"4\",\"1")).unwrap();
    let second = run(limited()).await;
    assert_eq!(second.status, Some(1));
    assert!(second.stderr.contains("cut off 7 bytes"), "{}", second.stderr);
    assert_eq!(read(&night.path("odd")), format!("{kept}[\"4\",\"101\"]\n"));
    assert_eq!(record_ids(&read(&night.output())), ["1", "2", "3"]);

    std::fs::remove_file(night.path("odd")).unwrap();
    let refused = run(limited()).await;
    assert!(refused.stderr.contains("error: --unreadable "), "{}", refused.stderr);
    let mut acknowledged = limited();
    acknowledged.arg("--acknowledge-unreadable");
    let acknowledged = run(acknowledged).await;
    assert_eq!(acknowledged.status, Some(0), "seen to and removed: {}", acknowledged.stderr);
}

#[tokio::test]
async fn acknowledged_ones_leave_their_file_to_whoever_saw_to_it() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    let limited = |arguments: &[&str]| {
        let mut command = night.to_stdout(&sandbox);
        command.args(["--module", "album", "--limit", "2"]).args(arguments);
        command
    };
    let odd = night.path("odd");
    let kept_in_it = ["--unreadable", odd.to_str().unwrap()];
    run(limited(&kept_in_it)).await;
    assert_eq!(read(&odd).lines().count(), 1);
    std::fs::remove_file(&odd).unwrap();
    run(limited(&["--acknowledge-unreadable"])).await;
    let third = run(limited(&kept_in_it)).await;
    assert!(third.stderr.contains("error: 2 records could not be read"), "{}", third.stderr);
    assert_eq!(read(&odd), "[\"4\",\"101\"]\n");
}

#[tokio::test]
async fn without_a_checkpoint_they_are_of_this_run_alone() {
    let fault = Fault::on_page(1, FaultKind::Unreadable);
    let sandbox = Sandbox::builder().records(5).fault(fault).start().await.unwrap();
    for status in [1, 0] {
        let mut command = signed(&sandbox);
        command.args(["--module", "album"]);
        assert_eq!(run(command).await.status, Some(status));
    }
}
