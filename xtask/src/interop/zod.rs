//! orval, zodios and hey-api: generators for TypeScript whose clients check what they read.

use anyhow::Result;
use xshell::cmd;

use super::edition;
use super::job::{Job, Target};
use super::report::Passed;
use crate::tools::Packages;

pub(super) const TARGET: Target = Target::new("zod", "orval, zodios and hey-api", run);
const PACKAGES: Packages<'_> = Packages {
    lock: "tests/interop/zod/package-lock.json",
    installed: "target/interop/zod",
    install_with: "cargo xtask interop zod",
};

fn run(job: &Job<'_>) -> Result<Passed> {
    let (sh, document, place) = (&job.sh, edition::with_nulls()?, job.copy("zod")?);
    PACKAGES.npm_install()?;
    let script = |name: &str| PACKAGES.npm_script(sh, name);
    for client in ["zod", "fetch"] {
        let output = format!("generated/orval/{client}.ts");
        let orval = script("orval/dist/bin/orval.js")?.arg("--input").arg(&document);
        job.run(orval.args(["--output", &output, "--client", client]))?;
    }
    let zodios = script("openapi-zod-client/bin.js")?.arg(&document);
    job.run(zodios.args(["--output", "generated/zodios.ts"]))?;
    let heyapi = script("@hey-api/openapi-ts/bin/run.js")?.arg("--input").arg(&document);
    job.run(heyapi.args(["--output", "generated/heyapi", "--client", "@hey-api/client-fetch"]))?;
    job.run(script("typescript/bin/tsc")?.arg("--project").arg(place))?;
    job.judge_readers(&job.run(cmd!(sh, "node dist/readers.js"))?)
}
