//! What every target needs: a place under target/interop/ to build in, programs whose words go to
//! a log, and the settings of a scenario in the environment.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use koodrive_sandbox::Sandbox;
use walkdir::WalkDir;
use xshell::{Cmd, Shell};

use super::readme;
use super::report::{self, Passed};
use super::score;
use crate::{tools, workspace};

/// Lines of a log that an error shows.
const TAIL: usize = 40;

/// A language, or another program that talks to the sandbox.
pub(super) struct Target {
    pub(super) name: &'static str,
    /// What it is, for `--help`.
    pub(super) about: &'static str,
    pub(super) run: fn(&Job<'_>) -> Result<Passed>,
    /// Only run when it is named, or with `--all`.
    pub(super) is_slow: bool,
}

impl Target {
    pub(super) const fn new(
        name: &'static str,
        about: &'static str,
        run: fn(&Job<'_>) -> Result<Passed>,
    ) -> Self {
        Self { name, about, run, is_slow: false }
    }
}

/// The servers that the programs talk to.
pub(super) struct Servers {
    /// 250 good records of each module.
    pub(super) good: Sandbox,
    /// The same, but each page has values that the document does not know.
    pub(super) odd: Sandbox,
    /// Answers with the response vectors.
    pub(super) answers: String,
}

/// One target's run.
pub(super) struct Job<'a> {
    pub(super) name: &'static str,
    pub(super) servers: &'a Servers,
    /// Its commands start in the target's place, with the settings of the scenario.
    pub(super) sh: Shell,
    log: PathBuf,
}

/// The vectors beside the document.
pub(super) fn vectors() -> PathBuf {
    workspace::root().join("openapi/vectors")
}

/// The document that clients are generated from.
pub(super) fn document() -> PathBuf {
    workspace::root().join("openapi/koodrive.yaml")
}

/// A file or folder of tests/interop/.
pub(super) fn sources(path: &str) -> PathBuf {
    workspace::root().join("tests/interop").join(path)
}

/// A place under target/interop/.
pub(super) fn made(path: &str) -> PathBuf {
    workspace::root().join("target/interop").join(path)
}

/// Copies a folder's files; those that did not change keep their time.
pub(super) fn copy_files(from: &Path, into: &Path) -> Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let copy = into.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs_err::create_dir_all(copy)?;
        } else if std::fs::read(&copy).ok() != Some(fs_err::read(entry.path())?) {
            fs_err::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

impl<'a> Job<'a> {
    /// Starts with an empty log, in the target's place.
    pub(super) fn new(name: &'static str, servers: &'a Servers) -> Result<Self> {
        let (place, log) = (made(name), made("logs").join(name).with_extension("log"));
        fs_err::create_dir_all(&place)?;
        fs_err::create_dir_all(made("logs"))?;
        fs_err::write(&log, "")?;
        let sh = Shell::new()?;
        sh.change_dir(place);
        for (key, value) in environment(servers) {
            sh.set_var(key, value);
        }
        Ok(Self { name, servers, sh, log })
    }

    /// Its place under target/interop/.
    pub(super) fn place(&self) -> PathBuf {
        made(self.name)
    }

    /// The program of that name, or what installs it on Debian.
    pub(super) fn find(&self, program: &str, package: &str) -> Result<PathBuf> {
        tools::find(program, &format!("on Debian run `apt-get install -y {package}`"))
    }

    /// Copies a folder of tests/interop/ to its place under target/interop/, so that no tool writes
    /// into the source tree; files that did not change keep their time. Returns that place.
    pub(super) fn copy(&self, folder: &str) -> Result<PathBuf> {
        let into = made(folder);
        copy_files(&sources(folder), &into)?;
        Ok(into)
    }

    /// Writes a code block of openapi/README.md, such as `python first_call.py`, into a file of the
    /// target's place.
    pub(super) fn example(&self, info: &str, file: &str) -> Result<PathBuf> {
        let path = self.place().join(file);
        fs_err::write(&path, readme::block(info)?)?;
        Ok(path)
    }

    /// Does the work that makes `place`, unless it was made from the same inputs before.
    pub(super) fn once(
        &self,
        place: &str,
        inputs: &[PathBuf],
        settings: &str,
        work: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let stamp = made(&format!("{place}.stamp"));
        let mut wanted = settings.as_bytes().to_vec();
        for input in inputs {
            wanted.extend(fs_err::read(input)?);
        }
        if made(place).exists() && std::fs::read(&stamp).ok().as_ref() == Some(&wanted) {
            return Ok(());
        }
        work()?;
        Ok(fs_err::write(stamp, wanted)?)
    }

    /// Runs a program to its end, logs what it said, and returns its standard output.
    pub(super) fn run(&self, command: Cmd<'_>) -> Result<String> {
        let line = command.to_string();
        let output = tools::output(command)?;
        let entry = format!("$ {line}\n{}({})\n", tools::said(&output), output.status);
        fs_err::OpenOptions::new().append(true).open(&self.log)?.write_all(entry.as_bytes())?;
        if !output.status.success() {
            let lines: Vec<&str> = entry.lines().collect();
            let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
            bail!("a program failed; the end of {}:\n{tail}", workspace::name_of(&self.log));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Checks the scores of generators that have no scenario.
    pub(super) fn judge_readers(&self, output: &str) -> Result<Passed> {
        let scores = score::scores(self.name, output);
        score::judge(&scores)?;
        let steps = format!("{} generated", scores.len());
        Ok(Passed { steps, scores, ..Passed::default() })
    }

    /// Checks what the scenario and the README's example printed, and what the sandbox saw.
    pub(super) fn judge(&self, scenario: &str, first_call: &str) -> Result<Passed> {
        let vectors =
            report::judge(&self.servers.good.requests(), &vectors(), scenario, first_call)?;
        let scores = score::scores(self.name, scenario);
        score::judge(&scores)?;
        Ok(Passed { vectors: Some(vectors), steps: report::all_steps(), scores })
    }
}

/// The variables of `cargo xtask sandbox`, and those of the scenarios.
fn environment(servers: &Servers) -> [(&'static str, String); 12] {
    let (good, path) = (&servers.good, |path: PathBuf| path.display().to_string());
    [
        ("KOODRIVE_ENDPOINT", good.url()),
        ("KOODRIVE_USER_ID", good.user_id().to_owned()),
        ("KOODRIVE_APP_ID", good.app_id().to_owned()),
        ("KOODRIVE_APP_SECRET", good.app_secret().to_owned()),
        ("KOODRIVE_TOKEN", good.token()),
        ("KOODRIVE_ODD_ENDPOINT", servers.odd.url()),
        ("KOODRIVE_ANSWERS", servers.answers.clone()),
        ("KOODRIVE_VECTORS", path(vectors())),
        ("KOODRIVE_LIMITS", path(sources("limits.json"))),
        ("PYTHONUTF8", "1".to_owned()),
        // A proxy of this machine must not be asked for loopback.
        ("NO_PROXY", "127.0.0.1".to_owned()),
        ("no_proxy", "127.0.0.1".to_owned()),
    ]
}
