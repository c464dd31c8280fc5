//! `cargo xtask spec dist`: everything that a team takes, in target/openapi-dist/.

use std::path::Path;

use serde_json::Value;

use crate::spec::source::{self, Source};
use crate::spec::{REDOCLY_CONFIG, browser, page};
use crate::{checksums, tools, workspace};

const DIST: &str = "target/openapi-dist";
const VECTORS: &str = "openapi/vectors";

/// Arguments of `cargo xtask spec dist`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Build twice and fail unless both are the same, byte by byte
    #[arg(long)]
    verify: bool,
    /// Open the reference in headless Chromium; fail if a request leaves it, or if it does not show
    /// every operation, enum value and way to authenticate
    #[arg(long)]
    verify_html: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let spec = source::load(&source::spec_path())?;
    let target = workspace::root().join("target");
    let fail = |e: std::io::Error| format!("{}: {e}", target.display());
    std::fs::create_dir_all(&target).map_err(fail)?;
    // Built aside, so that what stands in target/openapi-dist/ has passed everything asked for.
    let staging = tempfile::tempdir_in(&target).map_err(fail)?;
    let first = staging.path().join("first");
    build(&spec, &first)?;
    if args.verify {
        let second = staging.path().join("second");
        build(&spec, &second)?;
        same(&first, &second)?;
        eprintln!("two builds are the same");
    }
    if args.verify_html {
        browser::check(&spec, &first.join(page::FILE))?;
        eprintln!("{} shows everything and sends nothing", page::FILE);
    }
    let dist = workspace::root().join(DIST);
    if dist.exists() {
        std::fs::remove_dir_all(&dist).map_err(fail)?;
    }
    std::fs::rename(&first, &dist).map_err(fail)?;
    for name in checksums::file_names(&dist)? {
        println!("{DIST}/{name}");
    }
    Ok(())
}

fn build(spec: &Source, into: &Path) -> Result<(), String> {
    let fail = |e: std::io::Error| format!("{}: {e}", into.display());
    std::fs::create_dir_all(into).map_err(fail)?;
    let bundled = bundle(into, "koodrive.json", &[])?;
    if bundled != spec.value {
        return Err(format!("koodrive.json does not say what {} says", spec.name));
    }
    let flat = bundle(into, "koodrive.dereferenced.json", &["--dereferenced"])?;
    if has_reference(&flat) {
        return Err("koodrive.dereferenced.json still has a $ref".into());
    }
    page::build(into)?;
    copy(&workspace::root().join(VECTORS), &into.join("vectors"))?;
    names_no_machine(into)?;
    std::fs::write(into.join(checksums::FILE), checksums::of_folder(into)?).map_err(fail)
}

fn bundle(into: &Path, name: &str, flags: &[&str]) -> Result<Value, String> {
    let path = into.join(name);
    let mut command = tools::redocly()?;
    command.args(["bundle", source::SPEC, "--config", REDOCLY_CONFIG, "--output"]).arg(&path);
    tools::succeed(command.args(flags))?;
    serde_json::from_str(&source::read(&path)?).map_err(|e| format!("{name}: {e}"))
}

fn has_reference(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.contains_key("$ref") || map.values().any(has_reference),
        Value::Array(items) => items.iter().any(has_reference),
        _ => false,
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    for name in checksums::file_names(from)? {
        let target = to.join(&name);
        let folder = target.parent().unwrap_or(to);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::copy(from.join(&name), &target))
            .map_err(|e| format!("{}: {e}", target.display()))?;
    }
    Ok(())
}

/// A path of the machine that built it would make the next machine's build another.
fn names_no_machine(folder: &Path) -> Result<(), String> {
    let root = workspace::root().display().to_string();
    for name in checksums::file_names(folder)? {
        let bytes = std::fs::read(folder.join(&name)).map_err(|e| format!("{name}: {e}"))?;
        if String::from_utf8_lossy(&bytes).contains(&root) {
            return Err(format!("{name} holds the path {root}; mend what wrote it there"));
        }
    }
    Ok(())
}

fn same(a: &Path, b: &Path) -> Result<(), String> {
    let read = |folder: &Path| source::read(&folder.join(checksums::FILE));
    let (a, b) = (read(a)?, read(b)?);
    let differing: Vec<&str> = a
        .lines()
        .filter(|line| !b.lines().any(|other| other == *line))
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    if a == b { Ok(()) } else { Err(format!("two builds differ in {}", differing.join(", "))) }
}
