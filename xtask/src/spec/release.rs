//! `cargo xtask spec release`: freezes the version of openapi/koodrive.yaml, with its editions, into
//! openapi/released/.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use semver::Version;
use xshell::{Shell, cmd};

use crate::spec::editions::{self, Edition};
use crate::spec::released::{self, Released};
use crate::spec::source::{self, Source};
use crate::spec::{changelog, diff, lint};
use crate::{checksums, regen, tools, workspace};

/// Arguments of `cargo xtask spec release`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Replace the release of this version; refused once it is committed or tagged
    #[arg(long)]
    redo: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let plan = plan(&workspace::root(), args.redo, || {
        lint::run(&lint::Args::default())?;
        editions::render(folder.path())
    })?;
    regen::run(&regen::Args { check: false })?;
    plan.freeze()?;
    let (version, tag) = (&plan.spec.version, tag(&plan.spec.version));
    println!("Released {version} in {}/.", released::FOLDER);
    println!("Commit openapi/ and koodrive-api/src/generated.rs, then:");
    println!("    git tag -a {tag} -m \"KooDrive Backup API {version}\"");
    println!("    git push origin {tag}");
    Ok(())
}

/// A release that nothing speaks against.
pub(crate) struct Plan {
    folder: PathBuf,
    spec: Source,
    editions: Vec<Edition>,
}

/// Whether the workspace at `root` may be released; `editions` lints and renders.
pub(crate) fn plan(
    root: &Path,
    redo: bool,
    editions: impl FnOnce() -> Result<Vec<Edition>>,
) -> Result<Plan> {
    let spec = source::load(&root.join(source::SPEC))?;
    let git = Shell::new()?;
    git.change_dir(root);
    let before = earlier(root, &git, &spec.version, redo)?;
    demand_clean_tree(&git, redo)?;
    let path = root.join("openapi/CHANGELOG.md");
    changelog::entry_of(&path, &spec.version)?.demand_day(&path)?;
    let editions = editions()?;
    if let Some(before) = before {
        let level = diff::check(&before.path, &spec, &path, &editions)?;
        let (old, new) = (&before.version, &spec.version);
        level.with_context(|| format!("nothing has changed since {old}; {new} is not needed"))?;
    }
    Ok(Plan { folder: root.join(released::FOLDER), spec, editions })
}

/// The newest release but this one; an error when this one must not be written.
fn earlier(root: &Path, git: &Shell, version: &Version, redo: bool) -> Result<Option<Released>> {
    let mut files = released::files(root)?;
    let Some(newest) = files.pop() else { return Ok(None) };
    if newest.version != *version {
        let old = &newest.version;
        ensure!(old < version, "{version} is older than the released {old}; raise info.version");
        return Ok(Some(newest));
    }
    ensure!(
        redo,
        "{version} is released: raise info.version, or, as long as it is not committed, run `cargo \
         xtask spec release --redo`"
    );
    let (path, tag) = (&newest.path, tag(version));
    if !tools::run(cmd!(git, "git tag --list {tag}"))?.is_empty() {
        bail!("{tag} is tagged, so {version} stays as it is; raise info.version");
    }
    if !tools::run(cmd!(git, "git ls-tree --name-only HEAD {path}"))?.is_empty() {
        bail!("the release of {version} is committed and stays as it is; raise info.version");
    }
    Ok(files.pop())
}

/// What is released is what is committed, but for what the command itself writes.
fn demand_clean_tree(git: &Shell, redo: bool) -> Result<()> {
    let own = [":!openapi/released", ":!koodrive-api/src/generated.rs"];
    let but = own.iter().filter(|_| redo);
    let changed = tools::run(cmd!(git, "git status --porcelain -- . {but...}"))?;
    ensure!(changed.is_empty(), "commit or take back first:\n{}", changed.trim_end());
    Ok(())
}

fn tag(version: &Version) -> String {
    format!("openapi-v{version}")
}

impl Plan {
    /// Writes the document as it stands, byte by byte, its editions, and their lines of SHA256SUMS;
    /// all others stay.
    pub(crate) fn freeze(&self) -> Result<()> {
        fs_err::create_dir_all(&self.folder)?;
        let sums = self.folder.join(checksums::FILE);
        let mut list = std::fs::read_to_string(&sums).unwrap_or_default();
        let editions = self.editions.iter().map(|edition| (edition.kind, edition.text.as_str()));
        for (kind, text) in [("yaml", self.spec.document.text())].into_iter().chain(editions) {
            let name = released::file_name(&self.spec.version, kind);
            fs_err::write(self.folder.join(&name), text)?;
            list = with_line(&list, text, &name);
        }
        Ok(fs_err::write(sums, list)?)
    }
}

/// The list with this file's line put in, or put in again, at its end.
fn with_line(known: &str, text: &str, name: &str) -> String {
    let others = known.lines().filter(|line| line.split_whitespace().last() != Some(name));
    let others: String = others.map(|line| format!("{line}\n")).collect();
    others + &checksums::line(text.as_bytes(), name)
}
