//! Programs that only maintainers need. They are found, or named together with what installs them;
//! nothing is installed unless `cargo xtask tools` or `cargo xtask interop` is asked to.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Output;

use anyhow::{Context as _, Result, anyhow, ensure};
use semver::Version;
use xshell::{Cmd, Shell, cmd};

use crate::workspace;

/// Packages that a lock file names, and where they go: under target/, so that the source tree stays
/// clean. Paths start at the workspace's top folder.
pub(crate) struct Packages<'a> {
    pub(crate) lock: &'a str,
    pub(crate) installed: &'a str,
    /// What to run when they are missing.
    pub(crate) install_with: &'a str,
}

/// Redocly.
const NPM: Packages<'_> = Packages {
    lock: "openapi/tooling/package-lock.json",
    installed: "target/tooling/openapi",
    install_with: "cargo xtask tools",
};
/// oas-patch.
const PIP: Packages<'_> = Packages {
    lock: "openapi/tooling/requirements.txt",
    installed: "target/tooling/python",
    install_with: "cargo xtask tools",
};
/// The lock file once more, written when everything in it has been installed.
const STAMP: &str = "installed-lock";

pub(crate) fn install() -> Result<()> {
    NPM.npm_install()?;
    PIP.pip_install()?;
    eprintln!("{} and {} are installed as locked", NPM.installed, PIP.installed);
    Ok(())
}

impl Packages<'_> {
    fn place(&self) -> PathBuf {
        workspace::root().join(self.installed)
    }

    fn lock(&self) -> PathBuf {
        workspace::root().join(self.lock)
    }

    fn is_current(&self) -> bool {
        let stamp = std::fs::read(self.place().join(STAMP)).ok();
        stamp.is_some() && stamp == std::fs::read(self.lock()).ok()
    }

    fn demand(&self, what: &str) -> Result<()> {
        ensure!(
            self.is_current(),
            "{what} is not installed, or not as {} says; run `{}`",
            self.lock,
            self.install_with
        );
        Ok(())
    }

    /// Installs what the lock file names, and nothing else, unless that is there already.
    pub(crate) fn npm_install(&self) -> Result<()> {
        node()?;
        let npm = find("npm", "npm comes with Node.js: https://nodejs.org/en/download")?;
        if self.is_current() {
            return Ok(());
        }
        let (lock, place) = (self.lock(), self.place());
        fs_err::create_dir_all(&place)?;
        for name in ["package.json", "package-lock.json"] {
            fs_err::copy(lock.with_file_name(name), place.join(name))?;
        }
        let sh = shell()?;
        sh.change_dir(&place);
        run(cmd!(sh, "{npm} ci --ignore-scripts --no-audit --no-fund --loglevel error"))?;
        fs_err::copy(lock, place.join(STAMP))?;
        Ok(())
    }

    /// A command that runs a script of an installed package under Node.
    pub(crate) fn npm_script<'s>(&self, sh: &'s Shell, script: &str) -> Result<Cmd<'s>> {
        self.demand(script)?;
        let (node, script) = (node()?, self.place().join("node_modules").join(script));
        Ok(cmd!(sh, "{node} {script}"))
    }

    /// Installs what the lock file names, each by its hash, unless that is there already.
    pub(crate) fn pip_install(&self) -> Result<()> {
        let how = "on Debian run `apt-get install -y python3 python3-venv`";
        let python = find("python3", how)?;
        if self.is_current() {
            return Ok(());
        }
        eprintln!("installing the Python packages of {} (once, about half a minute)", self.lock);
        let (sh, lock, place) = (shell()?, self.lock(), self.place());
        run(cmd!(sh, "{python} -m venv --clear {place}")).context(how)?;
        let python = self.python_path();
        let options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
        run(cmd!(sh, "{python} -m pip install {options...} --require-hashes -r {lock}"))?;
        fs_err::copy(lock, place.join(STAMP))?;
        Ok(())
    }

    /// The interpreter that has the packages, for `what`.
    pub(crate) fn python(&self, what: &str) -> Result<PathBuf> {
        self.demand(what)?;
        Ok(self.python_path())
    }

    fn python_path(&self) -> PathBuf {
        self.place().join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
    }
}

/// Redocly's `lint`, `bundle` or `build-docs` with our configuration, which sends nothing about us
/// and asks nobody for updates.
pub(crate) fn redocly<'s>(sh: &'s Shell, command: &str) -> Result<Cmd<'s>> {
    let script = NPM.npm_script(sh, "@redocly/cli/bin/cli.js")?;
    Ok(script
        .args([command, "--config", "openapi/redocly.yaml"])
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
        .env("REDOCLY_SUPPRESS_NOTIFICATIONS", "true")
        .env("NO_COLOR", "1"))
}

/// The interpreter that has oas-patch.
pub(crate) fn oas_patch() -> Result<PathBuf> {
    PIP.python("oas-patch")
}

/// A headless Chromium.
pub(crate) fn chromium() -> Result<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let found = names.iter().find_map(|name| which::which(name).ok());
    found.context("chromium is not installed; on Debian run `apt-get install -y chromium`")
}

fn node() -> Result<PathBuf> {
    let how = "install Node.js 20.19 or newer: https://nodejs.org/en/download";
    let node = find("node", how)?;
    let sh = shell()?;
    let said = run(cmd!(sh, "{node} --version"))?;
    let version = Version::parse(said.trim().trim_start_matches('v'));
    let is_new_enough = version.is_ok_and(|version| version >= Version::new(20, 19, 0));
    ensure!(is_new_enough, "{} is {}; {how}", node.display(), said.trim());
    Ok(node)
}

/// The cargo that runs this.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The program of that name in PATH.
pub(crate) fn find(program: &str, how: &str) -> Result<PathBuf> {
    which::which(program).map_err(|_| anyhow!("{program} is not installed; {how}"))
}

/// A shell whose commands start in the workspace's top folder.
pub(crate) fn shell() -> Result<Shell> {
    let sh = Shell::new()?;
    sh.change_dir(workspace::root());
    Ok(sh)
}

/// Runs the command and returns what it printed; what it said is the error when it fails.
pub(crate) fn run(command: Cmd<'_>) -> Result<String> {
    let line = command.to_string();
    let output = output(command)?;
    ensure!(output.status.success(), "`{line}` failed ({})\n{}", output.status, said(&output));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs the command, whatever its exit status.
pub(crate) fn output(command: Cmd<'_>) -> Result<Output> {
    let line = command.to_string();
    command.quiet().ignore_status().output().with_context(|| format!("`{line}` did not run"))
}

/// Both streams.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_that_are_missing_or_older_than_their_lock_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (lock, installed) = (path("lock"), path("installed"));
        let packages =
            Packages { lock: &lock, installed: &installed, install_with: "cargo xtask tools" };
        let error = || packages.demand("redocly").unwrap_err().to_string();

        assert!(error().starts_with("redocly is not installed"), "neither is there");
        fs_err::write(&lock, "new").unwrap();
        assert!(error().ends_with("run `cargo xtask tools`"), "nothing is installed");
        fs_err::create_dir(&installed).unwrap();
        fs_err::write(packages.place().join(STAMP), "old").unwrap();
        assert!(error().contains("not as"), "another lock was installed");
        fs_err::write(packages.place().join(STAMP), "new").unwrap();
        packages.demand("redocly").unwrap();
    }

    #[test]
    fn a_program_that_is_missing_is_named_with_what_installs_it() {
        let error = find("no-such-program", "on Debian run `apt-get install -y x`").unwrap_err();
        let says = "no-such-program is not installed; on Debian run `apt-get install -y x`";
        assert_eq!(error.to_string(), says);
    }
}
