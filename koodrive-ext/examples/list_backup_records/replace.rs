//! Replaces a small file as a whole: a reader sees the old contents or the new ones, and so does
//! whoever looks after a power cut.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Mode of a file that is new: a checkpoint holds cursors, which are nobody else's business.
#[cfg(unix)]
const NEW_MODE: u32 = 0o600;

/// The path with all symbolic links resolved, so that a link stays one and its target is replaced.
/// The file itself may be missing, its folder may not.
pub(crate) fn real_path(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        found => return found,
    }
    if let Ok(target) = fs::read_link(path) {
        return Err(io::Error::other(format!(
            "it is a symbolic link to {}, which does not exist: give the target itself, or remove the link",
            target.display()
        )));
    }
    let name = path.file_name().ok_or_else(|| io::Error::other("it does not name a file"))?;
    Ok(fs::canonicalize(folder(path))
        .map_err(|e| {
            io::Error::new(e.kind(), format!("its folder {}: {e}", folder(path).display()))
        })?
        .join(name))
}

/// Replaces the file at a [`real_path`], or makes it. Who may do what with it stays.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let temporary = Temporary::create(path)?;
    (&temporary.file).write_all(contents)?;
    let old = fs::metadata(path);
    if let Ok(old) = &old {
        keep_owner(&temporary.file, old);
        temporary.file.set_permissions(old.permissions())?;
    }
    // Else a power cut could leave an empty file under the name.
    temporary.file.sync_all()?;
    temporary.rename_to(path)?;
    // After one it may be an older file, but not none.
    if old.is_err() { sync_folder(path) } else { Ok(()) }
}

/// Returns when a power cut can no longer lose the name of a file that was made.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path)).and_then(|folder| folder.sync_all())
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Fails as [`replace`] would when the folder cannot be written to, and removes what a run that was
/// killed in the middle of a `replace` left behind.
pub(crate) fn prepare(path: &Path) -> io::Result<()> {
    Temporary::create(path).map(drop)
}

/// The new contents under a name of their own, until they are complete. The name is always the
/// same, so that one run cleans up after another; a lock keeps two from meeting.
struct Temporary {
    path: PathBuf,
    file: File,
    is_renamed: bool,
}

impl Temporary {
    fn create(target: &Path) -> io::Result<Self> {
        let path = beside(target, ".", ".new");
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, NEW_MODE);
        Ok(Self { file: options.open(&path)?, path, is_renamed: false })
    }

    fn rename_to(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.is_renamed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.is_renamed {
            // Nothing is lost when it stays; the next run removes it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// As far as this user may give files away.
#[cfg(unix)]
fn keep_owner(file: &File, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let _ = fchown(file, None, Some(old.gid()));
    let _ = fchown(file, Some(old.uid()), None);
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

/// A name beside a file, made from the file's own.
pub(crate) fn beside(path: &Path, prefix: &str, suffix: &str) -> PathBuf {
    let mut name = OsString::from(prefix);
    name.push(path.file_name().unwrap_or_default());
    name.push(suffix);
    path.with_file_name(name)
}

/// The folder that holds the file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
