//! Commands of the binary, and worker processes that are killed and started again.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use koodrive_sandbox::Sandbox;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::database::TestDatabase;

/// The binary, with the credentials of the sandbox.
pub(crate) fn fleet(sandbox: &Sandbox) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_koodrive-fleet"));
    command
        .env_remove("KOODRIVE_TOKEN")
        .env("KOODRIVE_APP_ID", sandbox.app_id())
        .env("KOODRIVE_APP_SECRET", sandbox.app_secret())
        .env("RUST_LOG", "koodrive_fleet=debug,apalis_core=info")
        .env("NO_COLOR", "1");
    command
}

/// Runs `enqueue` for these users, and returns what it printed.
pub(crate) async fn enqueue(
    database: &TestDatabase,
    sandbox: &Sandbox,
    run: &str,
    module: &str,
    users: &[String],
) -> String {
    let file = database.scratch.path().join(format!("users-{run}-{module}.txt"));
    std::fs::write(&file, users.join("\n")).unwrap();
    let mut command = fleet(sandbox);
    command.args(["enqueue", "--database", &database.url, "--run", run, "--module", module]);
    command.arg("--users").arg(&file);
    let output = output(command).await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command without holding up the sandbox, which lives on this runtime.
pub(crate) async fn output(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// A worker process; it ends with this value.
pub(crate) struct Worker {
    child: Child,
    pub(crate) log: PathBuf,
}

impl Worker {
    /// Starts `work` with these further options.
    pub(crate) fn start(
        database: &TestDatabase,
        sandbox: &Sandbox,
        name: &str,
        options: &[&str],
    ) -> Self {
        let log = database.scratch.path().join(format!("{name}.log"));
        let child = fleet(sandbox)
            .args(["work", "--database", &database.url, "--endpoint", &sandbox.url()])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::options().create(true).append(true).open(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn stdout(&mut self) -> std::process::ChildStdout {
        self.child.stdout.take().unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        send(self.pid(), signal);
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// The end of its log, for a failure.
    pub(crate) fn log_end(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process that may be gone already.
pub(crate) fn send(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).unwrap();
    let _ = kill_process(pid, signal);
}
