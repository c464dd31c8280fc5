//! What a scenario reports, what the sandbox saw of it, and the table.

use std::fmt::Write as _;
use std::path::Path;

use koodrive_sandbox::RequestRecord;
use serde_json::Value;

use super::Stage;

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
    pub(super) vectors: Option<u64>,
    pub(super) steps: String,
}

pub(super) struct Row {
    pub(super) name: String,
    pub(super) outcome: Result<Passed, String>,
    pub(super) seconds: f64,
}

/// Checks a scenario's report against what it should have done, and against what the sandbox saw:
/// a program that prints success without doing anything must not pass.
pub(super) fn judge(stage: &Stage, output: &str, first_call: &str) -> Result<Passed, String> {
    let steps: Vec<&str> = output.lines().filter_map(|line| line.strip_prefix("ok ")).collect();
    if steps != STEPS {
        return Err(format!("it went through {steps:?} instead of {STEPS:?}"));
    }
    let told = output.lines().find_map(|line| line.strip_prefix("vectors "));
    let (told, wanted) =
        (told.and_then(|n| n.parse::<u64>().ok()), count(&stage.workshop.vectors())?);
    if told != Some(wanted) {
        return Err(format!("it tells of {told:?} vectors instead of {wanted}"));
    }
    judge_first_call(first_call)?;
    judge_requests(&stage.sandbox.requests())?;
    let steps = format!("{0}/{0}", STEPS.len() + 1);
    Ok(Passed { vectors: told, steps })
}

/// Checks what the README's example printed.
pub(super) fn judge_first_call(output: &str) -> Result<(), String> {
    let is_there = output.contains(FIRST_RECORD);
    is_there.then_some(()).ok_or_else(|| format!("the README's example printed {output:?}"))
}

/// How many vectors a language asserts: all but the window, which is the service's.
fn count(folder: &Path) -> Result<u64, String> {
    let lists = [
        ("signing.json", "vectors"),
        ("signing.json", "refuse"),
        ("requests.json", "vectors"),
        ("responses.json", "vectors"),
    ];
    let mut sum = 0;
    for (file, list) in lists {
        let path = folder.join(file);
        let fail = |why: String| format!("{}: {why}", path.display());
        let text = std::fs::read_to_string(&path).map_err(|e| fail(e.to_string()))?;
        let json: Value = serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?;
        sum += json[list].as_array().ok_or_else(|| fail(format!("it has no {list}")))?.len();
    }
    Ok(sum as u64)
}

/// Two listings of 250 records in pages of 40, by signature and by token, and a refusal of each.
fn judge_requests(requests: &[RequestRecord]) -> Result<(), String> {
    let listed: Vec<_> = requests.iter().filter(|r| r.param("pageSize") == Some("40")).collect();
    for (scheme, refused) in [("HMAC-SHA256 AppId=", 1), ("Bearer+", 1)] {
        let of_scheme: Vec<_> = listed
            .iter()
            .filter(|r| r.header("authorization").is_some_and(|value| value.starts_with(scheme)))
            .collect();
        let pages: Vec<_> =
            of_scheme.iter().filter(|r| r.status() == Some(200)).filter_map(|r| r.page()).collect();
        if pages != [1, 2, 3, 4, 5, 6, 7] {
            return Err(format!("the sandbox gave pages {pages:?} for {scheme}…"));
        }
        let seen = of_scheme.iter().filter(|r| r.status() == Some(401)).count();
        if seen != refused {
            return Err(format!("the sandbox refused {seen} requests for {scheme}…"));
        }
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
    text
}
