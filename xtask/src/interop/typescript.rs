//! TypeScript: openapi-typescript and openapi-fetch, on Node.js.

use std::process::Command;

use super::report::{self, Passed};
use super::{Stage, readme};
use crate::tools::{self, NpmFolder};

const NAME: &str = "typescript";
const FOLDER: NpmFolder = NpmFolder {
    manifest: "tests/interop/typescript",
    installed: "target/interop/typescript",
    install_with: "cargo xtask interop typescript",
};

pub(super) fn run(stage: &Stage) -> Result<Passed, String> {
    let workshop = &stage.workshop;
    workshop.begin_log(NAME)?;
    let place = workshop.copy(NAME)?;
    // Both are younger than the lock says, or there is nothing yet.
    if tools::npm_script(&FOLDER, "typescript/bin/tsc").is_err() {
        tools::npm_install(&FOLDER)?;
    }
    let first_call = readme::block("ts first_call.ts")?;
    std::fs::write(place.join("src/first_call.ts"), first_call).map_err(|e| e.to_string())?;

    let mut generate = tools::npm_script(&FOLDER, "openapi-typescript/bin/cli.js")?;
    generate.arg(workshop.document()).arg("--output").arg(place.join("generated/koodrive.d.ts"));
    workshop.run(NAME, &mut generate)?;
    let mut compile = tools::npm_script(&FOLDER, "typescript/bin/tsc")?;
    workshop.run(NAME, compile.arg("--project").arg(&place))?;

    let node = |script: &str| {
        let mut command = Command::new("node");
        command.arg(place.join("dist/src").join(script)).envs(stage.environment());
        command
    };
    let output = workshop.run(NAME, &mut node("scenario.js"))?;
    let first_call = workshop.run(NAME, &mut node("first_call.js"))?;
    report::judge(stage, &output, &first_call)
}
