//! C: openapi-generator's client on libcurl.

use anyhow::{Context as _, Result};
use walkdir::WalkDir;
use xshell::cmd;

use super::generator;
use super::job::{Job, Target};
use super::report::Passed;

pub(super) const TARGET: Target = Target::new("c", "openapi-generator's client on libcurl", run);
const PACKAGES: &str = "gcc libc6-dev libcurl4-openssl-dev libssl-dev";

fn run(job: &Job<'_>) -> Result<Passed> {
    let (gcc, sh) = (job.find("gcc", PACKAGES)?, &job.sh);
    job.copy("c")?;
    job.example("c first_call.c", "first_call.c")?;
    let generated = generator::generated(job, "c")?;
    let mut sources = Vec::new();
    for entry in WalkDir::new(&generated).sort_by_file_name() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "c") {
            sources.push(path);
        }
    }
    let options = ["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wno-unused-result"];
    for program in ["scenario", "first_call"] {
        // The generated files have warnings of their own.
        let main = format!("{program}.c");
        job.run(cmd!(sh, "{gcc} {options...} -Werror -isystem {generated} -c {main}"))
            .with_context(|| format!("on Debian run `apt-get install -y {PACKAGES}`"))?;
        let libraries = ["-lcurl", "-lcrypto", "-lpthread"];
        let link = cmd!(sh, "{gcc} -w -I {generated} -o {program} {program}.o");
        job.run(link.args(&sources).args(libraries))?;
    }
    let scenario = job.run(cmd!(sh, "./scenario"))?;
    let first_call = job.run(cmd!(sh, "./first_call"))?;
    job.judge(&scenario, &first_call)
}
