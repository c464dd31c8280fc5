//! Opens the HTML reference in headless Chromium. Its Content-Security-Policy lets nothing leave it,
//! so what is checked here is that the policy stands before everything else and that the page still
//! shows all that the document says.

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::Value;
use xshell::cmd;

use crate::spec::source::Source;
use crate::spec::{reference, shown};
use crate::tools;

pub(crate) fn check(spec: &Source, html: &Path) -> Result<()> {
    let page = fs_err::read_to_string(html)?;
    ensure!(reference::is_closed(&page), "{} has no policy in front", reference::FILE);
    let profile = tempfile::tempdir()?;
    let mut seen = String::new();
    for fragment in fragments(spec.value()) {
        seen.push_str(&shown::text_of(&open(html, &fragment, profile.path())?));
    }
    let missing = shown::missing(spec.value(), &seen);
    ensure!(missing.is_empty(), "{} does not show {}", reference::FILE, missing.join(", "));
    Ok(())
}

/// Where the page shows each operation.
fn fragments(document: &Value) -> Vec<String> {
    shown::operations(document)
        .map(|(_, _, operation)| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
            format!("#/{}/{}", text(&operation["tags"][0]), text(&operation["operationId"]))
        })
        .collect()
}

/// Opens the file, lets it run for a while, and returns the elements that it then has.
fn open(file: &Path, fragment: &str, profile: &Path) -> Result<String> {
    let (sh, chromium) = (tools::shell()?, tools::chromium()?);
    let path = file.display().to_string();
    let url = path.replace('%', "%25").replace('#', "%23").replace(' ', "%20");
    let url = format!("file://{url}{fragment}");
    let options = [
        "--headless=new",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        // Nothing that Chromium itself looks for, and no proxy of this machine.
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--no-proxy-server",
        // It refuses to run as root otherwise, as in many containers; the page is our own.
        "--no-sandbox",
        // Tall, because the page renders what is in sight.
        "--window-size=1500,20000",
        "--virtual-time-budget=20000",
        "--timeout=120000",
        "--dump-dom",
    ];
    let dom = tools::run(cmd!(sh, "{chromium} {options...} --user-data-dir={profile} {url}"))?;
    ensure!(dom.contains("</html>"), "{} opened nothing", chromium.display());
    Ok(dom)
}
