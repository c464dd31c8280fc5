//! Schemathesis: calls made up from the document, each signed; every answer of the sandbox must
//! be one that the document allows. Tests against the sandbox then stand on the contract.

use anyhow::{Result, ensure};
use xshell::cmd;

use super::generator;
use super::job::{self, Job, Target};
use super::report::Passed;

pub(super) const TARGET: Target =
    Target::new("schemathesis", "The sandbox keeps the document's word", run);
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

fn run(job: &Job<'_>) -> Result<Passed> {
    let (python, sh, document) = (generator::python()?, &job.sh, job::document());
    let hooks = std::env::join_paths([job.copy("schemathesis")?, job.copy("python")?])?;
    sh.set_var("SCHEMATHESIS_HOOKS", "hooks");
    sh.set_var("PYTHONPATH", hooks);
    let url = job.servers.good.url();
    let options = ["--generation-deterministic", "--no-color", "--mode", "positive"];
    let phases = "examples,coverage,fuzzing";
    // The hook signs; made-up credentials would only be refused.
    let unsigned = ["--generation-with-security-parameters", "false"];
    job.run(cmd!(
        sh,
        "{python} -m schemathesis.cli run {document} --url {url} --checks {CHECKS}
         --phases {phases} {options...} {unsigned...}"
    ))?;
    let requests = job.servers.good.requests();
    let good = requests.iter().filter(|request| request.status() == Some(200)).count();
    ensure!(good >= 50, "only {good} of {} calls were answered 200", requests.len());
    Ok(Passed::of(format!("{} calls, {good} good", requests.len())))
}
