//! `cargo xtask spec diff`: what changed since the newest release, and whether the version and the
//! changelog say so. Editions count like the document: clients are built from them.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use semver::Version;
use serde_json::Value;

use crate::spec::compare::{self, Change};
use crate::spec::editions::{self, Edition};
use crate::spec::rules::Level;
use crate::spec::source::{self, Source};
use crate::spec::{changelog, released};
use crate::workspace;

/// Arguments of `cargo xtask spec diff`.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// The older document [default: the newest in openapi/released/, with its editions]
    #[arg(long)]
    base: Option<PathBuf>,
    /// The newer document, with its CHANGELOG.md beside it [default: openapi/koodrive.yaml]
    #[arg(long)]
    revision: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let revision = args.revision.clone().unwrap_or_else(source::spec_path);
    let newest = || Ok(released::files(&workspace::root())?.pop().map(|newest| newest.path));
    let Some(base) = args.base.clone().map_or_else(newest, |path| anyhow::Ok(Some(path)))? else {
        eprintln!("{} has no release yet: nothing to compare", workspace::name_of(&revision));
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let is_default = args.base.is_none() && args.revision.is_none();
    let editions = if is_default { editions::render(folder.path())? } else { Vec::new() };
    check(&base, &source::load(&revision)?, &revision.with_file_name("CHANGELOG.md"), &editions)?;
    Ok(())
}

/// Fails unless version and changelog of `new` say what changed since `base`. Returns how much did.
pub(crate) fn check(
    base: &Path,
    new: &Source,
    changelog: &Path,
    editions: &[Edition],
) -> Result<Option<Level>> {
    let old = source::load(base)?;
    eprintln!("{} {} -> {} {}", old.name(), old.version, new.name(), new.version);
    let mut changes = compare::changes(old.value(), new.value());
    for change in &changes {
        eprintln!("{}", line_of(change, &new.document.place(&change.path)));
    }
    for edition in editions {
        // Editions are frozen since 2.0.0, and a new one breaks nobody.
        let frozen = base.with_file_name(released::file_name(&old.version, edition.kind));
        if !frozen.exists() {
            continue;
        }
        let before: Value = serde_json::from_str(&fs_err::read_to_string(frozen)?)?;
        for change in compare::changes(&before, &edition.value) {
            // What the source or another edition showed already is not shown again.
            if !changes.contains(&change) {
                eprintln!("{}", line_of(&change, &edition.name()));
                changes.push(change);
            }
        }
    }
    let level = changes.iter().map(|change| change.level).max();
    demand_version(&old.version, new, level)?;
    if new.version != old.version {
        changelog::entry_of(changelog, &new.version)?;
    }
    match level {
        None => eprintln!("nothing has changed"),
        Some(_) => eprintln!("{} covers these changes", new.version),
    }
    Ok(level)
}

fn demand_version(old: &Version, new: &Source, level: Option<Level>) -> Result<()> {
    let (name, version) = (new.name(), &new.version);
    let Some(level) = level else {
        ensure!(version >= old, "{name}: {version} is older than {old}");
        return Ok(());
    };
    let (kind, least) = match level {
        Level::Major => ("breaking changes", Version::new(old.major + 1, 0, 0)),
        Level::Minor => ("additions", Version::new(old.major, old.minor + 1, 0)),
        Level::Patch => ("corrections", Version::new(old.major, old.minor, old.patch + 1)),
    };
    ensure!(
        *version >= least,
        "{}: {kind} since {old} need version {least} or higher, info.version is {version}; raise it \
         and write an entry `## [{least}]` into CHANGELOG.md, or take the changes back",
        new.document.place(&["info".into(), "version".into()])
    );
    Ok(())
}

fn line_of(change: &Change, place: &str) -> String {
    let level = match change.level {
        Level::Major => "breaking",
        Level::Minor => "addition",
        Level::Patch => "wording",
    };
    format!("{level:<9}{place}: {} {}", change.path.join("."), change.what)
}
