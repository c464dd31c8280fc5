//! `cargo xtask spec lint`: Redocly's strict ruleset with the rules of openapi/redocly.yaml, and the
//! rules on enums, which Redocly cannot be configured for.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::spec::source::{self, Source};
use crate::spec::{editions, enums};
use crate::tools;

/// Arguments of `cargo xtask spec lint`.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Another document than openapi/koodrive.yaml, without editions
    file: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let path = args.file.clone().unwrap_or_else(source::spec_path);
    let spec = source::load(&path)?;
    // Our own rules need no Node, so what they find is shown even where Redocly is missing.
    let mut count = show(&enum_findings(&spec));
    count += show(&redocly_findings(spec.name(), &redocly(&path)?)?);
    if args.file.is_none() {
        let folder = tempfile::tempdir()?;
        for edition in editions::render(folder.path())? {
            count += show(&redocly_findings(&edition.name(), &redocly(&edition.path)?)?);
        }
    }
    ensure!(count == 0, "{}: {count} to fix", spec.name());
    eprintln!("{} and its editions keep our rules and Redocly's recommended-strict", spec.name());
    Ok(())
}

fn show(findings: &[String]) -> usize {
    findings.iter().for_each(|line| eprintln!("{line}"));
    findings.len()
}

fn enum_findings(spec: &Source) -> Vec<String> {
    let line = |(path, cause): (Vec<String>, String)| {
        format!("{}: {} {cause}", spec.document.place(&path), path.join("."))
    };
    enums::findings(spec.value()).into_iter().map(line).collect()
}

/// Redocly's report; its exit status is not asked, since it lets warnings pass.
fn redocly(path: &Path) -> Result<Value> {
    let sh = tools::shell()?;
    let options = ["--format", "json", "--max-problems", "1000", "--lint-config", "error"];
    let command = tools::redocly(&sh, "lint")?.args(options);
    let output = tools::output(command.arg(path))?;
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("redocly gave no report\n{}", tools::said(&output)))
}

/// What Redocly found, warnings included, a line each.
fn redocly_findings(name: &str, report: &Value) -> Result<Vec<String>> {
    let problems = report["problems"].as_array().context("redocly's report has no problems")?;
    let line_of = |problem: &Value| {
        let start = &problem["location"][0]["start"];
        let number = |key: &str| start[key].as_u64().unwrap_or(1);
        let text = |key: &str| problem[key].as_str().unwrap_or_default();
        let (line, column) = (number("line"), number("col"));
        format!("{name}:{line}:{column}: {} ({})", text("message"), text("ruleId"))
    };
    Ok(problems.iter().map(line_of).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_redocly_reports_is_a_finding_with_its_place() {
        let report = json!({ "problems": [{
            "message": "Operation must have a summary.",
            "ruleId": "operation-summary",
            "severity": "warn",
            "location": [{ "start": { "line": 74, "col": 5 } }],
        }] });
        let found = redocly_findings("koodrive.yaml", &report).unwrap();
        let line = "koodrive.yaml:74:5: Operation must have a summary. (operation-summary)";
        assert_eq!(found, [line]);
        assert!(redocly_findings("x", &json!({ "problems": [] })).unwrap().is_empty());
        assert!(redocly_findings("x", &json!({})).is_err(), "no report is not a good one");
    }

    const REFUSALS: &str = "        '401':\n          $ref: '#/components/responses/Unauthorized'\n        '429':\n          $ref: '#/components/responses/Throttled'\n        4XX:\n";

    /// Takes a part out of the document, or puts it in; and the rule that Redocly then reports.
    const BROKEN: [(&str, &str, &str); 6] = [
        ("      operationId: listBackupRecords\n", "", "operation-operationId"),
        ("      summary: List backup records\n", "", "operation-summary"),
        (REFUSALS, "        x-other:\n", "rule/4xx-response"),
        ("        5XX:\n", "        x-other:\n", "rule/5xx-response"),
        ("          description: Device name.\n", "", "rule/property-has-description"),
        (
            "      description: Identifier of a backup record",
            "      title: Id",
            "rule/property-has",
        ),
    ];

    #[test]
    #[ignore = "needs `cargo xtask tools`; .ci/run runs it"]
    fn redocly_is_configured_for_our_rules() {
        let good = fs_err::read_to_string(source::spec_path()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (find, put, rule) in BROKEN {
            assert!(good.contains(find), "the document no longer has {find:?}: fix this case");
            let path = folder.path().join("koodrive.yaml");
            fs_err::write(&path, good.replacen(find, put, 1)).unwrap();
            let found = redocly_findings("koodrive.yaml", &redocly(&path).unwrap()).unwrap();
            assert!(found.iter().any(|line| line.contains(rule)), "{find:?}: {found:#?}");
        }
    }
}
