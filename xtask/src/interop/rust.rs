//! Rust: openapi-generator's client on reqwest, for those who do not take koodrive-ext.

use anyhow::Result;
use xshell::cmd;

use super::generator;
use super::job::{self, Job, Target};
use super::report::Passed;

pub(super) const TARGET: Target = Target::new("rust", "openapi-generator's client on reqwest", run);

fn run(job: &Job<'_>) -> Result<Passed> {
    let (cargo, sh) = (job.find("cargo", "cargo")?, &job.sh);
    job.copy("rust")?;
    job.example("rust first_call.rs", "src/first_call.rs")?;
    generator::copy_generated(job, "", "koodrive_client")?;
    sh.set_var("CARGO_TARGET_DIR", job::made("rust-target"));
    let run = |program: &str| job.run(cmd!(sh, "{cargo} run --quiet --bin {program}"));
    let scenario = run("scenario")?;
    let first_call = run("first_call")?;
    job.judge(&scenario, &first_call)
}
