//! Standard output, which the shell opened: a terminal, a pipe, or a file of which it is known how
//! long it was when the checkpoint was written.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};

/// Standard output, with what can be done if it is a regular file.
pub(crate) struct Stdout {
    file: Option<File>,
}

impl Stdout {
    pub(crate) fn open() -> Self {
        let is_regular = |file: &File| file.metadata().is_ok_and(|metadata| metadata.is_file());
        Self { file: duplicate().ok().filter(is_regular) }
    }

    /// Its length, if it is a regular file.
    pub(crate) fn length(&self) -> Option<u64> {
        self.file.as_ref()?.metadata().ok().map(|metadata| metadata.len())
    }

    /// Checks that what an earlier run printed is still in it; `known` is its length at that time,
    /// if it was a regular file then, too.
    pub(crate) fn check(&self, known: Option<u64>) -> Result<(), String> {
        let Some(found) = self.length() else { return Ok(()) };
        match known {
            Some(known) if found < known => Err(format!(
                "standard output is a file of {found} bytes, but had {known} when the checkpoint was written"
            )),
            None if found == 0 => Err("standard output is an empty file".to_owned()),
            _ => Ok(()),
        }
    }

    /// Checks that what comes would not continue half of a line.
    pub(crate) fn check_end(&self) -> Result<(), String> {
        match self.length() {
            Some(found) if ends_inside_a_line(found) => Err(
                "standard output is a file that ends inside a line (cut it off, it comes again)"
                    .to_owned(),
            ),
            _ => Ok(()),
        }
    }

    /// Writes all of it; of a regular file, all or nothing.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            let mut out = io::stdout().lock();
            return out.write_all(bytes).and_then(|()| out.flush());
        };
        let before = file.metadata()?.len();
        let mut written = 0;
        let result = write_counted(file, bytes, &mut written);
        if result.is_err() {
            // A full disk takes half of a line. The result is that failure, whatever comes of this.
            let _ = cut(file, before, written);
        }
        result
    }

    /// Returns when a power cut can no longer lose what was written to a regular file.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), File::sync_data)
    }

    /// Takes back what was written to a regular file since it had the length `before`, if it still
    /// stands there.
    pub(crate) fn take_back(&mut self, before: u64, written: u64) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), |file| cut(file, before, written))
    }
}

fn write_counted(file: &mut File, bytes: &[u8], written: &mut u64) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match file.write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                *written += count as u64;
                rest = &rest[count..];
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Cuts off what was written at its end, unless somebody else wrote to it too.
fn cut(file: &mut File, before: u64, written: u64) -> io::Result<()> {
    if file.metadata()?.len() != before + written {
        return Ok(());
    }
    file.set_len(before)?;
    // Others of this shell may go on writing where this process stopped.
    file.seek(SeekFrom::Start(before)).map(drop)
}

#[cfg(unix)]
fn duplicate() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn duplicate() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    io::stdout().as_handle().try_clone_to_owned().map(File::from)
}

/// As far as it can be read; a shell opens it for writing alone.
#[cfg(unix)]
fn ends_inside_a_line(length: u64) -> bool {
    use std::os::unix::fs::FileExt as _;
    let mut last = [b'\n'];
    let read = length
        .checked_sub(1)
        .map(|at| File::open("/dev/stdout").and_then(|file| file.read_exact_at(&mut last, at)));
    read.is_some_and(|read| read.is_ok()) && last != *b"\n"
}

#[cfg(not(unix))]
fn ends_inside_a_line(_: u64) -> bool {
    false
}
