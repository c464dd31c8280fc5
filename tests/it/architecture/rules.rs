//! What may use what.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::files::{Files, Mention};

/// The rooms of koodrive-ext from the top floor to the ground; each uses only what is below it.
const FLOORS: [&[&str]; 9] = [
    &["internals"],
    &["backup"],
    &["client"],
    &["listing"],
    &["exchange"],
    &["signing"],
    &["credentials"],
    &["error"],
    &["clock", "fingerprint", "jitter"],
];

/// Uses that lead upwards or to a room beside, and rooms that have no floor.
pub(super) fn upward(files: &Files) -> Vec<String> {
    let floor = |room: &str| FLOORS.iter().position(|rooms| rooms.contains(&room));
    let judge = |mention: &Mention| {
        let target = files.defining(mention)?;
        let (from, to) = (mention.module.first()?, target.first()?);
        if from == to {
            return None;
        }
        let why = match (floor(from), floor(to)) {
            (Some(from), Some(to)) if from < to => return None,
            (Some(_), Some(_)) => format!("{to} is not below {from}"),
            (None, _) => format!("{from} has no floor: give it one in {}", file!()),
            (_, None) => format!("{to} has no floor: give it one in {}", file!()),
        };
        Some(format!("{}: {}: {why}", place(mention), mention.text()))
    };
    outside_of_the_root(files).filter_map(judge).collect()
}

/// Names that are taken through the root, which only re-exports them.
pub(super) fn through_the_root(files: &Files) -> Vec<String> {
    let judge = |mention: &Mention| {
        let (target, rest) = files.named(mention)?;
        let is_taken = target.is_empty() && !rest.is_empty();
        is_taken.then(|| {
            format!("{}: {}: name the module that defines it", place(mention), mention.text())
        })
    };
    outside_of_the_root(files).filter_map(judge).collect()
}

/// The root is the map, and stands beside the floors.
fn outside_of_the_root(files: &Files) -> impl Iterator<Item = &Mention> {
    let root = files.file_of(&[]);
    files.mentions.iter().filter(move |mention| Some(&*mention.file) != root)
}

/// Files that use each other, in a circle of any length; each circle is one text. A file and one of
/// its own modules may use each other: they are one idea in two files.
pub(super) fn circles(files: &Files) -> Vec<String> {
    let mut edges: BTreeMap<&Path, BTreeMap<&Path, &Mention>> = BTreeMap::new();
    for mention in &files.mentions {
        let target = files.defining(mention).and_then(|module| files.file_of(&module));
        if let Some(target) = target.filter(|target| *target != mention.file) {
            edges.entry(&mention.file).or_default().entry(target).or_insert(mention);
        }
    }
    let mut told = BTreeSet::new();
    let mut circles = Vec::new();
    for start in edges.keys() {
        let Some(circle) = way_back(files, &edges, start) else { continue };
        let members: BTreeSet<PathBuf> =
            circle.iter().map(|mention| mention.file.clone()).collect();
        if told.is_disjoint(&members) {
            told.extend(members);
            let lines: Vec<String> =
                circle.iter().map(|m| format!("{}: {}", place(m), m.text())).collect();
            circles.push(format!("a circle of {} files:\n  {}", lines.len(), lines.join("\n  ")));
        }
    }
    circles
}

/// The shortest way from a file back to itself.
fn way_back<'a>(
    files: &Files,
    edges: &BTreeMap<&'a Path, BTreeMap<&'a Path, &'a Mention>>,
    start: &Path,
) -> Option<Vec<&'a Mention>> {
    let mut ways: Vec<Vec<&Mention>> = vec![Vec::new()];
    let mut seen = BTreeSet::new();
    let mut ends = vec![start];
    while !ways.is_empty() {
        let (mut further, mut reached) = (Vec::new(), Vec::new());
        for (way, end) in ways.into_iter().zip(ends) {
            for (target, mention) in edges.get(end).into_iter().flatten() {
                let longer: Vec<&Mention> = way.iter().copied().chain([*mention]).collect();
                if *target == start {
                    if longer.len() > 2 || !is_parent_and_child(files, start, end) {
                        return Some(longer);
                    }
                } else if seen.insert(*target) {
                    further.push(longer);
                    reached.push(*target);
                }
            }
        }
        (ways, ends) = (further, reached);
    }
    None
}

/// Whether one of the files declares the other's module.
fn is_parent_and_child(files: &Files, one: &Path, other: &Path) -> bool {
    let (one, other) = (files.module_of(one), files.module_of(other));
    let declares = |parent: &[String], child: &[String]| {
        child.split_last().is_some_and(|(_, before)| before == parent)
    };
    declares(&one, &other) || declares(&other, &one)
}

fn place(mention: &Mention) -> String {
    format!("{}:{}", mention.file.display(), mention.line)
}
