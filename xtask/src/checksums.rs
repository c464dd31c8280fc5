//! SHA256SUMS files, in the form that `sha256sum --check` reads.

use std::path::Path;

use sha2::{Digest as _, Sha256};

/// Their name, beside the files that they list.
pub(crate) const FILE: &str = "SHA256SUMS";

/// The files below `folder`, as paths with `/`, sorted; none when there is no such folder.
pub(crate) fn file_names(folder: &Path) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    if folder.exists() {
        collect(folder, "", &mut names)?;
    }
    names.sort_unstable();
    Ok(names)
}

fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), String> {
    let fail = |e: std::io::Error| format!("{}: {e}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(fail)?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

/// The text of SHA256SUMS for every other file below `folder`.
pub(crate) fn of_folder(folder: &Path) -> Result<String, String> {
    let mut text = String::new();
    for name in file_names(folder)?.iter().filter(|name| *name != FILE) {
        let bytes = std::fs::read(folder.join(name)).map_err(|e| format!("{name}: {e}"))?;
        text.push_str(&line(&bytes, name));
    }
    Ok(text)
}

pub(crate) fn line(bytes: &[u8], name: &str) -> String {
    let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digest}  {name}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_files_at_any_depth_but_itself() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        std::fs::write(folder.path().join("b/empty"), "").unwrap();
        std::fs::write(folder.path().join("abc"), "abc").unwrap();
        std::fs::write(folder.path().join(FILE), "old").unwrap();
        // The digests are those of FIPS 180-2, of "abc" and of nothing.
        assert_eq!(
            of_folder(folder.path()).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b/empty\n"
        );
        assert_eq!(file_names(Path::new("nowhere")).unwrap(), [""; 0]);
    }
}
