//! Programs that only maintainers need. They are found, or named together with what installs them;
//! nothing is installed unless `cargo xtask tools` is asked to.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::workspace;

/// A folder of the workspace with a package.json and its lock file, and where its packages go.
pub(crate) struct NpmFolder {
    /// From the workspace's top folder.
    pub(crate) manifest: &'static str,
    /// From the workspace's top folder, under target/ so that the source tree stays clean.
    pub(crate) installed: &'static str,
    /// What to run when the packages are missing.
    pub(crate) install_with: &'static str,
}

/// Redocly, for `cargo xtask spec`.
pub(crate) const OPENAPI: NpmFolder = NpmFolder {
    manifest: "openapi/tooling",
    installed: "target/tooling/openapi",
    install_with: "cargo xtask tools",
};

const LOCK: &str = "package-lock.json";
/// The lock file once more, written when everything in it has been installed.
const STAMP: &str = "installed-lock.json";

pub(crate) fn install() -> Result<(), String> {
    npm_install(&OPENAPI)?;
    eprintln!("{} is installed as locked", OPENAPI.installed);
    Ok(())
}

/// Installs what the folder's lock file names, and nothing else, into its place under target/.
pub(crate) fn npm_install(folder: &NpmFolder) -> Result<(), String> {
    node()?;
    let npm = find(&["npm"], "npm comes with Node.js: https://nodejs.org/en/download")?;
    let (from, into) =
        (workspace::root().join(folder.manifest), workspace::root().join(folder.installed));
    std::fs::create_dir_all(&into).map_err(|e| format!("{}: {e}", into.display()))?;
    for name in ["package.json", LOCK] {
        std::fs::copy(from.join(name), into.join(name))
            .map_err(|e| format!("{}/{name}: {e}", folder.manifest))?;
    }
    let mut command = Command::new(npm);
    command
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"])
        .current_dir(&into);
    succeed(&mut command)?;
    std::fs::copy(into.join(LOCK), into.join(STAMP)).map_err(|e| format!("{STAMP}: {e}"))?;
    Ok(())
}

/// A command that runs a script of an installed package under Node.
pub(crate) fn npm_script(folder: &NpmFolder, script: &str) -> Result<Command, String> {
    let node = node()?;
    let installed = workspace::root().join(folder.installed);
    let wanted = workspace::root().join(folder.manifest).join(LOCK);
    if std::fs::read(installed.join(STAMP)).ok() != std::fs::read(wanted).ok() {
        return Err(format!(
            "{script} is not installed, or not as {}/{LOCK} says; run `{}`",
            folder.manifest, folder.install_with
        ));
    }
    let mut command = Command::new(node);
    command.arg(installed.join("node_modules").join(script)).current_dir(workspace::root());
    Ok(command)
}

/// Redocly's command line, which sends nothing about us and asks nobody for updates.
pub(crate) fn redocly() -> Result<Command, String> {
    let mut command = npm_script(&OPENAPI, "@redocly/cli/bin/cli.js")?;
    command
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
        .env("REDOCLY_SUPPRESS_NOTIFICATIONS", "true")
        .env("NO_COLOR", "1");
    Ok(command)
}

/// A headless Chromium.
pub(crate) fn chromium() -> Result<PathBuf, String> {
    find(
        &["chromium", "chromium-browser", "google-chrome", "chrome"],
        "on Debian run `apt-get install -y chromium`",
    )
}

fn node() -> Result<PathBuf, String> {
    let how = "install Node.js 20.19 or newer: https://nodejs.org/en/download";
    let node = find(&["node"], how)?;
    let output = succeed(Command::new(&node).arg("--version"))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut numbers = said.trim_start_matches('v').split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= (20, 19) => Ok(node),
        _ => Err(format!("{} is {said}; {how}", node.display())),
    }
}

/// The first of `names` that PATH has.
pub(crate) fn find(names: &[&str], how: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| is_program(candidate))
        .ok_or_else(|| format!("{} is not installed; {how}", names.first().unwrap_or(&"it")))
}

fn is_program(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    path.is_file()
}

/// Runs the command; its own words are the error when it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<Output, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("{program} could not be started: {e}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
    Err(format!(
        "{program} {} failed ({})\n{}{}",
        arguments.join(" "),
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}
