//! TypeScript: openapi-typescript and openapi-fetch, on Node.js.

use anyhow::Result;
use xshell::cmd;

use super::edition;
use super::job::{Job, Target};
use super::report::Passed;
use crate::tools::Packages;

pub(super) const TARGET: Target =
    Target::new("typescript", "openapi-typescript and openapi-fetch", run);
const PACKAGES: Packages<'_> = Packages {
    lock: "tests/interop/typescript/package-lock.json",
    installed: "target/interop/typescript",
    install_with: "cargo xtask interop typescript",
};

fn run(job: &Job<'_>) -> Result<Passed> {
    let (sh, document, place) = (&job.sh, edition::clients()?, job.copy("typescript")?);
    PACKAGES.npm_install()?;
    job.example("ts first_call.ts", "src/first_call.ts")?;
    let script = |name: &str| PACKAGES.npm_script(sh, name);
    let generate = script("openapi-typescript/bin/cli.js")?.arg(document);
    job.run(generate.arg("--output").arg("generated/koodrive.d.ts"))?;
    job.run(script("typescript/bin/tsc")?.arg("--project").arg(place))?;
    let scenario = job.run(cmd!(sh, "node dist/src/scenario.js"))?;
    let first_call = job.run(cmd!(sh, "node dist/src/first_call.js"))?;
    job.judge(&scenario, &first_call)
}
