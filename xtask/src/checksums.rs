//! SHA256SUMS files, in the form that `sha256sum --check` reads.

use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

/// Their name, beside the files that they list.
pub(crate) const FILE: &str = "SHA256SUMS";

/// The files below `folder`, as paths with `/`, sorted; none when there is no such folder.
pub(crate) fn file_names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let walk = WalkDir::new(folder).sort_by_file_name();
    for entry in walk.into_iter().filter(|_| folder.exists()) {
        let entry = entry?;
        if !entry.file_type().is_dir() {
            let path = entry.path().strip_prefix(folder)?;
            let name = path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))?;
            names.push(name.replace(std::path::MAIN_SEPARATOR, "/"));
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The text of SHA256SUMS for every other file below `folder`.
pub(crate) fn of_folder(folder: &Path) -> Result<String> {
    let names = file_names(folder)?.into_iter().filter(|name| name != FILE);
    names.map(|name| Ok(line(&fs_err::read(folder.join(&name))?, &name))).collect()
}

pub(crate) fn line(bytes: &[u8], name: &str) -> String {
    format!("{}  {name}\n", digest(bytes))
}

/// SHA-256 in lower-case hex.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_files_at_any_depth_but_itself() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir(folder.path().join("b")).unwrap();
        for (name, text) in [("b/empty", ""), ("abc", "abc"), (FILE, "old")] {
            fs_err::write(folder.path().join(name), text).unwrap();
        }
        // The digests are those of FIPS 180-2, of "abc" and of nothing.
        assert_eq!(
            of_folder(folder.path()).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b/empty\n"
        );
        assert_eq!(file_names(Path::new("nowhere")).unwrap(), [""; 0]);
    }
}
