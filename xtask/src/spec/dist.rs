//! `cargo xtask spec dist`: everything that a team takes, in target/openapi-dist/.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::spec::source::{self, Source};
use crate::spec::{accepts, browser, editions, reference};
use crate::{checksums, workspace};

const DIST: &str = "target/openapi-dist";
const VECTORS: &str = "openapi/vectors";

/// Arguments of `cargo xtask spec dist`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Build twice and fail unless both are the same, byte by byte
    #[arg(long)]
    verify: bool,
    /// Open the reference in headless Chromium; fail if it does not show every operation, enum value
    /// and way to authenticate
    #[arg(long)]
    verify_html: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let spec = source::load(&source::spec_path())?;
    let target = workspace::root().join("target");
    fs_err::create_dir_all(&target)?;
    // Built aside, so that what stands in target/openapi-dist/ has passed everything asked for.
    let aside = tempfile::tempdir_in(&target)?;
    let [first, second] = ["first", "second"].map(|name| aside.path().join(name));
    build(&spec, &first)?;
    if args.verify {
        build(&spec, &second)?;
        let read = |folder: &Path| fs_err::read_to_string(folder.join(checksums::FILE));
        let (a, b) = (read(&first)?, read(&second)?);
        let differing: Vec<&str> = a.lines().filter(|line| !b.contains(line)).collect();
        ensure!(a == b, "two builds differ in\n{}", differing.join("\n"));
        eprintln!("two builds are the same");
    }
    if args.verify_html {
        browser::check(&spec, &first.join(reference::FILE))?;
        eprintln!("{} shows everything and may send nothing", reference::FILE);
    }
    let dist = workspace::root().join(DIST);
    if dist.exists() {
        fs_err::remove_dir_all(&dist)?;
    }
    fs_err::rename(&first, &dist)?;
    checksums::file_names(&dist)?.iter().for_each(|name| println!("{DIST}/{name}"));
    Ok(())
}

fn build(spec: &Source, into: &Path) -> Result<()> {
    fs_err::create_dir_all(into)?;
    for edition in editions::render(into)? {
        let says_the_same = edition.kind != "json" || edition.value == *spec.value();
        ensure!(says_the_same, "{} does not say what {} says", edition.name(), spec.name());
        accepts::check(spec, &edition)?;
    }
    editions::dereference(into)?;
    reference::build(into)?;
    let vectors = workspace::root().join(VECTORS);
    fs_err::create_dir_all(into.join("vectors"))?;
    for name in checksums::file_names(&vectors)? {
        fs_err::copy(vectors.join(&name), into.join("vectors").join(name))?;
    }
    // A path of the machine that built it would make the next machine's build another.
    let root = workspace::root().display().to_string();
    for name in checksums::file_names(into)? {
        let bytes = fs_err::read(into.join(&name))?;
        ensure!(!String::from_utf8_lossy(&bytes).contains(&root), "{name} holds the path {root}");
    }
    Ok(fs_err::write(into.join(checksums::FILE), checksums::of_folder(into)?)?)
}
