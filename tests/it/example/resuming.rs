//! Where a later run may print, after what an earlier one printed.

use koodrive_sandbox::Sandbox;
use koodrive_tests::example::{ids, ids_by_module};
use koodrive_tests::process::Outcome;
use tokio::process::Command;

use super::night::{Night, all_ids, by_shell, read, run};

async fn shell(night: &Night, line: &str, command: &Command) -> Outcome {
    run(by_shell(&format!("exec \"$@\" {line} '{}'", night.output().display()), command)).await
}

async fn sandbox() -> Sandbox {
    Sandbox::builder().records(25).start().await.unwrap()
}

fn assert_refused(outcome: &Outcome, parts: &[&str]) {
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "");
    for part in parts {
        assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
    }
}

#[tokio::test]
async fn a_file_that_the_shell_has_emptied_is_refused_also_when_the_list_is_complete() {
    for complete in [false, true] {
        let (night, sandbox) = (Night::new(), sandbox().await);
        let mut first = night.to_stdout(&sandbox);
        if !complete {
            first.args(["--limit", "45"]);
        }
        let first = shell(&night, ">", &first).await;
        assert_eq!(first.status, Some(0), "{}", first.stderr);
        let kept = read(&night.checkpoint());
        sandbox.clear_requests();
        let again = shell(&night, ">", &night.to_stdout(&sandbox)).await;
        assert_refused(&again, &["a file of 0 bytes", ">>", "--output", "folder was printed"]);
        assert!(sandbox.requests().is_empty());
        assert_eq!(read(&night.checkpoint()), kept);
    }
}

#[tokio::test]
async fn a_file_that_the_shell_appends_to_gets_exactly_the_rest() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    for _ in 0..4 {
        let mut command = night.to_stdout(&sandbox);
        let outcome = shell(&night, ">>", command.args(["--limit", "23"])).await;
        assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    }
    assert_eq!(ids(&read(&night.output())), all_ids(&sandbox).await);
}

#[tokio::test]
async fn a_file_that_was_cut_or_ends_inside_a_line_is_refused() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    let mut first = night.to_stdout(&sandbox);
    shell(&night, ">>", first.args(["--limit", "23"])).await;
    let whole = read(&night.output());
    for (contents, part) in [
        (&whole[..whole.len() - 1], "bytes, but had"),
        (&format!("{whole}half of a li"), "ends inside a line"),
    ] {
        std::fs::write(night.output(), contents).unwrap();
        let outcome = shell(&night, ">>", &night.to_stdout(&sandbox)).await;
        assert_refused(&outcome, &["standard output is a file", part]);
        assert_eq!(read(&night.output()), contents);
    }
    std::fs::write(night.output(), &whole).unwrap();
    let rest = shell(&night, ">>", &night.to_stdout(&sandbox)).await;
    assert_eq!(rest.status, Some(0), "{}", rest.stderr);
    assert_eq!(ids_by_module(&read(&night.output())), all_ids(&sandbox).await);
}

#[tokio::test]
async fn after_a_pipe_an_empty_file_is_refused_and_another_pipe_is_not() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    let mut first = night.to_stdout(&sandbox);
    run({
        first.args(["--limit", "23"]);
        first
    })
    .await;
    let outcome = shell(&night, ">", &night.to_stdout(&sandbox)).await;
    assert_refused(&outcome, &["standard output is an empty file", "pipe the rest elsewhere"]);
    let rest = run(night.to_stdout(&sandbox)).await;
    assert_eq!((rest.status, ids(&rest.stdout).len()), (Some(0), 52));
}

#[tokio::test]
async fn modules_that_share_a_checkpoint_may_have_files_of_their_own() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    for module in ["folder", "album", "address-book"] {
        for limit in ["10", "100"] {
            let mut command = night.to_stdout(&sandbox);
            command.args(["--module", module, "--limit", limit]);
            let line = format!("exec \"$@\" >> '{}'", night.path(module).display());
            let outcome = run(by_shell(&line, &command)).await;
            assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
        }
        assert_eq!(ids(&read(&night.path(module))).len(), 25);
    }
}

#[tokio::test]
async fn a_table_and_an_array_are_not_continued() {
    for form in ["table", "json"] {
        let (night, sandbox) = (Night::new(), sandbox().await);
        let in_form = || {
            let mut command = night.in_form(form, &sandbox);
            command.args(["--module", "album", "--limit", "10"]);
            command
        };
        assert_eq!(run(in_form()).await.status, Some(0));
        sandbox.clear_requests();
        let again = run(in_form()).await;
        assert_refused(&again, &["album was printed", "cannot be continued", "--format ndjson"]);
        assert!(sandbox.requests().is_empty());

        let mut other = night.in_form(form, &sandbox);
        other.args(["--module", "folder"]);
        assert_eq!(run(other).await.status, Some(0), "another module begins");
        let rest = run(night.to_stdout(&sandbox)).await;
        assert_eq!((rest.status, ids(&rest.stdout).len()), (Some(0), 15 + 25));
    }
}

#[tokio::test]
async fn an_output_is_completed_and_then_left_alone() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    for _ in 0..4 {
        let mut command = night.to_output(&sandbox);
        command.args(["--limit", "23"]);
        let outcome = run(command).await;
        assert_eq!((outcome.status, outcome.stdout.as_str()), (Some(0), ""), "{}", outcome.stderr);
    }
    let whole = read(&night.output());
    assert_eq!(ids(&whole), all_ids(&sandbox).await);
    let nothing = run(night.to_output(&sandbox)).await;
    assert_eq!(nothing.status, Some(0), "{}", nothing.stderr);
    assert_eq!(nothing.last_line(), "0 records, 0 pages, 0 requests, 0 retries");
    assert_eq!(read(&night.output()), whole);
}

#[tokio::test]
async fn an_output_that_is_not_the_checkpoints_is_refused_and_left_alone() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    let mut first = night.to_output(&sandbox);
    first.args(["--limit", "23"]);
    assert_eq!(run(first).await.status, Some(0));
    let whole = read(&night.output());
    let other = whole.replace("recordId", "recordID") + "{}\n";
    for (contents, part) in
        [("", "0 bytes"), (&whole[..100], "100 bytes"), (&other, "contents differ")]
    {
        std::fs::write(night.output(), contents).unwrap();
        let outcome = run(night.to_output(&sandbox)).await;
        assert_refused(&outcome, &["--output ", part, "checkpoint"]);
        assert_eq!(read(&night.output()), contents);
    }
    std::fs::remove_file(night.output()).unwrap();
    assert_refused(&run(night.to_output(&sandbox)).await, &["0 bytes"]);
    assert!(!night.output().exists());
}

#[tokio::test]
async fn a_checkpoint_stays_with_the_output_or_with_standard_output() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    let mut first = night.to_output(&sandbox);
    first.args(["--limit", "23"]);
    run(first).await;
    let outcome = run(night.to_stdout(&sandbox)).await;
    assert_refused(&outcome, &["belongs to a file of records", "give that file by --output"]);

    let night = Night::new();
    let mut first = night.to_stdout(&sandbox);
    first.args(["--limit", "23"]);
    run(first).await;
    let outcome = run(night.to_output(&sandbox)).await;
    assert_refused(&outcome, &["printed to standard output", "leave --output out"]);
    assert!(!night.output().exists());
}

#[tokio::test]
async fn a_checkpoint_of_another_query_leaves_the_output_alone() {
    let (night, sandbox) = (Night::new(), sandbox().await);
    let mut first = night.to_output(&sandbox);
    first.args(["--limit", "23"]);
    run(first).await;
    let longer = read(&night.output()) + "{}\n";
    std::fs::write(night.output(), &longer).unwrap();
    let mut other = night.to_output(&sandbox);
    other.args(["--device", "another"]);
    assert_refused(&run(other).await, &["belongs to another query"]);
    assert_eq!(read(&night.output()), longer);
}

#[tokio::test]
async fn the_files_of_a_run_are_different_ones() {
    let sandbox = sandbox().await;
    let same = |flags: [&str; 2]| {
        let night = Night::new();
        let mut command = koodrive_tests::example::signed(&sandbox);
        command.args(["--format", "ndjson"]);
        if !flags.contains(&"--checkpoint") {
            command.arg("--checkpoint").arg(night.checkpoint());
        }
        for flag in flags {
            command.arg(flag).arg(night.path("same"));
        }
        (night, command)
    };
    for flags in [
        ["--checkpoint", "--output"],
        ["--checkpoint", "--unreadable"],
        ["--output", "--unreadable"],
    ] {
        let (_night, command) = same(flags);
        let outcome = run(command).await;
        assert_eq!(outcome.status, Some(2), "{flags:?}: {}", outcome.stderr);
        for part in [flags[0], flags[1], "the same file"] {
            assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
        }
    }
}
