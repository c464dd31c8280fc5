//! `cargo xtask spec lint`: the house rules, then Redocly's strict ruleset.

use std::path::PathBuf;

use serde_json::Value;

use crate::spec::source::{self, Source};
use crate::spec::{REDOCLY_CONFIG, house};
use crate::tools;

/// Arguments of `cargo xtask spec lint`.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Another document than openapi/koodrive.yaml
    file: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let path = args.file.clone().unwrap_or_else(source::spec_path);
    let spec = source::load(&path)?;
    let mut findings: Vec<String> = house::findings(&spec.value)
        .into_iter()
        .map(|f| format!("{}: {} {}", spec.place(&f.path), f.path.join("."), f.cause))
        .collect();
    // The house rules need no Node, so what they found is shown even where Redocly is missing.
    findings.iter().for_each(|line| eprintln!("{line}"));
    let strict = redocly(&spec, &path)?;
    strict.iter().for_each(|line| eprintln!("{line}"));
    findings.extend(strict);
    match findings.len() {
        0 => {
            eprintln!("{} keeps the house rules and Redocly's recommended-strict", spec.name);
            Ok(())
        }
        count => Err(format!("{}: {count} to mend", spec.name)),
    }
}

/// What Redocly finds, warnings included; its exit status would let those pass.
fn redocly(spec: &Source, path: &std::path::Path) -> Result<Vec<String>, String> {
    let output = tools::redocly()?
        .args(["lint", "--format", "json", "--max-problems", "1000", "--lint-config", "error"])
        .args(["--config", REDOCLY_CONFIG])
        .arg(path)
        .output()
        .map_err(|e| format!("redocly could not be started: {e}"))?;
    let report: Value = serde_json::from_slice(&output.stdout).map_err(|_| {
        format!("redocly gave no report\n{}", String::from_utf8_lossy(&output.stderr))
    })?;
    let problems = report["problems"].as_array().map_or(&[][..], Vec::as_slice);
    if problems.is_empty() && !output.status.success() {
        return Err(format!("redocly failed\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(problems.iter().map(|problem| line_of(problem, &spec.name)).collect())
}

fn line_of(problem: &Value, name: &str) -> String {
    let start = &problem["location"][0]["start"];
    let number = |key: &str| start[key].as_u64().unwrap_or(1);
    let text = |key: &str| problem[key].as_str().unwrap_or_default();
    format!("{name}:{}:{}: {} ({})", number("line"), number("col"), text("message"), text("ruleId"))
}
