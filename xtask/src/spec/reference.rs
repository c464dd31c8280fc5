//! reference.html: Redocly's page as one file from which no request leaves.

use std::path::Path;

use anyhow::{Result, bail, ensure};

use crate::spec::source;
use crate::tools;

pub(crate) const FILE: &str = "reference.html";

/// The attribution's logo, which the page would fetch: the word in its place, as an image.
const LOGOS: [&str; 2] =
    ["https://cdn.redoc.ly/redoc/logo-mini-full.svg", "https://cdn.redoc.ly/redoc/logo-mini.svg"];
const LOGO: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='52' \
                    height='14'%3E%3Ctext y='11' font-family='sans-serif' font-size='12'%3ERedocly\
                    %3C/text%3E%3C/svg%3E";

/// What the head begins with.
const FIRST: &str = "<meta charset=\"utf8\" />";

/// What stands before the policy, without spaces.
const BEFORE: &str = "<!DOCTYPEhtml><htmllang=\"en\"><head><metacharset=\"utf8\"/>";

/// The browser refuses whatever a later click might ask for.
pub(crate) const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" \
    content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
    img-src data: blob:; font-src data:; connect-src data: blob:; worker-src blob:; \
    base-uri 'none'; form-action 'none'\">";

pub(crate) fn build(into: &Path) -> Result<()> {
    let (sh, path) = (tools::shell()?, into.join(FILE));
    let command = tools::redocly(&sh, "build-docs")?.args([source::SPEC, "--inlineBundle"]);
    tools::run(command.arg("--output").arg(&path))?;
    let page = self_contained(&fs_err::read_to_string(&path)?)?;
    Ok(fs_err::write(&path, page)?)
}

/// Whether the policy stands before everything that could ask for something.
pub(crate) fn is_closed(page: &str) -> bool {
    let before = page.split_once(POLICY).map(|(before, _)| before.split_whitespace().collect());
    before.is_some_and(|before: String| before == BEFORE)
}

fn self_contained(page: &str) -> Result<String> {
    let replace_once = |page: &str, what: &str, by: &str| match page.matches(what).count() {
        1 => Ok(page.replacen(what, by, 1)),
        count => bail!(
            "{FILE}: `{what}` occurs {count} times, not once: Redocly's page has changed, adapt \
             xtask/src/spec/reference.rs to it"
        ),
    };
    let mut page = replace_once(page, FIRST, &format!("{FIRST}\n  {POLICY}"))?;
    for logo in LOGOS {
        page = replace_once(&page, logo, LOGO)?;
    }
    for (is_so, what) in [
        (page.contains("\"disableTelemetry\":true"), "does not turn telemetry off"),
        (!page.contains("<script src="), "loads a script"),
        (!page.contains("<link "), "loads a style sheet, a font or a script"),
    ] {
        ensure!(is_so, "{FILE} {what}; see what Redocly was told and how it has changed");
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> String {
        let head = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>";
        let body = format!("`{}`:`{}`{{\"disableTelemetry\":true}}", LOGOS[0], LOGOS[1]);
        format!("{head}{FIRST}</head>{body}")
    }

    #[test]
    fn the_logo_is_inside_and_the_policy_first() {
        let page = self_contained(&page()).unwrap();
        assert!(is_closed(&page), "{page}");
        assert!(!is_closed(&page.replacen("<head>", "<head><script>x</script>", 1)));
        assert!(!is_closed(&page.replacen("default-src 'none'", "default-src *", 1)));
        assert!(!page.contains("https://"), "{page}");
        // The addresses stand inside JavaScript template literals, in a script element.
        assert!(!LOGO.contains(['`', '$', '<']), "{LOGO}");
    }

    #[test]
    fn the_policy_allows_no_address() {
        assert!(POLICY.contains("default-src 'none'") && !POLICY.contains("http:"), "{POLICY}");
        assert!(!POLICY.contains(['*', '/']) && !POLICY.contains("'self'"), "{POLICY}");
    }

    #[test]
    fn a_page_that_has_changed_is_refused() {
        for (find, put) in [
            (FIRST, "<meta charset=utf8>"),
            (LOGOS[1], "https://cdn.redoc.ly/redoc/other.svg"),
            (":true", ":false"),
            ("</head>", "<link rel=stylesheet></head>"),
            ("</head>", "</head><script src=x></script>"),
        ] {
            let changed = page().replace(find, put);
            assert!(self_contained(&changed).is_err(), "{changed}");
        }
    }
}
