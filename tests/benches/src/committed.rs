//! The figures that are committed, and what is worse than them.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::counts::{Count, Counts};
use crate::table::Row;

/// What may be worse before somebody has to say that it may.
const TOLERANCE: f64 = 0.03;

/// A hundredth of the reference is nothing: a processor without some instruction may cost that.
const NOTHING: f64 = 0.01;

/// Each piece of work with the one that it is measured by: what another compiler or machine makes
/// of both is no change of ours.
const MEASURED_BY: [(&str, &str, &str, &str); 6] = [
    ("sign.short", "sign_bare.short", "≤ 1.15 ×", "≤ 6"),
    ("sign.cursor", "sign_bare.cursor", "–", "≤ 8"),
    ("decode.page", "decode_strict.page", "≤ 1.10 ×", "–"),
    ("decode_odd.page", "decode_strict.page", "≤ 1.6 ×", "–"),
    ("judge.page", "decode_strict.page", "–", "–"),
    ("list.ours", "list.hand", "≤ 1.12 ×", "≤ 1.03 ×"),
];

/// Reads them.
pub fn read(path: &Path) -> Result<Counts> {
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&text).with_context(|| path.display().to_string())
}

/// Writes them.
pub fn write(path: &Path, counts: &Counts) -> Result<()> {
    let text = serde_json::to_string_pretty(counts)? + "\n";
    std::fs::write(path, text).with_context(|| path.display().to_string())
}

/// What is worse than committed by more than three in a hundred, a line each.
pub fn worse(committed: &Counts, found: &Counts) -> Result<String> {
    let mut lines = String::new();
    for (ours, reference, ..) in MEASURED_BY {
        let (before, now) = (pair(committed, ours, reference)?, pair(found, ours, reference)?);
        let figures = [
            ("instructions", ratio(before, |c| c.instructions), ratio(now, |c| c.instructions)),
            ("allocations", before.0.allocations as f64, now.0.allocations as f64),
        ];
        for (what, before, now) in figures {
            if now > before * (1.0 + TOLERANCE) + NOTHING {
                writeln!(
                    lines,
                    "{ours}: {what} were {before:.3}, are {now:.3} (instructions are times those of {reference})"
                )?;
            }
        }
    }
    Ok(lines)
}

/// The counts as rows.
pub fn rows(counts: &Counts) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (ours, reference, instructions, allocations) in MEASURED_BY {
        let pair = pair(counts, ours, reference)?;
        let beside = format!(
            "`{reference}`: {} instructions, {} allocations",
            pair.1.instructions, pair.1.allocations
        );
        rows.push(Row::new(
            format!("`{ours}`, instructions"),
            beside,
            format!("{:.2} ×", ratio(pair, |c| c.instructions)),
            instructions,
        ));
        rows.push(Row::new(
            format!("`{ours}`, allocations"),
            "",
            pair.0.allocations.to_string(),
            allocations,
        ));
    }
    Ok(rows)
}

fn pair(counts: &Counts, ours: &str, reference: &str) -> Result<(Count, Count)> {
    let of =
        |name: &str| counts.get(name).copied().with_context(|| format!("nothing counted {name}"));
    Ok((of(ours)?, of(reference)?))
}

fn ratio((ours, reference): (Count, Count), of: impl Fn(Count) -> u64) -> f64 {
    of(ours) as f64 / of(reference) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of_sign: (u64, u64)) -> Counts {
        let names = MEASURED_BY.iter().flat_map(|(ours, reference, ..)| [*ours, *reference]);
        let of = |name: &str| if name == "sign.short" { of_sign } else { (1000, 10) };
        names
            .map(|name| {
                let (instructions, allocations) = of(name);
                (name.to_owned(), Count { instructions, allocations })
            })
            .collect()
    }

    #[test]
    fn what_is_worse_by_more_than_three_in_a_hundred_is_named() {
        let committed = counts((1000, 10));
        for (found, expected) in [
            ((1000, 10), ""),
            ((1040, 10), ""),
            ((900, 2), ""),
            ((1041, 10), "sign.short: instructions were 1.000, are 1.041"),
            ((1000, 11), "sign.short: allocations were 10.000, are 11.000"),
        ] {
            let worse = worse(&committed, &counts(found)).unwrap();
            assert!(
                worse.starts_with(expected) && (worse.is_empty() == expected.is_empty()),
                "{found:?}: {worse}"
            );
        }
    }

    #[test]
    fn a_figure_that_was_not_counted_is_an_error() {
        let mut found = counts((1, 1));
        found.remove("judge.page");
        let error = worse(&counts((1, 1)), &found).unwrap_err().to_string();
        assert_eq!(error, "nothing counted judge.page");
    }
}
