//! A night of a long listing: it is killed, interrupted and run again, the disk fills up, somebody
//! starts it twice. Each record comes exactly once, or what does not is said.

use std::path::Path;
use std::sync::{Arc, Mutex};

use koodrive_sandbox::{Sandbox, SandboxBuilder};
use koodrive_tests::example::ids_by_module;
use koodrive_tests::process::{Outcome, finish, start};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Child;
use tokio::sync::mpsc;

use super::night::{Night, all_ids, by_shell, can_be_sent, read, record_ids, run, signal};

/// A sandbox that tells of every request.
async fn watched(builder: SandboxBuilder) -> (Sandbox, mpsc::UnboundedReceiver<()>) {
    let (sender, requests) = mpsc::unbounded_channel();
    let sandbox = builder.on_request(move |_| _ = sender.send(())).start().await.unwrap();
    (sandbox, requests)
}

/// Kills it when it has sent so many requests, unless it ends before.
async fn kill_after(
    requests: u64,
    mut child: Child,
    seen: &mut mpsc::UnboundedReceiver<()>,
) -> Outcome {
    let (mut stdout, mut printed) = (child.stdout.take().unwrap(), Vec::new());
    let (mut sent, mut ended) = (0, false);
    // Read all along: behind a full pipe it would not send the next request.
    while sent < requests && !ended {
        tokio::select! {
            _ = seen.recv() => sent += 1,
            read = stdout.read_buf(&mut printed) => ended = read.unwrap() == 0,
        }
    }
    if !ended {
        child.start_kill().unwrap();
        stdout.read_to_end(&mut printed).await.unwrap();
    }
    let stdout = String::from_utf8(printed).unwrap();
    Outcome { stdout, ..finish(child).await }
}

#[tokio::test]
async fn killed_again_and_again_the_output_has_every_record_once() {
    let night = Night::new();
    let (sandbox, mut seen) = watched(Sandbox::builder().records(150)).await;
    let whole = all_ids(&sandbox).await;
    let mut complete = 0;
    for round in 0..24 {
        while seen.try_recv().is_ok() {}
        let child = start(&mut night.to_output(&sandbox));
        let outcome = kill_after(1 + fastrand::u64(0..12), child, &mut seen).await;
        complete += u32::from(outcome.status == Some(0));
        let output = read(&night.output());
        for (code, whole) in MODULES.into_iter().zip(whole.chunks(150)) {
            let printed = ids_of(code, whole_lines(&output));
            assert!(whole.starts_with(&printed), "round {round}, module {code}: {printed:?}");
        }
    }
    let last = run(night.to_output(&sandbox)).await;
    assert_eq!(last.status, Some(0), "{}", last.stderr);
    assert_eq!(ids_by_module(&read(&night.output())), whole);
    assert_eq!(night.names(), ["checkpoint", "output"], "nothing else stays");
    assert!(complete < 24, "some were killed");
}

/// Without the half line that a killed run may leave at the end.
fn whole_lines(ndjson: &str) -> &str {
    &ndjson[..ndjson.rfind('\n').map_or(0, |at| at + 1)]
}

const MODULES: [&str; 3] = ["100", "101", "102"];

/// The ids of a module's records, in order.
fn ids_of(code: &str, ndjson: &str) -> Vec<String> {
    let is_of = |line: &&str| line.contains(&format!("\"moduleCode\":\"{code}\""));
    ndjson.lines().filter(is_of).flat_map(record_ids).collect()
}

#[tokio::test]
async fn killed_again_and_again_a_pipe_gets_every_record_and_a_page_twice_at_most() {
    let night = Night::new();
    let (sandbox, mut seen) = watched(Sandbox::builder().records(100)).await;
    let whole = all_ids(&sandbox).await;
    let mut next = [0; 3];
    let (mut again, mut kills) = (0, 0);
    for round in 0..40 {
        while seen.try_recv().is_ok() {}
        let child = start(&mut night.to_stdout(&sandbox));
        let kill = 1 + fastrand::u64(0..12) + if round > 20 { 100 } else { 0 };
        let outcome = kill_after(kill, child, &mut seen).await;
        kills += usize::from(outcome.status.is_none());
        for ((code, whole), next) in MODULES.into_iter().zip(whole.chunks(100)).zip(&mut next) {
            let printed = ids_of(code, whole_lines(&outcome.stdout));
            let Some(first) = printed.first() else { continue };
            let begin = whole.iter().position(|id| id == first).unwrap();
            assert!(begin <= *next, "round {round}: a gap from {next} to {begin}");
            assert!(begin + 10 >= *next, "round {round}: more than a page from {begin} to {next}");
            assert_eq!(printed, whole[begin..begin + printed.len()]);
            again += *next - begin;
            *next = (*next).max(begin + printed.len());
        }
    }
    assert_eq!(next, [100; 3]);
    assert!(again <= 10 * kills, "{again} records came twice after {kills} kills");
    assert_eq!(night.names(), ["checkpoint"]);
}

/// A page that is larger than any pipe.
fn long_records() -> Vec<serde_json::Value> {
    let long = "x".repeat(40_000);
    (0..20).map(|id| json!({"recordId": id.to_string(), "properties": long})).collect()
}

#[tokio::test]
async fn the_checkpoint_is_written_after_the_page_is_printed() {
    let night = Night::new();
    let sandbox = Sandbox::builder().records_of("100", long_records()).start().await.unwrap();
    let mut command = night.to_stdout(&sandbox);
    let mut child = start(command.args(["--module", "folder"]));
    // The page is on its way, and stands in a pipe that nobody empties.
    child.stdout.as_mut().unwrap().read_u8().await.unwrap();
    assert!(!night.checkpoint().exists());
    child.kill().await.unwrap();
    let rest = run(command).await;
    assert_eq!(record_ids(&rest.stdout).len(), 20, "{}", rest.stderr);
}

#[tokio::test]
async fn the_first_page_is_already_safe_from_being_repeated() {
    let night = Night::new();
    let (lengths, output) = (Arc::new(Mutex::new(Vec::new())), night.output());
    let (story, checkpoint) = (lengths.clone(), night.checkpoint());
    let sandbox = Sandbox::builder()
        .records(5)
        .on_request(move |_| {
            let kept = std::fs::read_to_string(&checkpoint).unwrap_or_default();
            let length = std::fs::metadata(&output).map(|metadata| metadata.len()).ok();
            story.lock().unwrap().push((kept, length));
        })
        .start()
        .await
        .unwrap();
    std::fs::write(night.output(), "{\"recordId\":\"of another listing\"}\n").unwrap();
    let outcome = run(night.to_output(&sandbox)).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("appending to its 34 bytes"), "{}", outcome.stderr);
    let (kept, length) = lengths.lock().unwrap().first().cloned().unwrap();
    assert!(kept.contains(r#""output":{"length":34"#), "{kept}");
    assert_eq!(length, Some(34));
    assert_eq!(record_ids(&read(&night.output())).len(), 16);
}

#[cfg(unix)]
#[tokio::test]
async fn term_and_hup_are_as_good_as_ctrl_c() {
    let all = [("INT", 2), ("TERM", 15), ("HUP", 1)];
    for (name, _) in all.into_iter().filter(|(_, number)| can_be_sent(*number)) {
        let night = Night::new();
        let hangs = "page=3:slow=1000s".parse().unwrap();
        let sandbox = Sandbox::builder().records(40).fault(hangs).start().await.unwrap();
        let mut command = night.to_stdout(&sandbox);
        let mut child = start(command.args(["--module", "folder"]));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..20 {
            lines.next_line().await.unwrap().unwrap();
        }
        signal(&child, name);
        let outcome = finish(child).await;
        assert_eq!(outcome.status, Some(130), "{name}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("error: interrupted; run the same"), "{}", outcome.stderr);
        assert!(outcome.last_line().starts_with("20 records, 2 pages, "), "{}", outcome.stderr);
        assert_eq!(night.names(), ["checkpoint"], "{name}");

        sandbox.clear_faults();
        let rest = run(command).await;
        assert_eq!((rest.status, record_ids(&rest.stdout).len()), (Some(0), 20), "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_page_that_is_being_printed_is_finished_whatever_signal_comes() {
    let night = Night::new();
    let sandbox = Sandbox::builder().records_of("100", long_records()).start().await.unwrap();
    let mut command = night.to_stdout(&sandbox);
    let mut child = start(command.args(["--module", "folder"]));
    let first = child.stdout.as_mut().unwrap().read_u8().await.unwrap();
    // A terminal that is closed sends one, and the shell on it another.
    for name in ["TERM", "HUP", "HUP"] {
        signal(&child, name);
    }
    let outcome = finish(child).await;
    let stdout = format!("{}{}", first as char, outcome.stdout);
    assert_eq!(outcome.status, Some(130), "{}", outcome.stderr);
    let first = record_ids(&stdout).len();
    let rest = record_ids(&run(command).await.stdout).len();
    assert_eq!(first + rest, 20, "{}", outcome.stderr);
    assert!(first == 10 || first == 20);
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_ctrl_c_or_term_ends_it_at_once() {
    for (name, _) in [("INT", 2), ("TERM", 15)].into_iter().filter(|(_, n)| can_be_sent(*n)) {
        let night = Night::new();
        let sandbox = Sandbox::builder().records_of("100", long_records()).start().await.unwrap();
        let mut command = night.to_stdout(&sandbox);
        let mut child = start(command.args(["--module", "folder"]));
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_u8().await.unwrap();
        // Nobody reads on, so that only another signal can end it; two that come together may
        // count as one.
        let status = loop {
            signal(&child, name);
            tokio::task::yield_now().await;
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
        };
        assert_eq!(status.code(), Some(130), "{name}");
        drop(stdout);
        let rest = run(command).await;
        assert_eq!(record_ids(&rest.stdout).len(), 20, "{}", rest.stderr);
        assert_eq!(night.names(), ["checkpoint"]);
    }
}

/// Two of a kind may count as one, so that it gets one of each.
#[cfg(unix)]
#[tokio::test]
async fn two_signals_are_enough_to_end_it_at_once() {
    if !(can_be_sent(2) && can_be_sent(15)) {
        return;
    }
    let night = Night::new();
    let sandbox = Sandbox::builder().records_of("100", long_records()).start().await.unwrap();
    let mut child = start(night.to_stdout(&sandbox).args(["--module", "folder"]));
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_u8().await.unwrap();
    signal(&child, "INT");
    signal(&child, "TERM");
    assert_eq!(child.wait().await.unwrap().code(), Some(130));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn under_nohup_a_closed_terminal_does_not_end_it() {
    let night = Night::new();
    let hangs = "page=2:slow=1000s".parse().unwrap();
    let sandbox = Sandbox::builder().records(20).fault(hangs).start().await.unwrap();
    let mut command = night.to_stdout(&sandbox);
    command.args(["--module", "folder"]);
    let mut child = start(&mut by_shell("trap '' HUP; exec \"$@\"", &command));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..10 {
        lines.next_line().await.unwrap().unwrap();
    }
    signal(&child, "HUP");
    let listens = read(Path::new(&format!("/proc/{}/status", child.id().unwrap())));
    let ignored = listens.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    assert_eq!(u64::from_str_radix(ignored.trim(), 16).unwrap() & 1, 1, "HUP stays ignored");
    signal(&child, "TERM");
    assert_eq!(finish(child).await.status, Some(130));
}

#[tokio::test]
async fn of_two_runs_on_one_checkpoint_the_second_stops() {
    let night = Night::new();
    let hangs = "page=2:slow=1000s".parse().unwrap();
    let sandbox = Sandbox::builder().records(20).fault(hangs).start().await.unwrap();
    let mut first = night.to_stdout(&sandbox);
    let mut child = start(first.args(["--module", "album"]));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..10 {
        lines.next_line().await.unwrap().unwrap();
    }
    // Else the first page, whose checkpoint is still being written, would come again.
    while !night.checkpoint().exists() {
        tokio::task::yield_now().await;
    }
    sandbox.clear_requests();
    let mut second = night.to_stdout(&sandbox);
    let outcome = run({
        second.args(["--module", "folder"]);
        second
    })
    .await;
    assert_eq!((outcome.status, outcome.stdout.as_str()), (Some(1), ""));
    for part in ["error: the checkpoint ", "another run is using it", "give another file"] {
        assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
    }
    assert!(sandbox.requests().iter().all(|request| request.param("moduleCode") != Some("100")));
    child.kill().await.unwrap();

    sandbox.clear_faults();
    let rest = run(night.to_stdout(&sandbox)).await;
    assert_eq!(rest.status, Some(0), "a lock does not outlive its run: {}", rest.stderr);
    assert_eq!(record_ids(&rest.stdout).len(), 20 + 10 + 20);
    assert_eq!(night.names(), ["checkpoint"]);
}

#[tokio::test]
async fn of_two_runs_on_one_output_the_second_stops() {
    let night = Night::new();
    let hangs = "page=2:slow=1000s".parse().unwrap();
    let (sandbox, mut seen) = watched(Sandbox::builder().records(20).fault(hangs)).await;
    let mut child = start(night.to_output(&sandbox).args(["--module", "album"]));
    // The first page is being answered, so the lock was taken; the second one hangs.
    seen.recv().await.unwrap();
    let mut command = koodrive_tests::example::signed(&sandbox);
    command.args(["--format", "ndjson", "--checkpoint"]).arg(night.path("another"));
    command.arg("--output").arg(night.output());
    let outcome = run(command).await;
    assert_eq!(outcome.status, Some(1), "{} {}", outcome.stderr, read(&night.checkpoint()));
    for part in ["--output ", "another run is using it"] {
        assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
    }
    child.kill().await.unwrap();
}
