//! What the tests of `overnight` and its neighbours share: a folder for the files of a night, and
//! commands over them.

use std::path::{Path, PathBuf};

use koodrive_sandbox::Sandbox;
use koodrive_tests::example::{ids_by_module, program, records, signed};
use koodrive_tests::process::{self, Outcome};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// A folder with the files of one night.
pub(super) struct Night {
    folder: TempDir,
}

impl Night {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn checkpoint(&self) -> PathBuf {
        self.path("checkpoint")
    }

    pub(super) fn output(&self) -> PathBuf {
        self.path("output")
    }

    /// The names in the folder, in order.
    pub(super) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A listing to standard output, ten records a page, with the checkpoint.
    pub(super) fn in_form(&self, form: &str, sandbox: &Sandbox) -> Command {
        let mut command = signed(sandbox);
        command.args(["--format", form, "--page-size", "10", "--checkpoint"]);
        command.arg(self.checkpoint());
        command
    }

    /// The same as JSON lines.
    pub(super) fn to_stdout(&self, sandbox: &Sandbox) -> Command {
        self.in_form("ndjson", sandbox)
    }

    /// The same to the file of `--output`.
    pub(super) fn to_output(&self, sandbox: &Sandbox) -> Command {
        let mut command = self.to_stdout(sandbox);
        command.arg("--output").arg(self.output());
        command
    }

    pub(super) fn kept(&self) -> Value {
        let text = std::fs::read_to_string(self.checkpoint()).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

/// Runs a command by a line of shell, in which `"$@"` is the command.
pub(super) fn by_shell(line: &str, command: &Command) -> Command {
    let command = command.as_std();
    let mut shell = process::command("sh");
    shell.args(["-c", line, "sh"]).arg(program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    shell
}

/// Sends a signal, such as `TERM`.
pub(super) fn signal(child: &Child, name: &str) {
    let pid = child.id().unwrap().to_string();
    let kill = std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status();
    assert!(kill.unwrap().success());
}

/// Whether a child takes the signal of this number, as far as the system tells: what these tests
/// were started to ignore (by nohup, say, or behind a shell's `&`), their children ignore too.
pub(super) fn can_be_sent(number: u32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    ignored & (1 << (number - 1)) == 0
}

pub(super) async fn run(mut command: Command) -> Outcome {
    process::run(&mut command).await
}

pub(super) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The ids of the records in an output of JSON lines, without what could not be read.
pub(super) fn record_ids(ndjson: &str) -> Vec<String> {
    let id = |record: &Value| record["recordId"].as_str().map(str::to_owned);
    records(ndjson).iter().filter(|line| line.get("unreadable").is_none()).filter_map(id).collect()
}

/// What could not be read, as it stands in an output of JSON lines.
pub(super) fn unreadable(ndjson: &str) -> Vec<Value> {
    records(ndjson).iter().filter_map(|line| line.get("unreadable").cloned()).collect()
}

/// All ids of a sandbox, one module after the other.
pub(super) async fn all_ids(sandbox: &Sandbox) -> Vec<String> {
    let mut command = signed(sandbox);
    command.args(["--format", "ndjson"]);
    let outcome = run(command).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    ids_by_module(&outcome.stdout)
}
