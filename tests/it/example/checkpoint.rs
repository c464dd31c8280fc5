//! `--checkpoint`: what a later run goes on from.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::night::record_ids;
use koodrive_sandbox::{Fault, FaultKind, Sandbox};
use koodrive_tests::example::{ids, ids_by_module, list, signed};
use koodrive_tests::process::{Outcome, run, start};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("checkpoint.json");
    (folder, file)
}

async fn list_to(sandbox: &Sandbox, file: &Path, arguments: &[&str]) -> Outcome {
    list_by(10, sandbox, file, arguments).await
}

async fn list_by(size: u32, sandbox: &Sandbox, file: &Path, arguments: &[&str]) -> Outcome {
    let mut command = signed(sandbox);
    command.args(["--format", "ndjson", "--page-size", &size.to_string()]).args(arguments);
    run(command.arg("--checkpoint").arg(file)).await
}

fn read(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).expect("the checkpoint is there");
    serde_json::from_str(&text).expect("it is JSON")
}

async fn all(sandbox: &Sandbox) -> Vec<String> {
    ids_by_module(&list(sandbox, &["--format", "ndjson"]).await.stdout)
}

#[tokio::test]
async fn after_a_failure_a_second_run_prints_exactly_the_rest() {
    let (folder, file) = place();
    for page in ["1", "2", "last"] {
        let _ = std::fs::remove_file(&file);
        let sandbox = Sandbox::builder().records(35).start().await.unwrap();
        let whole = all(&sandbox).await;
        sandbox.push_fault(format!("page={page},attempt=*:status=403").parse().unwrap()).unwrap();
        let first = list_to(&sandbox, &file, &[]).await;
        assert_eq!(first.status, Some(1));
        let advice = format!("run the same command again for the rest, from {}", file.display());
        assert!(first.stderr.contains(&advice), "{}", first.stderr);
        sandbox.clear_faults();
        let second = list_to(&sandbox, &file, &[]).await;
        assert_eq!(second.status, Some(0), "{}", second.stderr);

        let mut both = [ids(&first.stdout), ids(&second.stdout)].concat();
        assert_eq!(both.len(), whole.len(), "none twice, page {page}");
        both.sort_by_key(|id| whole.iter().position(|known| known == id));
        assert_eq!(both, whole, "page {page}");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "no temporary file stays: {left:?}");
}

#[tokio::test]
async fn runs_with_a_limit_follow_each_other_without_gap_or_repetition() {
    let (_folder, file) = place();
    let sandbox = Sandbox::builder().records(35).start().await.unwrap();
    let whole = all(&sandbox).await;
    let mut printed = Vec::new();
    for expected in [23, 23, 23, 23, 13, 0] {
        let outcome = list_to(&sandbox, &file, &["--limit", "23"]).await;
        assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
        let now = ids(&outcome.stdout);
        assert_eq!(now.len(), expected);
        printed.extend(now);
    }
    assert_eq!(printed, whole);
}

#[tokio::test]
async fn one_file_serves_all_modules_in_a_versioned_form() {
    let (_folder, file) = place();
    let sandbox = Sandbox::builder().records(15).start().await.unwrap();
    list_to(&sandbox, &file, &["--module", "album", "--limit", "12"]).await;
    let kept = read(&file);
    assert_eq!(kept["version"], 2);
    assert_eq!(kept["modules"]["101"]["offset"], 2);
    assert_eq!(kept["modules"].as_object().unwrap().len(), 1);

    list_to(&sandbox, &file, &["--module", "folder"]).await;
    assert_eq!(read(&file)["modules"]["101"], kept["modules"]["101"], "others stay as they are");
    let rest = list_to(&sandbox, &file, &[]).await;
    assert_eq!(ids(&rest.stdout).len(), 3 + 15);
    assert!(rest.stderr.contains("folder: complete already"), "{}", rest.stderr);
    let kept = read(&file);
    let is_end = |code| kept["modules"][code]["position"] == "end";
    assert!(["100", "101", "102"].into_iter().all(is_end), "{kept}");

    sandbox.clear_requests();
    let nothing = list_to(&sandbox, &file, &[]).await;
    assert_eq!((nothing.status, nothing.stdout.as_str()), (Some(0), ""));
    assert_eq!(nothing.last_line(), "0 records, 0 pages, 0 requests, 0 retries");
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn the_file_is_rewritten_page_by_page() {
    let (_folder, file) = place();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (story, path) = (seen.clone(), file.clone());
    let sandbox = Sandbox::builder()
        .records(30)
        .on_request(move |request| {
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            let cursor = request.param("cursor").map(str::to_owned);
            story.lock().unwrap().push((request.page().unwrap(), cursor, kept));
        })
        .start()
        .await
        .unwrap();
    let outcome = list_by(1, &sandbox, &file, &["--module", "folder"]).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    let seen = seen.lock().unwrap();
    let page_at = |cursor: &str| {
        seen.iter().find(|(_, known, _)| known.as_deref() == Some(cursor)).map(|(page, ..)| *page)
    };
    for (page, _, kept) in seen.iter() {
        let printed = serde_json::from_str::<Value>(kept)
            .ok()
            .and_then(|kept| page_at(kept["modules"]["100"]["cursor"].as_str()?))
            .map_or(0, |next| next - 1);
        // One is at hand while this one is asked for.
        assert!(printed < *page && printed + 2 >= *page, "at page {page}: {kept}");
    }
}

#[tokio::test]
async fn a_run_that_is_killed_loses_nothing_and_repeats_a_page_at_most() {
    let (_folder, file) = place();
    let hangs = Fault::on_page(4, "slow=1000s".parse().unwrap());
    let sandbox = Sandbox::builder().records(45).fault(hangs).start().await.unwrap();
    let whole = ids(&list_to(&sandbox, &file, &["--limit", "30"]).await.stdout);
    std::fs::remove_file(&file).unwrap();
    let mut command = signed(&sandbox);
    command.args(["--module", "folder", "--format", "ndjson", "--page-size", "10"]);
    command.arg("--checkpoint").arg(&file);
    let mut child = start(&mut command);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for expected in &whole {
        let line = lines.next_line().await.unwrap().unwrap();
        assert!(line.contains(expected.as_str()), "{line}");
    }
    child.kill().await.unwrap();
    sandbox.clear_faults();
    let rest = ids(&run(&mut command).await.stdout);
    assert!([15, 25].contains(&rest.len()), "{}", rest.len());
    assert!(rest.len() == 15 || rest[..10] == whole[20..]);
}

#[tokio::test]
async fn a_page_that_changed_is_not_gone_over_in_silence() {
    let (_folder, file) = place();
    let record = |id: u32| serde_json::json!({"recordId": id.to_string()});
    let before = Sandbox::builder().records_of("100", (1..=9).map(record).collect());
    let before = before.start().await.unwrap();
    let arguments = ["--module", "folder", "--limit", "5"];
    assert_eq!(list_to(&before, &file, &arguments).await.status, Some(0));

    let after = Sandbox::builder().records_of("100", (2..=9).map(record).collect());
    let after = after.start().await.unwrap();
    let refused = list_to(&after, &file, &["--module", "folder"]).await;
    assert_eq!(refused.status, Some(1));
    assert!(refused.stderr.contains("the page has changed"), "{}", refused.stderr);
    assert!(refused.stderr.contains("some of its records twice"), "{}", refused.stderr);
    let again = list_to(&after, &file, &["--module", "folder"]).await;
    assert_eq!((again.status, ids(&again.stdout).len()), (Some(0), 8));
}

/// Wrong files: a sentence that names the file and the cause, nothing sent, the file as it was.
#[tokio::test]
async fn a_file_that_is_no_checkpoint_is_refused_and_left_alone() {
    let (_folder, file) = place();
    let sandbox = Sandbox::builder().records(5).start().await.unwrap();
    list_by(3, &sandbox, &file, &["--limit", "4"]).await;
    let of_another_query = std::fs::read_to_string(&file).unwrap();
    sandbox.clear_requests();
    for (text, cause) in [
        ("", "EOF"),
        ("{\"version\":2,\"modules\":", "EOF"),
        ("# Notes\n", "not a checkpoint"),
        ("{\"name\":\"package\"}", "no version"),
        ("{\"version\":1,\"modules\":{}}", "version 1"),
        ("{\"version\":2,\"modules\":{\"100\":{\"offset\":1}}}", "missing field"),
        (&of_another_query, "belongs to another query"),
    ] {
        std::fs::write(&file, text).unwrap();
        let outcome = list_to(&sandbox, &file, &[]).await;
        assert_eq!(outcome.status, Some(1), "{text}: {}", outcome.stderr);
        for part in [file.to_str().unwrap(), cause, "remove this one to begin anew"] {
            assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
        }
        assert_eq!(outcome.stdout, "");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "unchanged");
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let (folder, _) = place();
    let sandbox = Sandbox::builder().records(5).start().await.unwrap();
    for file in [folder.path().join("missing/checkpoint.json"), folder.path().to_path_buf()] {
        let outcome = list_to(&sandbox, &file, &[]).await;
        assert_eq!(outcome.status, Some(1));
        assert!(outcome.stderr.contains(file.to_str().unwrap()), "{}", outcome.stderr);
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn the_place_of_an_unreadable_record_is_passed() {
    let (_folder, file) = place();
    let fault = Fault::on_page(1, FaultKind::Unreadable);
    let sandbox = Sandbox::builder().records(5).fault(fault).start().await.unwrap();
    let first = list_to(&sandbox, &file, &["--module", "album"]).await;
    assert_eq!((first.status, record_ids(&first.stdout).len()), (Some(1), 5));
    let second = list_to(&sandbox, &file, &["--module", "album"]).await;
    assert_eq!((second.status, second.stdout.as_str()), (Some(1), ""));
}
