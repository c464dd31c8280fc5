//! Ruby: openapi-generator's client on Typhoeus.

use anyhow::{Context as _, Result};
use xshell::cmd;

use super::generator;
use super::job::{Job, Target};
use super::report::Passed;

pub(super) const TARGET: Target =
    Target::new("ruby", "openapi-generator's client on Typhoeus", run);

fn run(job: &Job<'_>) -> Result<Passed> {
    let (ruby, sh) = (job.find("ruby", "ruby ruby-typhoeus")?, &job.sh);
    job.run(cmd!(sh, "{ruby} -rtyphoeus -e true"))
        .context("Typhoeus is not installed; on Debian run `apt-get install -y ruby-typhoeus`")?;
    job.copy("ruby")?;
    job.example("ruby first_call.rb", "first_call.rb")?;
    sh.set_var("RUBYLIB", generator::generated(job, "ruby")?.join("lib"));
    let scenario = job.run(cmd!(sh, "{ruby} scenario.rb"))?;
    let first_call = job.run(cmd!(sh, "{ruby} first_call.rb"))?;
    job.judge(&scenario, &first_call)
}
