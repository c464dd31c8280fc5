//! The file of `--checkpoint`: where the listing of each module stands, how long its output is, and
//! how many records nobody could read.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use koodrive_ext::{Checkpoint, Error, ModuleCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::appended::Extent;
use crate::destination::Printed;
use crate::lock::Lock;
use crate::replace::{prepare, real_path, replace};

const VERSION: u64 = 2;

/// The file, locked, and what it says.
pub(crate) struct CheckpointFile {
    path: PathBuf,
    kept: Kept,
    _lock: Lock,
}

/// Maps are by module code.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    version: u64,
    modules: BTreeMap<String, Checkpoint>,
    /// Records that could not be read and that nobody has acknowledged.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    unreadable: BTreeMap<String, u64>,
    /// Length of standard output behind the module, where that was a regular file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    stdout: BTreeMap<String, u64>,
    /// The file of `--output`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<Extent>,
    /// The file of `--unreadable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unreadable_file: Option<Extent>,
}

/// What a printed page changes.
pub(crate) struct Progress {
    pub(crate) checkpoint: Checkpoint,
    pub(crate) unreadable: u64,
    pub(crate) printed: Printed,
    pub(crate) unreadable_file: Option<Extent>,
}

impl CheckpointFile {
    /// Locks and reads the file, if there is one, and makes sure that it can be rewritten.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let fail = |cause: String| format!("the checkpoint {}: {cause}", path.display());
        let path = real_path(path).map_err(|e| fail(e.to_string()))?;
        let lock = Lock::take(&path).map_err(fail)?;
        let kept = if path.exists() { read(&path).map_err(fail)? } else { Kept::new() };
        prepare(&path).map_err(|e| fail(format!("its folder cannot be written to: {e}")))?;
        Ok(Self { path, kept, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// An error if that is what `error` says: that the module's checkpoint is not of this query, so
    /// that a file of another one is not mixed with it.
    pub(crate) fn refuse_mismatch(&self, module: &ModuleCode, error: &Error) -> Result<(), String> {
        if !error.is_checkpoint_mismatch() {
            // Wrong input has a message of its own when the listing begins.
            return Ok(());
        }
        Err(format!(
            "the checkpoint {} belongs to another query: endpoint, user, device or page size differ for {module}; \
             use the same ones, give another file, or remove this one to begin anew (it is unchanged)",
            self.path.display()
        ))
    }

    /// Where each module stands, by its code.
    pub(crate) fn checkpoints(&self) -> BTreeMap<String, Checkpoint> {
        self.kept.modules.clone()
    }

    pub(crate) fn get(&self, module: &ModuleCode) -> Option<&Checkpoint> {
        self.kept.modules.get(module.code())
    }

    /// Whether an earlier run printed some of the module.
    pub(crate) fn is_begun(&self, module: &ModuleCode) -> bool {
        self.get(module).is_some_and(|kept| !kept.is_start())
    }

    /// Whether an earlier run printed anything.
    pub(crate) fn is_begun_at_all(&self) -> bool {
        ModuleCode::ALL.iter().any(|module| self.is_begun(module))
    }

    pub(crate) fn output(&self) -> Option<&Extent> {
        self.kept.output.as_ref()
    }

    pub(crate) fn unreadable_file(&self) -> Option<&Extent> {
        self.kept.unreadable_file.as_ref()
    }

    /// Length of standard output when the module's checkpoint was written.
    pub(crate) fn stdout(&self, module: &ModuleCode) -> Option<u64> {
        self.kept.stdout.get(module.code()).copied()
    }

    /// How many records of the module could not be read.
    pub(crate) fn unreadable(&self, module: &ModuleCode) -> u64 {
        self.kept.unreadable.get(module.code()).copied().unwrap_or(0)
    }

    /// Forgets the unreadable records of these modules.
    pub(crate) fn acknowledge(&mut self, modules: &[ModuleCode]) -> Result<(), String> {
        let mut kept = self.kept.clone();
        for module in modules {
            kept.unreadable.remove(module.code());
        }
        kept.unreadable_file = None;
        self.write(kept)
    }

    /// Keeps how long the files are before anything is printed.
    pub(crate) fn begin(
        &mut self,
        output: Option<Extent>,
        unreadable_file: Option<Extent>,
    ) -> Result<(), String> {
        let mut kept = self.kept.clone();
        kept.output = output.or(kept.output);
        kept.unreadable_file = unreadable_file.or(kept.unreadable_file);
        self.write(kept)
    }

    /// Keeps where a module stands: another process sees the old file or the new one, whole.
    pub(crate) fn put(&mut self, module: &ModuleCode, progress: Progress) -> Result<(), String> {
        let mut kept = self.kept.clone();
        let code = || module.code().to_owned();
        kept.modules.insert(code(), progress.checkpoint);
        if progress.unreadable > 0 {
            *kept.unreadable.entry(code()).or_default() += progress.unreadable;
        }
        match progress.printed {
            Printed::Output(extent) => kept.output = Some(extent),
            Printed::Stdout(Some(length)) => _ = kept.stdout.insert(code(), length),
            Printed::Stdout(None) => _ = kept.stdout.remove(module.code()),
        }
        kept.unreadable_file = progress.unreadable_file.or(kept.unreadable_file);
        self.write(kept)
    }

    fn write(&mut self, kept: Kept) -> Result<(), String> {
        let written = serde_json::to_vec(&kept).map_err(io::Error::from).and_then(|mut text| {
            text.push(b'\n');
            replace(&self.path, &text)
        });
        written.map_err(|e| {
            format!(
                "the checkpoint {} cannot be written: {e}; it stands at an earlier page",
                self.path.display()
            )
        })?;
        self.kept = kept;
        Ok(())
    }
}

impl Kept {
    fn new() -> Self {
        Self {
            version: VERSION,
            modules: BTreeMap::new(),
            unreadable: BTreeMap::new(),
            stdout: BTreeMap::new(),
            output: None,
            unreadable_file: None,
        }
    }
}

fn read(path: &Path) -> Result<Kept, String> {
    if !path.is_file() {
        return Err("it is not a file".to_owned());
    }
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    parse(&text).map_err(|cause| {
        format!("{cause}; give another file, or remove this one to begin anew (it is unchanged)")
    })
}

fn parse(text: &str) -> Result<Kept, String> {
    let no_checkpoint =
        |e: serde_json::Error| format!("it is not a checkpoint of this command: {e}");
    // First, as another version may look otherwise.
    let value: Value = serde_json::from_str(text).map_err(no_checkpoint)?;
    match &value["version"] {
        Value::Number(number) if number.as_u64() == Some(VERSION) => {}
        Value::Number(number) => {
            return Err(format!(
                "it has version {number}, and this release of the command reads version {VERSION}"
            ));
        }
        _ => return Err("it is not a checkpoint of this command: it has no version".to_owned()),
    }
    // Once more from the text, so that an error names its line.
    serde_json::from_str(text).map_err(no_checkpoint)
}
