//! The example `list_backup_records`, as a process.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use koodrive_sandbox::Sandbox;
use serde_json::Value;
use tokio::process::Command;

use crate::process::{self, Outcome};

/// The built example `list_backup_records`.
///
/// # Panics
/// When there is none and it cannot be built.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| built("list_backup_records"))
}

/// A built example. `cargo test --workspace` builds it beside the tests; where only this crate is
/// tested, one that is there is taken as it is.
///
/// # Panics
/// When there is none and it cannot be built.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let profile = test.parent().and_then(Path::parent).expect("tests are in <profile>/deps");
    let program = profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        build(name);
    }
    assert!(program.exists(), "{} is missing: run cargo test --workspace", program.display());
    program
}

fn build(name: &str) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .args(["build", "--quiet", "--package", "koodrive-ext", "--example", name])
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the example does not build");
}

/// The example without arguments.
pub fn bare() -> Command {
    process::command(program())
}

/// The example with a sandbox's endpoint and user, and no credentials.
pub fn unauthenticated(sandbox: &Sandbox) -> Command {
    let mut command = bare();
    command.args(["--endpoint", &sandbox.url(), "--user-id", sandbox.user_id()]);
    command
}

/// The example with a sandbox's app.
pub fn signed(sandbox: &Sandbox) -> Command {
    let mut command = unauthenticated(sandbox);
    command.args(["--app-id", sandbox.app_id()]).env("KOODRIVE_APP_SECRET", sandbox.app_secret());
    command
}

/// Lists a sandbox, signed, with these arguments too.
pub async fn list(sandbox: &Sandbox, arguments: &[&str]) -> Outcome {
    process::run(signed(sandbox).args(arguments)).await
}

/// The records of an output in the form `ndjson`.
///
/// # Panics
/// When a line is no JSON object.
pub fn records(ndjson: &str) -> Vec<Value> {
    let records: Result<Vec<Value>, _> = ndjson.lines().map(serde_json::from_str).collect();
    let records = records.expect("every line is JSON");
    assert!(records.iter().all(Value::is_object), "every line is an object");
    records
}

/// Their ids, one module after the other, each in the order of its records.
///
/// # Panics
/// When a record has no id or no module.
pub fn ids_by_module(ndjson: &str) -> Vec<String> {
    let text = |record: &Value, name: &str| record[name].as_str().expect(name).to_owned();
    let mut records = records(ndjson);
    // Records of the same module stay as they are.
    records.sort_by_key(|record| text(record, "moduleCode"));
    records.iter().map(|record| text(record, "recordId")).collect()
}

/// Their ids, in order.
///
/// # Panics
/// When a record has none.
pub fn ids(ndjson: &str) -> Vec<String> {
    let id = |record: &Value| record["recordId"].as_str().expect("a record id").to_owned();
    records(ndjson).iter().map(id).collect()
}
