//! What a service pays that adds koodrive-ext to reqwest, tokio and serde_json, all built already.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};

use crate::table::Row;

const SERVICE: &str = r#"[package]
name = "service"
version = "0.0.0"
edition = "2024"

[dependencies]
reqwest = "0.13"
serde_json = "1"
tokio = { version = "1", features = ["full"] }

[workspace]
"#;

/// Builds such a service without and with koodrive-ext, in a folder that is removed.
pub fn rows(workspace: &Path) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let place = folder.path();
    std::fs::create_dir(place.join("src"))?;
    std::fs::write(place.join("src/main.rs"), "fn main() {}\n")?;
    std::fs::write(place.join("Cargo.toml"), SERVICE)?;
    // The versions that this project is tested with.
    std::fs::copy(workspace.join("Cargo.lock"), place.join("Cargo.lock"))?;
    let (before, alone) = built(place)?;
    let ext = workspace.join("koodrive-ext");
    let ours = format!("koodrive-ext = {{ path = {ext:?} }}\n");
    std::fs::write(
        place.join("Cargo.toml"),
        SERVICE.replace("reqwest =", &format!("{ours}reqwest =")),
    )?;
    let (after, added) = built(place)?;
    let work = "a service that has reqwest, tokio and serde_json adds koodrive-ext";
    Ok(vec![
        Row::new(
            format!("{work}: crates to compile"),
            format!("{} before", before.len()),
            after.len().to_string(),
            "≤ 14",
        ),
        Row::new(
            format!("{work}: CPU, debug"),
            format!("{alone:.0} s before"),
            format!("{added:.1} s"),
            "≤ 12 s",
        ),
    ])
}

/// What this project's own tests cost whoever clones it and has seen the example run.
pub fn fresh_clone(workspace: &Path) -> Result<Row> {
    let folder = tempfile::tempdir()?;
    let place = folder.path().join("koodrive");
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet"]).arg(workspace.canonicalize()?).arg(&place);
    output(clone)?;
    output(cargo(&place, &["run", "--quiet", "--example", "list_backup_records"]))?;
    let before = children()?;
    output(cargo(&place, &["test", "--quiet", "--workspace"]))?;
    let took = format!("{:.0} s", children()? - before);
    Ok(Row::new(
        "`cargo test --workspace` on a fresh clone, after the example: CPU",
        "–",
        took,
        "≤ 90 s",
    ))
}

/// Builds what is there; returns the packages that had to be built, and the CPU time.
fn built(place: &Path) -> Result<(BTreeSet<String>, f64)> {
    let before = children()?;
    let output = output(cargo(place, &["build", "--message-format", "json"]))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let fresh = |line: &str| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_built = message["reason"] == "compiler-artifact" && message["fresh"] == false;
        is_built.then(|| message["package_id"].as_str().map(str::to_owned))?
    };
    Ok((stdout.lines().filter_map(fresh).collect(), children()? - before))
}

/// Cargo as whoever works in `place` runs it, whatever is set here.
fn cargo(place: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).env_remove("RUSTFLAGS").env_remove("CARGO_TARGET_DIR").current_dir(place);
    command
}

/// What the command printed; what it said is the error when it fails.
fn output(mut command: Command) -> Result<Output> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output)
}

/// CPU seconds of all processes that this one waited for. Source: `cutime` and `cstime` in proc(5).
fn children() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').context("a name in brackets")?;
    let ticks: Vec<f64> = fields.split_whitespace().skip(13).take(2).flat_map(str::parse).collect();
    // `USER_HZ` is 100 on every Linux that Rust runs on.
    Ok(ticks.iter().sum::<f64>() / 100.0)
}
