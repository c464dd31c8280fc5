//! curl and openssl: the README's examples as they stand.

use anyhow::Result;
use xshell::cmd;

use super::job::{Job, Target};
use super::report::{self, Passed};

pub(super) const TARGET: Target = Target::new("shell", "curl and openssl", run);
const EXAMPLES: [&str; 2] = ["first_call.sh", "token_call.sh"];

fn run(job: &Job<'_>) -> Result<Passed> {
    let sh = &job.sh;
    for program in ["curl", "openssl"] {
        job.find(program, program)?;
    }
    for file in EXAMPLES {
        let script = job.example(&format!("sh {file}"), file)?;
        report::judge_first_call(&job.run(cmd!(sh, "sh -eu {script}"))?)?;
    }
    Ok(Passed::of(format!("{} calls", EXAMPLES.len())))
}
