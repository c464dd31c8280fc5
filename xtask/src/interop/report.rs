//! What a scenario reports, what the sandbox saw of it, and the table.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use koodrive_sandbox::RequestRecord;
use serde_json::Value;

use super::score::{self, Score};

/// What every language's scenario goes through, in this order.
const STEPS: [&str; 7] = [
    "signing vectors",
    "request vectors",
    "response vectors",
    "app signature",
    "token",
    "unknown values",
    "refused",
];
/// The API reference's own example, which the sandbox lists first.
const FIRST_RECORD: &str = "1842862763295184641";

/// What there is to say about a target that passed.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) vectors: Option<usize>,
    pub(super) steps: String,
    pub(super) scores: Vec<Score>,
}

impl Passed {
    /// What there is to say about a target without vectors.
    pub(super) fn of(steps: String) -> Self {
        Self { steps, ..Self::default() }
    }
}

pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) outcome: Result<Passed>,
    pub(super) seconds: f64,
}

/// Checks a scenario's report against what it should have done, and against what the sandbox saw:
/// a program that prints success without doing anything must not pass. Returns how many vectors
/// there were.
pub(super) fn judge(
    requests: &[RequestRecord],
    vectors: &Path,
    scenario: &str,
    first_call: &str,
) -> Result<usize> {
    let steps: Vec<&str> = scenario.lines().filter_map(|line| line.strip_prefix("ok ")).collect();
    ensure!(steps == STEPS, "it went through {steps:?} instead of {STEPS:?}");
    let told = scenario.lines().find_map(|line| line.strip_prefix("vectors ")?.parse().ok());
    let wanted = count(vectors)?;
    ensure!(told == Some(wanted), "it reports {told:?} vectors instead of {wanted}");
    judge_first_call(first_call)?;
    judge_requests(requests)?;
    Ok(wanted)
}

/// Every step, and the README's example.
pub(super) fn all_steps() -> String {
    format!("{0}/{0}", STEPS.len() + 1)
}

/// Checks what the README's example printed.
pub(super) fn judge_first_call(output: &str) -> Result<()> {
    ensure!(output.contains(FIRST_RECORD), "the README's example printed {output:?}");
    Ok(())
}

/// How many vectors a language asserts: all but the window, which is the service's.
fn count(folder: &Path) -> Result<usize> {
    let lists = [
        ("signing.json", "vectors"),
        ("signing.json", "refuse"),
        ("signing.json", "dates"),
        ("requests.json", "vectors"),
        ("responses.json", "vectors"),
    ];
    let mut sum = 0;
    for (file, list) in lists {
        let path = folder.join(file);
        let json: Value = serde_json::from_str(&fs_err::read_to_string(&path)?)?;
        let list = json[list].as_array().with_context(|| format!("{file} has no {list}"))?;
        sum += list.len();
    }
    Ok(sum)
}

/// Two listings of 250 records in pages of 40, by signature and by token, and a refusal of each.
fn judge_requests(requests: &[RequestRecord]) -> Result<()> {
    let listed: Vec<_> = requests.iter().filter(|r| r.param("pageSize") == Some("40")).collect();
    for (scheme, refused) in [("HMAC-SHA256 AppId=", 1), ("Bearer+", 1)] {
        let of_scheme: Vec<_> = listed
            .iter()
            .filter(|r| r.header("authorization").is_some_and(|value| value.starts_with(scheme)))
            .collect();
        let pages: Vec<_> =
            of_scheme.iter().filter(|r| r.status() == Some(200)).filter_map(|r| r.page()).collect();
        let is_whole = pages == [1, 2, 3, 4, 5, 6, 7];
        ensure!(is_whole, "the sandbox gave pages {pages:?} for {scheme}…");
        let seen = of_scheme.iter().filter(|r| r.status() == Some(401)).count();
        ensure!(seen == refused, "the sandbox refused {seen} requests for {scheme}…");
    }
    Ok(())
}

/// The rows in aligned columns.
pub(super) fn table(rows: &[Row]) -> String {
    let mut text =
        format!("{:<14}{:>8}  {:<26}{:<8}{:>7}\n", "", "vectors", "steps", "result", "seconds");
    for row in rows {
        let (vectors, steps, result) = match &row.outcome {
            Ok(passed) => {
                let vectors = passed.vectors.map_or_else(|| "-".to_owned(), |n| n.to_string());
                (vectors, passed.steps.as_str(), "ok")
            }
            Err(_) => ("-".to_owned(), "-", "FAILED"),
        };
        let _ = writeln!(
            text,
            "{:<14}{vectors:>8}  {steps:<26}{result:<8}{:>7.1}",
            row.name, row.seconds
        );
    }
    let scores = rows.iter().filter_map(|row| row.outcome.as_ref().ok()).flat_map(|p| &p.scores);
    text + &score::board(&scores.cloned().collect::<Vec<_>>())
}
