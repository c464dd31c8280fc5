//! Where things are, and how programs are run: everything made lies under target/interop/, and
//! what a program says goes to its target's log.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace;

/// Lines of a log that an error shows.
const TAIL: usize = 40;

pub(crate) struct Workshop {
    made: PathBuf,
}

impl Workshop {
    pub(super) fn open() -> Result<Self, String> {
        let made = workspace::root().join("target/interop");
        fs::create_dir_all(made.join("logs")).map_err(|e| format!("{}: {e}", made.display()))?;
        Ok(Self { made })
    }

    /// A place under target/interop/.
    pub(super) fn made(&self, path: &str) -> PathBuf {
        self.made.join(path)
    }

    /// A file or folder of tests/interop/.
    pub(super) fn sources(&self, path: &str) -> PathBuf {
        workspace::root().join("tests/interop").join(path)
    }

    pub(super) fn document(&self) -> PathBuf {
        workspace::root().join("openapi/koodrive.yaml")
    }

    pub(super) fn vectors(&self) -> PathBuf {
        workspace::root().join("openapi/vectors")
    }

    /// Copies the files of a folder of tests/interop/ to its place under target/interop/, so that
    /// no tool writes into the source tree. Returns that place.
    pub(super) fn copy(&self, folder: &str) -> Result<PathBuf, String> {
        let (from, into) = (self.sources(folder), self.made(folder));
        copy_files(&from, &into).map_err(|e| format!("{}: {e}", from.display()))?;
        Ok(into)
    }

    /// Makes the place of that name, unless it was made from the same inputs before.
    pub(super) fn once(
        &self,
        name: &str,
        inputs: &[PathBuf],
        work: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), String> {
        let (place, stamp) = (self.made(name), self.made(&format!("{name}.stamp")));
        let mut wanted = Vec::new();
        for input in inputs {
            wanted.extend(fs::read(input).map_err(|e| format!("{}: {e}", input.display()))?);
        }
        if place.exists() && fs::read(&stamp).ok().as_ref() == Some(&wanted) {
            return Ok(());
        }
        work()?;
        fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))
    }

    /// Starts the target's log anew.
    pub(super) fn begin_log(&self, target: &str) -> Result<(), String> {
        let log = self.log(target);
        fs::write(&log, "").map_err(|e| format!("{}: {e}", log.display()))
    }

    /// Runs a program to its end, logs what it said, and returns its standard output.
    pub(super) fn run(&self, target: &str, command: &mut Command) -> Result<String, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        let output =
            command.output().map_err(|e| format!("{program} could not be started: {e}"))?;
        let (out, err) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let mut entry = format!("$ {program}");
        for argument in command.get_args() {
            let _ = write!(entry, " {}", argument.to_string_lossy());
        }
        let _ = writeln!(entry, "\n{out}{err}({})", output.status);
        let log = self.log(target);
        let before = fs::read_to_string(&log).unwrap_or_default();
        fs::write(&log, before + &entry).map_err(|e| format!("{}: {e}", log.display()))?;
        if output.status.success() {
            return Ok(out.into_owned());
        }
        let lines: Vec<&str> = entry.lines().collect();
        let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
        Err(format!("{program} failed; the end of {}:\n{tail}", log.display()))
    }

    fn log(&self, target: &str) -> PathBuf {
        self.made.join("logs").join(target).with_extension("log")
    }
}

fn copy_files(from: &Path, into: &Path) -> std::io::Result<()> {
    fs::create_dir_all(into)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, copy) = (entry.path(), into.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_files(&source, &copy)?;
        } else if fs::read(&copy).ok() != Some(fs::read(&source)?) {
            fs::copy(&source, &copy)?;
        }
    }
    Ok(())
}
