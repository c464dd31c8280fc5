//! Go: openapi-generator's client on net/http.

use anyhow::Result;
use xshell::cmd;

use super::generator;
use super::job::{self, Job, Target};
use super::report::Passed;

pub(super) const TARGET: Target = Target::new("go", "openapi-generator's client on net/http", run);

fn run(job: &Job<'_>) -> Result<Passed> {
    let (go, sh) = (job.find("go", "golang-go")?, &job.sh);
    job.copy("go")?;
    job.example("go first_call.go", "first_call.go")?;
    generator::copy_generated(job, "", "koodrive")?;
    // Everything stays under target/, and nothing is downloaded.
    sh.set_var("GOCACHE", job::made("go-cache"));
    sh.set_var("GOFLAGS", "-mod=mod");
    sh.set_var("GOPROXY", "off");
    let programs = [
        ["scenario.go", "signer.go", "client.go", "vectors.go"].as_slice(),
        &["first_call.go", "signer.go"],
    ];
    for files in programs {
        job.run(cmd!(sh, "{go} vet {files...}"))?;
    }
    let scenario = job.run(cmd!(sh, "{go} run").args(programs[0]))?;
    let first_call = job.run(cmd!(sh, "{go} run").args(programs[1]))?;
    job.judge(&scenario, &first_call)
}
