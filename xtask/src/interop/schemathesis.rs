//! Schemathesis: calls made up from the document, each signed; every answer of the sandbox must
//! be one that the document allows. Tests against the sandbox then stand on the contract.

use super::report::Passed;
use super::{Stage, python};

const NAME: &str = "schemathesis";
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

pub(super) fn run(stage: &Stage) -> Result<Passed, String> {
    let workshop = &stage.workshop;
    workshop.begin_log(NAME)?;
    python::install(workshop, NAME)?;
    let place = workshop.copy(NAME)?;
    let signer = workshop.copy("python")?;
    let mut command = python::interpreter(workshop);
    command.args(["-m", "schemathesis.cli", "run"]).arg(workshop.document());
    command.args(["--url", &stage.sandbox.url(), "--checks", CHECKS, "--mode", "positive"]);
    // The hook signs; made-up credentials would only be refused.
    command.args(["--generation-with-security-parameters", "false"]);
    command.args(["--generation-deterministic"]);
    command.args(["--phases", "examples,coverage,fuzzing", "--no-color"]);
    command.current_dir(&place).envs(stage.environment());
    command.env("SCHEMATHESIS_HOOKS", "hooks").env("PYTHONPATH", joined([&place, &signer])?);
    workshop.run(NAME, &mut command)?;

    let requests = stage.sandbox.requests();
    let good = requests.iter().filter(|request| request.status() == Some(200)).count();
    if good < 50 {
        return Err(format!("only {good} of {} calls were answered 200", requests.len()));
    }
    Ok(Passed { vectors: None, steps: format!("{} calls, {good} good", requests.len()) })
}

fn joined(parts: [&std::path::Path; 2]) -> Result<std::ffi::OsString, String> {
    std::env::join_paths(parts).map_err(|e| e.to_string())
}
