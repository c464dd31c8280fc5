//! `cargo xtask regen`: runs the build step of koodrive-api and promotes what it made.

mod version;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use xshell::cmd;

use crate::{checksums, tools, workspace};

const GENERATED: &str = "koodrive-api/src/generated.rs";
const SPEC: &str = "openapi/koodrive.yaml";
/// Names another document, to see what that would generate.
const OTHER: &str = "KOODRIVE_SPEC";

/// Arguments of `cargo xtask regen`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Change nothing; show the difference and fail if there is one
    #[arg(long)]
    pub(crate) check: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let other = std::env::var_os(OTHER).map(PathBuf::from);
    ensure!(
        args.check || other.is_none(),
        "{OTHER} is set, but {GENERATED} is generated from {SPEC} alone; unset it, or compare with \
         `cargo xtask regen --check`"
    );
    let fresh = fs_err::read_to_string(generate(other.as_deref())?)?;
    if other.is_none() {
        version::run(args.check)?;
    }
    let committed_path = workspace::root().join(GENERATED);
    let committed = fs_err::read_to_string(&committed_path).unwrap_or_default();
    if committed == fresh {
        eprintln!("{GENERATED} is up to date");
        return Ok(());
    }
    let diff = TextDiff::from_lines(&committed, &fresh);
    if args.check {
        print!("{}", diff.unified_diff().header(GENERATED, "what the document generates"));
        bail!("{GENERATED} is not what {SPEC} generates; run `cargo xtask regen` and commit it");
    }
    replace(&committed_path, &fresh)?;
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    let (added, removed) = (count(ChangeTag::Insert), count(ChangeTag::Delete));
    eprintln!("{GENERATED}: {added} lines added, {removed} removed");
    Ok(())
}

/// Runs the generator and returns the file it wrote, which compiled as part of the crate.
fn generate(other: Option<&Path>) -> Result<PathBuf> {
    let target = workspace::target().join("codegen");
    if !target.exists() {
        eprintln!("compiling the generator (once, about a minute)");
    }
    let spec = std::path::absolute(other.unwrap_or(&workspace::root().join(SPEC)))?;
    let cargo = tools::cargo();
    let (sh, format) = (tools::shell()?, "json-diagnostic-rendered-ansi");
    let mut command = cmd!(
        sh,
        "{cargo} check --package koodrive-api --features codegen --message-format {format}
         --target-dir {target}"
    );
    // cargo looks at file times, and a file that is put back may be older than what it built.
    command = command.env("KOODRIVE_SPEC_SHA256", checksums::digest(&fs_err::read(&spec)?));
    if other.is_some() {
        command = command.env(OTHER, &spec);
    }
    let output = tools::output(command)?;
    let messages: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    ensure!(output.status.success(), "{}\n{GENERATED} is unchanged", failure(&output, &messages));
    messages
        .iter()
        .filter(|m| m["reason"] == "build-script-executed")
        .filter(|m| m["package_id"].as_str().is_some_and(|id| id.contains("koodrive-api#")))
        .find_map(|m| m["out_dir"].as_str())
        .map(|out_dir| Path::new(out_dir).join("generated.rs"))
        .context("cargo named no out_dir for the build script of koodrive-api")
}

/// The one thing to read in a failed build: the build script's error, else what rustc said of
/// the bindings, else all that cargo said.
fn failure(output: &Output, messages: &[Value]) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let said_by_build_script = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("error: koodrive-api@"))
        .find_map(|line| line.split_once(": "));
    if let Some((_version, cause)) = said_by_build_script {
        return cause.to_owned();
    }
    let rendered: String = messages
        .iter()
        .filter(|m| m["reason"] == "compiler-message" && m["message"]["level"] == "error")
        .filter_map(|m| m["message"]["rendered"].as_str())
        .collect();
    if rendered.is_empty() {
        stderr.into_owned()
    } else {
        format!("the generated bindings do not compile\n{rendered}")
    }
}

/// Writes beside the file and renames, so that it is never half-written.
fn replace(path: &Path, text: &str) -> Result<()> {
    let mut builder = tempfile::Builder::new();
    // A temporary file is its owner's alone; a source file is everyone's to read.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(path.parent().context("a file has a folder")?)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_failed_build_is_told_by_its_cause_alone() {
        let message = |level: &str| {
            let message = serde_json::json!({ "level": level, "rendered": format!("the {level}") });
            serde_json::json!({ "reason": "compiler-message", "message": message })
        };
        let failed = |stderr: &str, messages: &[Value]| {
            let output =
                Output { status: Default::default(), stdout: vec![], stderr: stderr.into() };
            failure(&output, messages)
        };
        let both = [message("warning"), message("error")];
        let by_build_script = "error: koodrive-api@0.1.0: openapi/koodrive.yaml:1:1: why\nmore";
        assert_eq!(failed(by_build_script, &both), "openapi/koodrive.yaml:1:1: why");
        let by_rustc = failed("error: could not compile", &both);
        assert_eq!(by_rustc, "the generated bindings do not compile\nthe error");
        assert_eq!(failed("error: no such lock", &both[..1]), "error: no such lock");
    }

    #[test]
    fn the_bindings_are_replaced_whole_and_not_written_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("generated.rs");
        fs_err::write(&path, "old").unwrap();
        let mut reader = fs_err::File::open(&path).unwrap();
        replace(&path, "new").unwrap();
        let mut seen = String::new();
        reader.read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "old", "who reads the file meanwhile sees one of the two, whole");
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
    }
}
