//! `cargo xtask regen`: runs the build step of koodrive-api and promotes what it made.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use similar::TextDiff;

use crate::{checksums, workspace};

const GENERATED: &str = "koodrive-api/src/generated.rs";
const SPEC: &str = "openapi/koodrive.yaml";
/// Names another document, to compare what that would generate.
const OTHER: &str = "KOODRIVE_SPEC";

/// Arguments of `cargo xtask regen`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Change nothing; show the difference and fail if there is one
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let other = std::env::var_os(OTHER).map(PathBuf::from);
    if other.is_some() && !args.check {
        return Err(format!(
            "{OTHER} is set: {GENERATED} is generated from openapi/koodrive.yaml alone; unset it, \
             or compare with `cargo xtask regen --check`"
        ));
    }
    let fresh_path = generate(&other.unwrap_or_else(|| workspace::root().join(SPEC)))?;
    let fresh = read(&fresh_path)?;
    let committed_path = workspace::root().join(GENERATED);
    let committed = if committed_path.exists() { read(&committed_path)? } else { String::new() };
    let diff = TextDiff::from_lines(&committed, &fresh);
    if committed == fresh {
        eprintln!("{GENERATED} is up to date");
        Ok(())
    } else if args.check {
        let unified =
            diff.unified_diff().header(GENERATED, "what the document generates").to_string();
        std::io::stdout().write_all(unified.as_bytes()).map_err(|e| e.to_string())?;
        Err(format!(
            "{GENERATED} is not what openapi/koodrive.yaml generates; run `cargo xtask regen` and commit the result"
        ))
    } else {
        replace(&committed_path, &fresh)?;
        eprintln!("{GENERATED}: {}", summary(&diff));
        Ok(())
    }
}

/// Runs the generator and returns the file it wrote, which compiled as part of the crate.
fn generate(spec: &Path) -> Result<PathBuf, String> {
    let spec = std::path::absolute(spec).map_err(|e| e.to_string())?;
    let bytes = std::fs::read(&spec).map_err(|e| format!("{}: {e}", spec.display()))?;
    let target = workspace::target().join("codegen");
    if !target.exists() {
        eprintln!("compiling the generator (once, about a minute)");
    }
    let output = workspace::cargo()
        .args(["check", "--package", "koodrive-api", "--features", "codegen"])
        // cargo looks at file times, and a file that is put back may be older than what it built.
        .env("KOODRIVE_SPEC_SHA256", checksums::line(&bytes, ""))
        .args(["--message-format", "json-diagnostic-rendered-ansi", "--target-dir"])
        .arg(&target)
        .output()
        .map_err(|e| format!("cargo could not be started: {e}"))?;
    let messages: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    if !output.status.success() {
        return Err(format!("{}\n{GENERATED} is unchanged", failure(&output, &messages)));
    }
    messages
        .iter()
        .filter(|m| m["reason"] == "build-script-executed")
        .filter(|m| m["package_id"].as_str().is_some_and(|id| id.contains("koodrive-api")))
        .find_map(|m| m["out_dir"].as_str())
        .map(|out_dir| Path::new(out_dir).join("generated.rs"))
        .ok_or_else(|| "cargo named no out_dir for the build script of koodrive-api".to_owned())
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
fn replace(path: &Path, text: &str) -> Result<(), String> {
    let fail = |e: std::io::Error| format!("{}: {e}", path.display());
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    make_readable(file.as_file()).map_err(fail)?;
    file.persist(path).map_err(|e| fail(e.error))?;
    Ok(())
}

/// A temporary file is its owner's alone; a source file is everyone's to read.
fn make_readable(file: &std::fs::File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn summary(diff: &TextDiff<'_, '_, str>) -> String {
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    format!(
        "{} lines added, {} removed",
        count(similar::ChangeTag::Insert),
        count(similar::ChangeTag::Delete)
    )
}
