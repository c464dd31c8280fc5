//! A disk that is full or fails, and files that are not what one expects.

use std::path::PathBuf;

use koodrive_sandbox::{RequestRecord, Sandbox};
use koodrive_tests::example::{ids, ids_by_module, signed};
use serde_json::json;

use super::night::{Night, all_ids, by_shell, read, record_ids, run};

/// Files may not grow beyond this many blocks of 512 bytes, and to try is an error, as on a full
/// disk.
const FULL: &str = "trap '' XFSZ; ulimit -f 16; exec \"$@\"";

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_under_standard_output_is_said_and_nothing_is_called_printed() {
    let night = Night::new();
    let sandbox = Sandbox::builder().records(20).start().await.unwrap();
    for form in ["ndjson", "table", "json"] {
        let command = night.in_form(form, &sandbox);
        let outcome = run(by_shell("exec \"$@\" > /dev/full", &command)).await;
        assert_eq!(outcome.status, Some(1), "{form}: {}", outcome.stderr);
        let said = "error: standard output cannot be written: No space left on device";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert!(outcome.last_line().starts_with("0 records, "), "{}", outcome.stderr);
        assert!(!night.checkpoint().exists());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_array_that_cannot_be_closed_is_no_success() {
    let night = Night::new();
    let sandbox = Sandbox::builder().records(2).start().await.unwrap();
    let mut command = signed(&sandbox);
    command.args(["--module", "folder", "--format", "json"]);
    let whole = koodrive_tests::process::run(&mut command).await.stdout.len();
    // All of it fits but for its last byte.
    std::fs::write(night.output(), " ".repeat(16 * 512 + 1 - whole)).unwrap();
    let line = format!("{FULL} >> '{}'", night.output().display());
    let outcome = run(by_shell(&line, &command)).await;
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("cannot be written: File too large"), "{}", outcome.stderr);
    assert!(outcome.last_line().starts_with("2 records, 1 pages, "), "{}", outcome.stderr);
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_leaves_whole_pages_and_the_next_run_adds_the_rest() {
    let sandbox = Sandbox::builder().records(50).start().await.unwrap();
    let whole = all_ids(&sandbox).await;
    for by_flag in [true, false] {
        let night = Night::new();
        let (command, redirected) = if by_flag {
            (night.to_output(&sandbox), String::new())
        } else {
            (night.to_stdout(&sandbox), format!(" >> '{}'", night.output().display()))
        };
        let full = run(by_shell(&format!("{FULL}{redirected}"), &command)).await;
        assert_eq!(full.status, Some(1), "{}", full.stderr);
        assert!(full.stderr.contains("cannot be written: File too large"), "{}", full.stderr);
        let printed = ids(&read(&night.output()));
        assert!(!printed.is_empty() && printed.len().is_multiple_of(10), "{}", printed.len());

        let rest = run(by_shell(&format!("exec \"$@\"{redirected}"), &command)).await;
        assert_eq!(rest.status, Some(0), "{}", rest.stderr);
        assert_eq!(ids_by_module(&read(&night.output())), whole);
        assert!(!rest.stderr.contains("cut off"), "it was cut back at once: {}", rest.stderr);
    }
}

/// Puts a folder, which cannot be replaced, where the checkpoint is to be written.
fn in_the_way_of(checkpoint: PathBuf) -> impl Fn(&RequestRecord) {
    move |_| {
        let _ = std::fs::remove_file(&checkpoint);
        let _ = std::fs::create_dir_all(checkpoint.join("inside"));
    }
}

/// The page is printed, but that it is cannot be kept: then it must not stay, where it can be taken
/// back.
#[tokio::test]
async fn a_page_that_no_checkpoint_knows_is_taken_back() {
    for by_flag in [true, false] {
        let night = Night::new();
        let sandbox = Sandbox::builder()
            .records(20)
            .on_request(in_the_way_of(night.checkpoint()))
            .start()
            .await
            .unwrap();
        std::fs::write(night.output(), "{\"recordId\":\"of another listing\"}\n").unwrap();
        let outcome = if by_flag {
            run(night.to_output(&sandbox)).await
        } else {
            let line = format!("exec \"$@\" >> '{}'", night.output().display());
            run(by_shell(&line, &night.to_stdout(&sandbox))).await
        };
        assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
        for part in ["the checkpoint ", "cannot be written", "it stands at an earlier page"] {
            assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
        }
        assert_eq!(read(&night.output()), "{\"recordId\":\"of another listing\"}\n");
        assert_eq!(night.names(), ["checkpoint", "output"], "nothing else stays");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_taken_back_from_its_file_too() {
    let night = Night::new();
    let sandbox = Sandbox::builder()
        .records_of("101", vec![json!({"recordId": "1"}), json!(42)])
        .on_request(in_the_way_of(night.checkpoint()))
        .start()
        .await
        .unwrap();
    std::fs::write(night.path("odd"), "\"of another listing\"\n").unwrap();
    let mut command = night.to_output(&sandbox);
    command.args(["--module", "album", "--unreadable"]).arg(night.path("odd"));
    let outcome = run(command).await;
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("it stands at an earlier page"), "{}", outcome.stderr);
    assert_eq!(read(&night.path("odd")), "\"of another listing\"\n");
    assert_eq!(read(&night.output()), "");
}

/// Whoever reads the array is not to take it for whole.
#[cfg(unix)]
#[tokio::test]
async fn an_array_is_not_closed_behind_a_page_that_the_disk_did_not_take() {
    let night = Night::new();
    let sandbox = Sandbox::builder().records(50).start().await.unwrap();
    let line = format!("{FULL} > '{}'", night.output().display());
    let full = run(by_shell(&line, &night.in_form("json", &sandbox))).await;
    assert_eq!(full.status, Some(1), "{}", full.stderr);
    let printed = read(&night.output());
    assert!(printed.starts_with("[\n{") && printed.ends_with('}'), "{printed}");
}

/// A file that cannot be synced, as the kernel's own cannot.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_may_be_lost_by_a_power_cut_is_not_called_printed() {
    let night = Night::new();
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let to_stdout = by_shell("exec \"$@\" >> /proc/self/comm", &night.to_stdout(&sandbox));
    let mut to_output = night.to_stdout(&sandbox);
    to_output.args(["--output", "/proc/self/comm"]);
    let mut unreadable = night.to_stdout(&sandbox);
    unreadable.args(["--unreadable", "/proc/self/comm"]);
    for (command, what) in [
        (to_stdout, "standard output"),
        (unreadable, "the file of unreadable records"),
        (to_output, "the output"),
    ] {
        let outcome = run(command).await;
        assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(what), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("cannot be written: Invalid argument"),
            "{}",
            outcome.stderr
        );
        let kept = std::fs::read_to_string(night.checkpoint()).unwrap_or_default();
        assert!(!kept.contains("\"end\""), "{kept}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_a_checkpoint_stays_a_link_and_one_to_nothing_is_refused() {
    let night = Night::new();
    let sandbox = Sandbox::builder().records(25).start().await.unwrap();
    std::os::unix::fs::symlink("real", night.checkpoint()).unwrap();
    let refused = run(night.to_stdout(&sandbox)).await;
    assert_eq!((refused.status, refused.stdout.as_str()), (Some(1), ""));
    for part in ["symbolic link to real, which does not exist", "give the target itself"] {
        assert!(refused.stderr.contains(part), "{part:?} is not in {}", refused.stderr);
    }
    assert!(sandbox.requests().is_empty());
    assert!(night.checkpoint().is_symlink());
    assert_eq!(night.names(), ["checkpoint"]);

    let mut command = signed(&sandbox);
    command.args(["--format", "ndjson", "--limit", "25", "--checkpoint"]).arg(night.path("real"));
    assert_eq!(record_ids(&run(command).await.stdout).len(), 25);
    let through = run(night.to_stdout(&sandbox)).await;
    assert_eq!((through.status, record_ids(&through.stdout).len()), (Some(0), 50));
    assert!(night.checkpoint().is_symlink());
    assert_eq!(night.names(), ["checkpoint", "real"]);
    let kept = read(&night.path("real"));
    assert_eq!(kept.matches("\"end\"").count(), 3, "{kept}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_checkpoint_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let night = Night::new();
    let sandbox = Sandbox::builder().records(25).start().await.unwrap();
    let mode = || std::fs::metadata(night.checkpoint()).unwrap().permissions().mode() & 0o777;
    let mut command = night.to_stdout(&sandbox);
    command.args(["--limit", "15"]);
    run(command).await;
    assert_eq!(mode(), 0o600, "it holds cursors");
    let shared = std::fs::Permissions::from_mode(0o664);
    std::fs::set_permissions(night.checkpoint(), shared).unwrap();
    assert_eq!(run(night.to_stdout(&sandbox)).await.status, Some(0));
    assert_eq!(mode(), 0o664);
}

#[tokio::test]
async fn what_a_killed_run_left_is_cleaned_up_also_by_a_run_that_is_refused() {
    let night = Night::new();
    let sandbox = Sandbox::builder().records(5).start().await.unwrap();
    run(night.to_stdout(&sandbox)).await;
    for name in [".checkpoint.new", "checkpoint.lock"] {
        std::fs::write(night.path(name), "").unwrap();
    }
    assert_eq!(run(night.in_form("table", &sandbox)).await.status, Some(1));
    assert_eq!(night.names(), ["checkpoint"]);
}

#[tokio::test]
async fn what_is_no_regular_file_is_no_output() {
    let night = Night::new();
    let sandbox = Sandbox::builder().records(5).start().await.unwrap();
    std::fs::create_dir(night.output()).unwrap();
    let outcome = run(night.to_output(&sandbox)).await;
    assert_eq!(outcome.status, Some(1));
    assert!(outcome.stderr.contains("not a regular file"), "{}", outcome.stderr);

    let mut command = night.to_stdout(&sandbox);
    command.arg("--output").arg(night.path("no/folder"));
    let outcome = run(command).await;
    assert_eq!(outcome.status, Some(1));
    assert!(outcome.stderr.contains("no/folder: it cannot be opened"), "{}", outcome.stderr);
    assert!(sandbox.requests().is_empty());
}
