//! How many of the vectors' pages the plainly generated call of each generator reads. The numbers in
//! tests/interop/scores.json may not fall, and openapi/README.md tells them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Result, ensure};

use crate::workspace;

const FILE: &str = "scores.json";

/// One generator's reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Score {
    pub(super) generator: String,
    pub(super) read: usize,
    pub(super) pages: usize,
}

/// The lines `read 13 of 18`, or `<generator> read 13 of 18`, of what a target printed.
pub(super) fn scores(target: &str, output: &str) -> Vec<Score> {
    let score = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (generator, read, pages) = match words.as_slice() {
            ["read", read, "of", pages] => (target, read, pages),
            [generator, "read", read, "of", pages] => (*generator, read, pages),
            _ => return None,
        };
        let generator = generator.to_owned();
        Some(Score { generator, read: read.parse().ok()?, pages: pages.parse().ok()? })
    };
    output.lines().filter_map(score).collect()
}

/// Fails unless each score is the one that is written down.
pub(super) fn judge(scores: &[Score]) -> Result<()> {
    let text = fs_err::read_to_string(workspace::root().join("tests/interop").join(FILE))?;
    compare(scores, &serde_json::from_str(&text)?)
}

fn compare(scores: &[Score], written: &BTreeMap<String, usize>) -> Result<()> {
    ensure!(!scores.is_empty(), "it does not say how many pages the generated call reads");
    for Score { generator, read, pages } in scores {
        let before = written.get(generator).copied().unwrap_or_default();
        ensure!(
            *read == before,
            "{generator} reads {read} of {pages} pages, tests/interop/{FILE} says {before}; {}",
            if *read < before {
                "the document or the generator got worse"
            } else {
                "raise it there and in openapi/README.md"
            }
        );
    }
    Ok(())
}

/// The scoreboard that is printed behind the table.
pub(super) fn board(scores: &[Score]) -> String {
    let mut text = String::new();
    if let Some(Score { pages, .. }) = scores.first() {
        let _ = writeln!(text, "\nof {pages} pages, the plainly generated call reads");
    }
    for Score { generator, read, .. } in scores {
        let _ = writeln!(text, "  {generator:<24}{read:>3}  {}", "#".repeat(*read));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_read_from_lines_of_their_form_alone() {
        let found = scores("go", "ok token\nread 13 of 18\norval-zod read 7 of 18\nread x of 18\n");
        let score = |generator: &str, read| Score { generator: generator.into(), read, pages: 18 };
        assert_eq!(found, [score("go", 13), score("orval-zod", 7)]);
    }

    #[test]
    fn a_score_that_fell_or_rose_is_refused() {
        let scores = |read| vec![Score { generator: "go".into(), read, pages: 18 }];
        let written = BTreeMap::from([("go".to_owned(), 13)]);
        compare(&scores(13), &written).unwrap();
        let error = |read| compare(&scores(read), &written).unwrap_err().to_string();
        assert!(error(12).contains("got worse") && error(14).contains("raise it there"));
        assert!(compare(&[], &written).is_err());
    }
}
