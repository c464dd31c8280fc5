//! One run at a time for a file that is replaced: a lock on a file beside it, since the file itself
//! is another one after each replacement.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};
use same_file::Handle;

use super::replace::beside;

/// Far more than runs that end at the same moment can cost.
const ATTEMPTS: u32 = 100;

/// Held until it is dropped, or until the process ends in whatever way.
pub(crate) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Takes the lock of this file, or says who has it.
    pub(crate) fn take(guarded: &Path) -> Result<Self, String> {
        let path = beside(guarded, "", ".lock");
        for _ in 0..ATTEMPTS {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(|e| format!("its lock {} cannot be opened: {e}", path.display()))?;
            exclusively(&file, &path)?;
            // The run that had it before may have removed it between the two steps.
            if is_at(&file, &path) {
                return Ok(Self { path, file });
            }
        }
        Err(format!("its lock {} is removed again and again by others", path.display()))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still locked, so nobody else takes it for theirs; a file with contents is not ours.
        let is_empty = self.file.metadata().is_ok_and(|metadata| metadata.len() == 0);
        if is_empty && is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Locks an open file; the lock ends with it.
pub(crate) fn exclusively(file: &File, path: &Path) -> Result<(), String> {
    // Named by its trait: std has a method of this name since Rust 1.89.
    match FileExt::try_lock(file) {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(format!(
            "another run is using it (it has locked {}): wait until that one has ended, or give another file",
            path.display()
        )),
        Err(TryLockError::Error(e)) => Err(format!(
            "{} cannot be locked: {e}; give a file on another file system",
            path.display()
        )),
    }
}

fn is_at(file: &File, path: &Path) -> bool {
    let open = || -> io::Result<bool> {
        Ok(Handle::from_file(file.try_clone()?)? == Handle::from_path(path)?)
    };
    open().unwrap_or(false)
}
