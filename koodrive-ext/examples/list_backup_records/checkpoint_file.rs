//! The file of `--checkpoint`: where the listing of each module stands.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use koodrive_ext::{BackupRecords, Checkpoint, ModuleCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::NamedTempFile;

const VERSION: u64 = 1;

/// Checkpoints by module code, and the file that they are kept in.
pub(crate) struct CheckpointFile {
    path: PathBuf,
    kept: Kept,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    version: u64,
    modules: BTreeMap<String, Checkpoint>,
}

impl CheckpointFile {
    /// Reads the file, if there is one, and makes sure that it can be rewritten.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let fail = |cause: String| format!("the checkpoint {}: {cause}", path.display());
        let (path, kept) = match std::fs::canonicalize(path) {
            // A link stays one; what it leads to is rewritten.
            Ok(real) => {
                let kept = read(&real).map_err(fail)?;
                (real, kept)
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                (path.to_path_buf(), Kept { version: VERSION, modules: BTreeMap::new() })
            }
            Err(e) => return Err(fail(e.to_string())),
        };
        temporary(&path).map_err(|e| fail(format!("its folder cannot be written to: {e}")))?;
        Ok(Self { path, kept })
    }

    pub(crate) fn path(&self) -> std::path::Display<'_> {
        self.path.display()
    }

    /// Checks that the module's checkpoint, if there is one, belongs to this query, so that a file
    /// of another one is not mixed with it.
    pub(crate) fn check(&self, module: &ModuleCode, query: &BackupRecords) -> Result<(), String> {
        let Some(kept) = self.get(module) else { return Ok(()) };
        match query.clone().resume(kept.clone()).check() {
            Err(error) if error.is_checkpoint_mismatch() => Err(format!(
                "the checkpoint {} belongs to another query: endpoint, user, device or page size differ for {module}; \
                 use the same ones, give another file, or remove this one to begin anew (it is unchanged)",
                self.path()
            )),
            // Wrong input has a message of its own when the listing begins.
            _ => Ok(()),
        }
    }

    pub(crate) fn get(&self, module: &ModuleCode) -> Option<&Checkpoint> {
        self.kept.modules.get(module.code())
    }

    /// Notes where a module stands and rewrites the file: another process sees the old one or the
    /// new one, whole.
    pub(crate) fn put(
        &mut self,
        module: &ModuleCode,
        checkpoint: Checkpoint,
    ) -> Result<(), String> {
        self.kept.modules.insert(module.code().to_owned(), checkpoint);
        self.write().map_err(|e| {
            format!(
                "the checkpoint {} cannot be written: {e}; it stands at an earlier page",
                self.path()
            )
        })
    }

    fn write(&self) -> io::Result<()> {
        let mut file = temporary(&self.path)?;
        serde_json::to_writer(&mut file, &self.kept)?;
        file.write_all(b"\n")?;
        // Else a power cut could leave an empty file under the name.
        file.as_file().sync_data()?;
        file.persist(&self.path)?;
        Ok(())
    }
}

/// A file beside the one it will replace, since a rename does not cross file systems.
fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    tempfile::Builder::new().prefix(".checkpoint-").tempfile_in(folder.unwrap_or(Path::new(".")))
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
            return Err(format!("it has version {number}, this command knows version {VERSION}"));
        }
        _ => return Err("it is not a checkpoint of this command: it has no version".to_owned()),
    }
    // Once more from the text, so that an error names its line.
    serde_json::from_str(text).map_err(no_checkpoint)
}
