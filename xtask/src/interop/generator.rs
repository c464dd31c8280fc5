//! openapi-generator, whose jar comes with the Python packages of tests/interop/python/. All of its
//! clients are generated at once, from the edition for generators: a Java virtual machine per client
//! would cost more than everything else.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use walkdir::WalkDir;
use xshell::cmd;

use super::edition;
use super::job::{self, Job};
use crate::tools::Packages;

/// openapi-generator, the Python client's libraries, and Schemathesis.
pub(super) const PACKAGES: Packages<'_> = Packages {
    lock: "tests/interop/python/requirements.txt",
    installed: "target/interop/venv",
    install_with: "cargo xtask interop python",
};
const CONFIGURATION: &str = "generator.yaml";
/// Sources alone; tests and a page of documentation per type would be written as well.
const PARTS: &str = "globalProperties: { apis: '', models: '', supportingFiles: '', \
     apiTests: 'false', modelTests: 'false', apiDocs: 'false', modelDocs: 'false' }";

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

/// The generated clients, by the names of their configurations.
pub(super) fn names() -> Result<Vec<String>> {
    Ok(configurations()?.into_iter().map(|(name, _)| name).collect())
}

/// What tests/interop/ asks for: `<name>/generator.yaml`, and `generators/<name>.yaml` for those
/// that are generated and not run.
fn configurations() -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(job::sources("")).max_depth(2).sort_by_file_name() {
        let path = entry?.into_path();
        let folder = path.parent().and_then(Path::file_name);
        let is_alone = folder.is_some_and(|name| name == "generators") && path.is_file();
        let is_language = path.file_name().is_some_and(|name| name == CONFIGURATION);
        let name = if is_alone { path.file_stem() } else { folder };
        if let Some(name) = name.filter(|_| is_alone || is_language) {
            found.push((name.to_string_lossy().into_owned(), path.clone()));
        }
    }
    Ok(found)
}

/// The folder of the generated client of that name. Generates all of them when the edition, a
/// configuration or the generator has changed.
pub(super) fn generated(job: &Job<'_>, name: &str) -> Result<PathBuf> {
    let java = job.find("java", "openjdk-17-jdk-headless")?;
    let (jar, document, sh) = (jar(job)?, edition::clients()?, &job.sh);
    let place = job::made("generated");
    let (mut texts, mut files) = (String::new(), Vec::new());
    for (name, path) in configurations()? {
        let (input, output) = (document.display(), place.join(&name));
        let own = fs_err::read_to_string(&path)?;
        let text = format!("{own}{PARTS}\ninputSpec: {input}\noutputDir: {}\n", output.display());
        files.push((job::made("generators").join(&name).with_extension("yaml"), text.clone()));
        texts += &text;
    }
    let inputs = [document.clone(), job::sources("python/requirements.txt")];
    job.once("generated", &inputs, &texts, || {
        if place.exists() {
            fs_err::remove_dir_all(&place)?;
        }
        fs_err::create_dir_all(job::made("generators"))?;
        files.iter().try_for_each(|(path, text)| fs_err::write(path, text))?;
        let paths = files.iter().map(|(path, _)| path);
        job.run(cmd!(sh, "{java} -jar {jar} batch {paths...}"))?;
        let missing = files.iter().filter_map(|(path, _)| path.file_stem());
        let missing: Vec<_> = missing.filter(|name| !place.join(name).is_dir()).collect();
        ensure!(missing.is_empty(), "nothing was generated for {missing:?}");
        Ok(())
    })?;
    let folder = place.join(name);
    ensure!(folder.is_dir(), "tests/interop/{name}/{CONFIGURATION} is missing");
    Ok(folder)
}

/// Copies a generated client, or a part of it, to where its language looks for it.
pub(super) fn copy_generated(job: &Job<'_>, part: &str, into: &str) -> Result<()> {
    let from = generated(job, job.name)?.join(part);
    let into = job.place().join(into);
    if into.exists() {
        fs_err::remove_dir_all(&into)?;
    }
    job::copy_files(&from, &into).with_context(|| format!("the generated {}", job.name))
}
