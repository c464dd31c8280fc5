//! `cargo xtask spec release`: freezes the version of openapi/koodrive.yaml into openapi/released/.

use std::process::Command;

use crate::spec::released::{self, Released};
use crate::spec::source::{self, Source};
use crate::spec::{changelog, diff, lint};
use crate::{checksums, tools, workspace};

/// Arguments of `cargo xtask spec release`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Replace the release of this version; refused once its tag exists
    #[arg(long)]
    redo: bool,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let path = source::spec_path();
    let spec = source::load(&path)?;
    let tag = format!("openapi-v{}", spec.version);
    let before = earlier(&spec, args.redo, &tag)?;

    lint::run(&lint::Args::default())?;
    if let Some(before) = &before {
        diff::check(&before.path, &path, true)?;
    }
    let changelog = path.with_file_name("CHANGELOG.md");
    let entry = changelog::entry_of(&changelog, spec.version)?;
    if !entry.date.as_deref().is_some_and(changelog::is_day) {
        return Err(format!(
            "{}: the entry of {} has no day; write `## [{}] - YYYY-MM-DD`",
            source::name_of(&changelog),
            spec.version,
            spec.version
        ));
    }
    regenerate()?;
    freeze(&spec)?;
    println!(
        "Released {} as {}/{}.",
        spec.version,
        released::FOLDER,
        released::file_name(spec.version)
    );
    println!("Commit openapi/ and koodrive-api/src/generated.rs, then:");
    println!("    git tag -a {tag} -m \"KooDrive Backup API {}\"", spec.version);
    println!("    git push origin {tag}");
    Ok(())
}

/// The newest release but this one; an error when this one must not be written.
fn earlier(spec: &Source, redo: bool, tag: &str) -> Result<Option<Released>, String> {
    let mut files = released::files()?;
    let newest = files.pop();
    match newest {
        Some(newest) if newest.version == spec.version => {
            if !redo {
                return Err(format!(
                    "{} is released: raise info.version, or, as long as nobody has it, run `cargo \
                     xtask spec release --redo`",
                    spec.version
                ));
            }
            if is_tagged(tag)? {
                return Err(format!("{tag} is tagged, so {} stays as it is", spec.version));
            }
            Ok(files.pop())
        }
        Some(newest) if newest.version > spec.version => Err(format!(
            "{} is older than the released {}; raise info.version",
            spec.version, newest.version
        )),
        newest => Ok(newest),
    }
}

fn is_tagged(tag: &str) -> Result<bool, String> {
    let mut git = Command::new("git");
    let output = tools::succeed(git.args(["tag", "--list", tag]).current_dir(workspace::root()))?;
    Ok(!output.stdout.is_empty())
}

fn regenerate() -> Result<(), String> {
    let xtask = std::env::current_exe().map_err(|e| e.to_string())?;
    let status = Command::new(xtask).arg("regen").status().map_err(|e| e.to_string())?;
    if status.success() { Ok(()) } else { Err("nothing is released".into()) }
}

/// Writes the file as it stands, byte by byte, and its line of SHA256SUMS; all others stay.
fn freeze(spec: &Source) -> Result<(), String> {
    let folder = workspace::root().join(released::FOLDER);
    let name = released::file_name(spec.version);
    let sums = folder.join(checksums::FILE);
    let known = if sums.exists() { source::read(&sums)? } else { String::new() };
    let fail = |e: std::io::Error| format!("{}: {e}", folder.display());
    std::fs::create_dir_all(&folder).map_err(fail)?;
    std::fs::write(folder.join(&name), &spec.text).map_err(fail)?;
    std::fs::write(sums, with_line(&known, &spec.text, &name)).map_err(fail)
}

/// The list with this file's line put in, or put anew, at its end.
fn with_line(known: &str, text: &str, name: &str) -> String {
    let mut list: String = known
        .lines()
        .filter(|line| line.split_whitespace().last() != Some(name))
        .map(|line| format!("{line}\n"))
        .collect();
    list.push_str(&checksums::line(text.as_bytes(), name));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_adds_its_line_and_keeps_the_others() {
        let one = with_line("", "a", "koodrive-1.0.0.yaml");
        let two = with_line(&one, "b", "koodrive-1.1.0.yaml");
        assert_eq!(two.lines().count(), 2);
        assert!(two.starts_with(&one));
        assert_eq!(with_line(&two, "b", "koodrive-1.1.0.yaml"), two);
        assert_ne!(with_line(&two, "c", "koodrive-1.1.0.yaml"), two);
    }
}
