//! A copy of this workspace, to change and to build.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use koodrive_tests::process::{self, Outcome};

/// Folders that hold what was made, not what was written.
const MADE: [&str; 3] = [".git", "node_modules", "target"];

/// There is one copy, so its tests take turns.
static TURN: Mutex<()> = Mutex::new(());

pub(crate) struct Scratch {
    _turn: MutexGuard<'static, ()>,
    root: PathBuf,
    target: PathBuf,
    original: BTreeMap<PathBuf, Vec<u8>>,
}

impl Scratch {
    /// A copy as the workspace is now. It always has the same place and keeps the files that did
    /// not change, so that cargo builds little again.
    pub(crate) fn of_workspace() -> Self {
        let workspace = workspace();
        let original = sources(&workspace)
            .into_iter()
            .filter(|path| workspace.join(path).is_file())
            .map(|path| (path.clone(), read(&workspace.join(path))))
            .collect();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("add_operation");
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let scratch = Self {
            _turn: turn,
            root: folder.join("copy"),
            target: folder.join("target"),
            original,
        };
        scratch.reset();
        scratch
    }

    fn reset(&self) {
        std::fs::create_dir_all(&self.root).unwrap();
        for path in self.changed() {
            match self.original.get(&path) {
                Some(bytes) => self.write(&path, bytes),
                None => std::fs::remove_file(self.root.join(path)).unwrap(),
            }
        }
    }

    pub(crate) fn read(&self, path: &str) -> String {
        String::from_utf8(read(&self.root.join(path))).unwrap()
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Files that were added, removed or are not what they were.
    pub(crate) fn changed(&self) -> BTreeSet<PathBuf> {
        let now = |path: &PathBuf| std::fs::read(self.root.join(path)).ok();
        let all = walk(&self.root).into_iter().chain(self.original.keys().cloned());
        all.filter(|path| self.original.get(path) != now(path).as_ref()).collect()
    }

    pub(crate) fn cargo(&self, arguments: &[&str]) -> Outcome {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = process::command(cargo).into_std();
        command.args(arguments).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        // Not `--offline`: the cargo that `xtask regen` starts must not ask a registry either.
        command.env("CARGO_NET_OFFLINE", "true");
        let output = command.output().unwrap();
        Outcome {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What a commit of everything would hold; without git, every file that was not made.
fn sources(workspace: &Path) -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(workspace)
        .output();
    match listed {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            let names = String::from_utf8(output.stdout).unwrap();
            names.split_terminator('\0').map(PathBuf::from).collect()
        }
        _ => walk(workspace),
    }
}

/// All files below `root`, named from there.
fn walk(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_dir() {
                files.push(path.strip_prefix(root).unwrap().to_owned());
            } else if !MADE.iter().any(|made| path.file_name() == Some(OsStr::new(made))) {
                folders.push(path);
            }
        }
    }
    files
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
