//! Programs of this workspace, run as processes: what they print and how they end.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};

/// Far more than any of them takes; a test that hangs fails instead.
pub const LIMIT: Duration = Duration::from_secs(120);

/// Variables that would change what a program does, besides `KOODRIVE_…`.
const DISTURBING: [&str; 8] = [
    "RUST_LOG",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "CLICOLOR_FORCE",
];

/// How a process ended.
#[derive(Debug)]
pub struct Outcome {
    /// Its exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// All of its standard output.
    pub stdout: String,
    /// All of its standard error.
    pub stderr: String,
}

impl Outcome {
    /// The last line of standard error.
    pub fn last_line(&self) -> &str {
        self.stderr.lines().next_back().unwrap_or_default()
    }
}

/// A command with an environment that holds nothing of the one who runs the tests, whose child is
/// killed when it is dropped.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KOODRIVE_") {
            command.env_remove(name);
        }
    }
    for name in DISTURBING {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Starts it.
///
/// # Panics
/// When it cannot be started.
pub fn start(command: &mut Command) -> Child {
    command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"))
}

/// Runs it to its end.
///
/// # Panics
/// When it cannot be started, does not end, or prints what is not UTF-8.
pub async fn run(command: &mut Command) -> Outcome {
    finish(start(command)).await
}

/// Waits for its end.
///
/// # Panics
/// When it does not end, or prints what is not UTF-8.
pub async fn finish(child: Child) -> Outcome {
    let ended = tokio::time::timeout(LIMIT, child.wait_with_output()).await;
    let output = ended.expect("the process hangs").expect("the process cannot be waited for");
    Outcome {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}
