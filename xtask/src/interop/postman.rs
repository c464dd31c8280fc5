//! The Postman collection, run by newman: every page, by signature and by token.

use anyhow::{Result, ensure};

use super::job::{Job, Target};
use super::report::Passed;
use crate::tools::Packages;
use crate::workspace;

pub(super) const TARGET: Target = Target::new("postman", "The collection, run by newman", run);
const PACKAGES: Packages<'_> = Packages {
    lock: "tests/interop/postman/package-lock.json",
    installed: "target/interop/postman",
    install_with: "cargo xtask interop postman",
};
const COLLECTION: &str = "openapi/postman/koodrive.postman_collection.json";

fn run(job: &Job<'_>) -> Result<Passed> {
    PACKAGES.npm_install()?;
    let (good, collection) = (&job.servers.good, workspace::root().join(COLLECTION));
    let (app_id, app_secret) = (good.app_id().to_owned(), good.app_secret().to_owned());
    let app = [("appId", app_id), ("appSecret", app_secret)];
    let token = [("token", good.token())];
    for (scheme, credentials) in [("HMAC-SHA256 ", app.as_slice()), ("Bearer+", &token)] {
        good.clear_requests();
        let server = [("endpoint", good.url()), ("userId", good.user_id().to_owned())];
        let newman = PACKAGES.npm_script(&job.sh, "newman/bin/newman.js")?;
        let mut newman = newman.arg("run").arg(&collection).args(["--color", "off"]);
        for (name, value) in server.iter().chain(credentials) {
            newman = newman.arg("--env-var").arg(format!("{name}={value}"));
        }
        job.run(newman)?;
        let requests = good.requests();
        let is_sent = |value: Option<&str>| value.is_some_and(|value| value.starts_with(scheme));
        let sent = requests.iter().filter(|request| is_sent(request.header("authorization")));
        let pages: Vec<_> = sent.filter_map(|request| request.page()).collect();
        ensure!(pages == [1, 2, 3], "the sandbox gave pages {pages:?} for {scheme}…");
    }
    Ok(Passed::of("2 listings".to_owned()))
}
