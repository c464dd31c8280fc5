//! Python: openapi-generator's client on urllib3.

use anyhow::Result;
use xshell::cmd;

use super::generator;
use super::job::{Job, Target};
use super::report::Passed;

pub(super) const TARGET: Target =
    Target::new("python", "openapi-generator's client on urllib3", run);

fn run(job: &Job<'_>) -> Result<Passed> {
    let (python, sh) = (generator::python()?, &job.sh);
    job.copy("python")?;
    job.example("python first_call.py", "first_call.py")?;
    sh.set_var("PYTHONPATH", generator::generated(job, "python")?);
    let scenario = job.run(cmd!(sh, "{python} scenario.py"))?;
    let first_call = job.run(cmd!(sh, "{python} first_call.py"))?;
    job.judge(&scenario, &first_call)
}
