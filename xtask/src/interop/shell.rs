//! curl and openssl: the README's example as it stands.

use std::process::Command;

use super::report::{self, Passed};
use super::{Stage, readme};
use crate::tools;

const NAME: &str = "shell";

pub(super) fn run(stage: &Stage) -> Result<Passed, String> {
    let workshop = &stage.workshop;
    workshop.begin_log(NAME)?;
    for program in ["curl", "openssl"] {
        tools::find(&[program], &format!("on Debian run `apt-get install -y {program}`"))?;
    }
    let shell = tools::find(&["sh"], "any POSIX shell will do")?;
    let place = workshop.made(NAME);
    std::fs::create_dir_all(&place).map_err(|e| format!("{}: {e}", place.display()))?;
    let mut calls = 0;
    for file in ["first_call.sh", "token_call.sh"] {
        let script = place.join(file);
        std::fs::write(&script, readme::block(&format!("sh {file}"))?)
            .map_err(|e| e.to_string())?;
        let mut command = Command::new(&shell);
        command.arg("-eu").arg(&script).envs(stage.environment());
        report::judge_first_call(&workshop.run(NAME, &mut command)?)?;
        calls += 1;
    }
    Ok(Passed { vectors: None, steps: format!("{calls} calls") })
}
