//! reference.html: Redocly's page as one file from which no request leaves.

use std::path::Path;

use crate::spec::{REDOCLY_CONFIG, source};
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

/// The browser refuses whatever a later click might ask for.
pub(crate) const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" \
    content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
    img-src data: blob:; font-src data:; connect-src data: blob:; worker-src blob:; \
    base-uri 'none'; form-action 'none'\">";

pub(crate) fn build(into: &Path) -> Result<(), String> {
    let path = into.join(FILE);
    let mut command = tools::redocly()?;
    command.args(["build-docs", source::SPEC, "--inlineBundle", "--config", REDOCLY_CONFIG]);
    tools::succeed(command.arg("--output").arg(&path))?;
    let page = self_contained(&source::read(&path)?)?;
    std::fs::write(&path, page).map_err(|e| format!("{}: {e}", path.display()))
}

fn self_contained(page: &str) -> Result<String, String> {
    let replace_once = |page: &str, what: &str, by: &str| match page.matches(what).count() {
        1 => Ok(page.replacen(what, by, 1)),
        count => Err(format!(
            "{FILE}: `{what}` occurs {count} times, not once: Redocly's page has changed, adapt \
             xtask/src/spec/page.rs to it"
        )),
    };
    let mut page = replace_once(page, FIRST, &format!("{FIRST}\n  {POLICY}"))?;
    for logo in LOGOS {
        page = replace_once(&page, logo, LOGO)?;
    }
    for (wanted, what) in [
        (page.contains("\"disableTelemetry\":true"), "does not turn telemetry off"),
        (!page.contains("<script src="), "loads a script"),
        (!page.contains("<link "), "loads a style sheet, a font or a script"),
    ] {
        if !wanted {
            return Err(format!("{FILE} {what}; see what Redocly was told and how it has changed"));
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> String {
        format!("{FIRST}</head>`{}`:`{}`{{\"disableTelemetry\":true}}", LOGOS[0], LOGOS[1])
    }

    #[test]
    fn the_logo_is_inside_and_the_policy_first() {
        let page = self_contained(&page()).unwrap();
        assert!(page.starts_with(&format!("{FIRST}\n  {POLICY}")));
        assert!(!page.contains("https://"), "{page}");
        // The addresses stand inside JavaScript template literals, in a script element.
        assert!(!LOGO.contains(['`', '$', '<']), "{LOGO}");
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
