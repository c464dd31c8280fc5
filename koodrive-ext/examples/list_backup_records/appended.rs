//! A file that grows by whole pages and belongs to a checkpoint, which keeps its length: what a
//! killed run wrote after that is cut off when the listing goes on.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::lock::exclusively;
use super::replace::sync_folder;

/// How many of its last bytes identify a file.
const TAIL: u64 = 1024;

/// How long the file was, and a fingerprint of its end, by which it is told from another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extent {
    length: u64,
    end_sha256: String,
}

/// The open file, locked.
pub(crate) struct Appended {
    path: PathBuf,
    file: File,
    length: u64,
    /// Its last bytes, at most [`TAIL`].
    end: Vec<u8>,
}

/// What opening did to the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It was as the checkpoint says, or new.
    AsExpected,
    /// So many bytes were cut off that the checkpoint does not know.
    CutOff(u64),
    /// It was not empty, and has nothing to do with the checkpoint: what comes is added.
    HasContents(u64),
}

impl Appended {
    /// Opens the file at the length that a checkpoint knows, or as it is, made if missing.
    pub(crate) fn open(path: &Path, known: Option<&Extent>) -> Result<(Self, Opened), String> {
        Self::open_file(path, known).map_err(|cause| format!("{}: {cause}", path.display()))
    }

    fn open_file(path: &Path, known: Option<&Extent>) -> Result<(Self, Opened), String> {
        let is_new = !path.exists();
        // Opening a pipe could wait for its reader.
        if !is_new && !path.is_file() {
            return Err("it is not a regular file: write to standard output instead".to_owned());
        }
        if let (true, Some(known)) = (is_new, known) {
            return Err(too_short(0, known));
        }
        let text = |e: io::Error| e.to_string();
        let file = OpenOptions::new().read(true).append(true).create(true).open(path);
        let file = file.map_err(|e| format!("it cannot be opened: {e}"))?;
        exclusively(&file, path)?;
        if is_new {
            // So that a power cut does not lose the name of what was synced.
            sync_folder(path).map_err(text)?;
        }
        let found = file.metadata().map_err(text)?.len();
        let mut this = Self { path: path.to_path_buf(), file, length: found, end: Vec::new() };
        let Some(known) = known else {
            this.end = this.read_end(found).map_err(text)?;
            return this.begin();
        };
        if found < known.length {
            return Err(too_short(found, known));
        }
        this.end = this.read_end(known.length).map_err(text)?;
        this.length = known.length;
        if this.extent() != *known {
            return Err(
                "it is not the file that belongs to the checkpoint: its contents differ".to_owned()
            );
        }
        if found == known.length {
            return Ok((this, Opened::AsExpected));
        }
        this.file.set_len(known.length).map_err(text)?;
        Ok((this, Opened::CutOff(found - known.length)))
    }

    fn begin(self) -> Result<(Self, Opened), String> {
        match self.end.last() {
            None => Ok((self, Opened::AsExpected)),
            Some(b'\n') => {
                let length = self.length;
                Ok((self, Opened::HasContents(length)))
            }
            Some(_) => {
                Err("it ends inside a line: give another file, or complete the line".to_owned())
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What a checkpoint keeps of it.
    pub(crate) fn extent(&self) -> Extent {
        let end_sha256 = Sha256::digest(&self.end).iter().map(|b| format!("{b:02x}")).collect();
        Extent { length: self.length, end_sha256 }
    }

    /// Writes all of it. After an error a part of it may be there, which
    /// [`cut_back`](Self::cut_back) takes away.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        self.end.extend_from_slice(bytes);
        let surplus = self.end.len().saturating_sub(TAIL as usize);
        self.end.drain(..surplus);
        Ok(())
    }

    /// Returns when a power cut can no longer lose what was appended.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Takes back what was appended since it had this length.
    pub(crate) fn cut_back(&mut self, known: &Extent) -> io::Result<()> {
        self.file.set_len(known.length)?;
        self.end = self.read_end(known.length)?;
        self.length = known.length;
        Ok(())
    }

    /// The last bytes of its first `length` bytes.
    fn read_end(&mut self, length: u64) -> io::Result<Vec<u8>> {
        let start = length.saturating_sub(TAIL);
        self.file.seek(SeekFrom::Start(start))?;
        let mut end = Vec::new();
        (&self.file).take(length - start).read_to_end(&mut end)?;
        Ok(end)
    }
}

fn too_short(found: u64, known: &Extent) -> String {
    format!(
        "it has {found} bytes, but the checkpoint belongs to a file with {} bytes: it was emptied, cut or moved away; \
         give the file that belongs to the checkpoint, or another file together with another checkpoint",
        known.length
    )
}
