//! openapi-generator, whose jar comes with the Python packages of tests/interop/python/.

use std::path::{Path, PathBuf};

use anyhow::Result;
use xshell::cmd;

use super::job::{self, Job};
use crate::tools::Packages;

/// openapi-generator, the Python client's libraries, and Schemathesis.
pub(super) const PACKAGES: Packages<'_> = Packages {
    lock: "tests/interop/python/requirements.txt",
    installed: "target/interop/venv",
    install_with: "cargo xtask interop python",
};

/// The interpreter that has the packages; installs them.
pub(super) fn python() -> Result<PathBuf> {
    PACKAGES.pip_install()?;
    PACKAGES.python("Python")
}

/// The generator's jar, which also holds the libraries that its Java client needs.
pub(super) fn jar(job: &Job<'_>) -> Result<PathBuf> {
    let (python, sh) = (python()?, &job.sh);
    let script = "import openapi_generator_cli as g; print(g.__path__[0])";
    let folder = job.run(cmd!(sh, "{python} -c {script}"))?;
    Ok(Path::new(folder.trim()).join("openapi-generator.jar"))
}

/// Generates a client into `<name>-generated`, again when the document, the options or the lock
/// have changed. Returns that folder.
pub(super) fn generate(job: &Job<'_>, generator: &str, options: &[&str]) -> Result<PathBuf> {
    let java = job.find("java", "openjdk-17-jdk-headless")?;
    let (jar, document, sh) = (jar(job)?, job::document(), &job.sh);
    let folder = format!("{}-generated", job.name);
    let place = job::made(&folder);
    let inputs = [document.clone(), job::sources("python/requirements.txt")];
    job.once(&folder, &inputs, &options.join("\n"), || {
        if place.exists() {
            fs_err::remove_dir_all(&place)?;
        }
        let command = cmd!(sh, "{java} -jar {jar} generate --generator-name {generator}");
        let command = command.arg("--input-spec").arg(&document).arg("--output").arg(&place);
        job.run(command.args(options)).map(drop)
    })?;
    Ok(place)
}
