//! PHP: openapi-generator's client on Guzzle.

use anyhow::{Context as _, Result};
use xshell::cmd;

use super::generator;
use super::job::{Job, Target};
use super::report::Passed;

pub(super) const TARGET: Target = Target::new("php", "openapi-generator's client on Guzzle", run);
const PACKAGES: &str = "php-cli php-curl php-mbstring php-guzzlehttp-guzzle";

fn run(job: &Job<'_>) -> Result<Passed> {
    let (php, sh) = (job.find("php", PACKAGES)?, &job.sh);
    let needs = "require 'GuzzleHttp/autoload.php'; curl_init(); mb_strlen('');";
    job.run(cmd!(sh, "{php} -r {needs}"))
        .with_context(|| format!("on Debian run `apt-get install -y {PACKAGES}`"))?;
    job.copy("php")?;
    job.example("php first_call.php", "first_call.php")?;
    generator::copy_generated(job, "lib", "koodrive_client")?;
    let scenario = job.run(cmd!(sh, "{php} scenario.php"))?;
    let first_call = job.run(cmd!(sh, "{php} first_call.php"))?;
    job.judge(&scenario, &first_call)
}
