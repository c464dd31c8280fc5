//! `cargo xtask spec diff`: what changed since the newest release, and whether the version and the
//! changelog say so.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::spec::compare::{self, Change};
use crate::spec::rules::Level;
use crate::spec::source::{self, Source};
use crate::spec::{REDOCLY_CONFIG, changelog, released};
use crate::tools;

/// Arguments of `cargo xtask spec diff`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The older document [default: the newest in openapi/released/]
    #[arg(long)]
    base: Option<PathBuf>,
    /// The newer document, with its CHANGELOG.md beside it [default: openapi/koodrive.yaml]
    #[arg(long)]
    revision: Option<PathBuf>,
    /// Ask Redocly for no second opinion; needs no Node
    #[arg(long)]
    builtin: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let revision = args.revision.clone().unwrap_or_else(source::spec_path);
    let base = match &args.base {
        Some(path) => path.clone(),
        None => match released::files()?.pop() {
            Some(newest) => newest.path,
            None => {
                eprintln!("{} has no release yet: nothing to compare", source::name_of(&revision));
                return Ok(());
            }
        },
    };
    check(&base, &revision, !args.builtin)
}

/// Fails unless version and changelog of `revision` say what changed since `base`.
pub(crate) fn check(base: &Path, revision: &Path, second_opinion: bool) -> Result<(), String> {
    let (old, new) = (source::load(base)?, source::load(revision)?);
    let changes = compare::changes(&old.value, &new.value);
    eprintln!("{} {} -> {} {}", old.name, old.version, new.name, new.version);
    for change in &changes {
        eprintln!("{}", line_of(change, &new));
    }
    let mut level = changes.iter().map(|change| change.level).max();
    // What the first comparison condemns needs no second opinion.
    demand_version(&old, &new, level)?;
    if second_opinion && !changes.is_empty() && level < Some(Level::Major) {
        let breaking = redocly(base, revision, &new)?;
        for line in &breaking {
            eprintln!("{line}");
        }
        if !breaking.is_empty() {
            level = Some(Level::Major);
            demand_version(&old, &new, level)?;
        }
    }
    if new.version != old.version {
        changelog::entry_of(&revision.with_file_name("CHANGELOG.md"), new.version)?;
    }
    match level {
        None => eprintln!("nothing has changed"),
        Some(_) => eprintln!("{} covers these changes", new.version),
    }
    Ok(())
}

fn demand_version(old: &Source, new: &Source, level: Option<Level>) -> Result<(), String> {
    let Some(level) = level else {
        return if new.version < old.version {
            Err(format!("{}: {} is older than {}", new.name, new.version, old.version))
        } else {
            Ok(())
        };
    };
    let least = old.version.after(level);
    if new.version >= least {
        return Ok(());
    }
    let kind = match level {
        Level::Major => "breaking changes",
        Level::Minor => "additions",
        Level::Patch => "corrections",
    };
    Err(format!(
        "{}: {kind} since {} need version {least} or higher, info.version is {}; raise it and write \
         an entry `## [{least}]` into CHANGELOG.md, or take the changes back",
        new.place(&["info".into(), "version".into()]),
        old.version,
        new.version
    ))
}

fn line_of(change: &Change, new: &Source) -> String {
    let level = match change.level {
        Level::Major => "breaking",
        Level::Minor => "addition",
        Level::Patch => "wording",
    };
    format!("{level:<9}{}: {} {}", new.place(&change.path), change.path.join("."), change.what)
}

/// What Redocly rates as breaking.
fn redocly(base: &Path, revision: &Path, new: &Source) -> Result<Vec<String>, String> {
    let mut command = tools::redocly()?;
    command.arg("diff").arg(base).arg(revision);
    command.args(["--format", "json", "--fail-on", "none", "--config", REDOCLY_CONFIG]);
    let output = tools::succeed(&mut command)?;
    let report: Value = serde_json::from_slice(&output.stdout)
        .map_err(|e| format!("redocly gave no report that can be read: {e}"))?;
    let verdicts = report["changes"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|change| change["verdicts"].as_array().into_iter().flatten())
        .filter(|verdict| verdict["impact"] == "major");
    Ok(verdicts
        .map(|verdict| {
            let (line, column) = (&verdict["location"]["line"], &verdict["location"]["col"]);
            let says = verdict["message"].as_str().unwrap_or_default();
            format!("breaking {}:{line}:{column}: {says} (says Redocly)", new.name)
        })
        .collect())
}
