//! openapi-python-client and datamodel-code-generator: Python clients that check what they read.

use anyhow::Result;
use xshell::cmd;

use super::edition;
use super::job::{Job, Target};
use super::report::Passed;
use crate::tools::Packages;

pub(super) const TARGET: Target =
    Target::new("pydantic", "openapi-python-client and datamodel-code-generator", run);
const PACKAGES: Packages<'_> = Packages {
    lock: "tests/interop/pydantic/requirements.txt",
    installed: "target/interop/pydantic-venv",
    install_with: "cargo xtask interop pydantic",
};

fn run(job: &Job<'_>) -> Result<Passed> {
    let (sh, document) = (&job.sh, edition::with_nulls()?);
    PACKAGES.pip_install()?;
    let python = PACKAGES.python("openapi-python-client")?;
    job.copy("pydantic")?;
    // It calls ruff by its name.
    let programs = python.parent().map(std::path::Path::to_path_buf);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(programs.into_iter().chain(std::env::split_paths(&path)))?;
    sh.set_var("PATH", path);
    let options = ["--meta", "none", "--overwrite", "--output-path", "python_client"];
    job.run(cmd!(sh, "{python} -m openapi_python_client generate --path {document} {options...}"))?;
    let options = [
        "--input-file-type=openapi",
        "--output-model-type=pydantic_v2.BaseModel",
        // Or `page.code == 0` is False.
        "--collapse-root-models",
        "--target-python-version=3.11",
        "--output=models.py",
    ];
    job.run(cmd!(sh, "{python} -m datamodel_code_generator --input {document} {options...}"))?;
    job.judge_readers(&job.run(cmd!(sh, "{python} readers.py"))?)
}
