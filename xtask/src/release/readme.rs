//! Links in a Markdown text that a package carries.

/// Those that lead to a file which the package does not have.
pub(super) fn leaving<'a>(text: &'a str, files: &[&str]) -> Vec<&'a str> {
    let is_inside = |link: &str| {
        let path = link.split(['#', '?']).next().unwrap_or_default();
        let path = path.trim_start_matches("./").trim_end_matches('/');
        path.is_empty() || files.contains(&path)
    };
    links(text).into_iter().filter(|link| !is_absolute(link) && !is_inside(link)).collect()
}

fn is_absolute(link: &str) -> bool {
    link.contains("://") || link.starts_with("mailto:")
}

/// The targets of `[text](target)` and of `[label]: target`, outside of code.
fn links(text: &str) -> Vec<&str> {
    let (mut found, mut fence) = (Vec::new(), false);
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fence = !fence;
        } else if !fence {
            // Every second part stands between backticks.
            let parts = line.split('`').step_by(2);
            found.extend(parts.flat_map(in_text));
        }
    }
    found
}

fn in_text(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .match_indices("](")
        .filter_map(|(at, _)| text[at + 2..].split([')', ' ']).next())
        .collect();
    if text.starts_with('[')
        && let Some((_, rest)) = text.split_once("]: ")
    {
        found.extend(rest.split_whitespace().next());
    }
    found.into_iter().map(|link| link.trim_matches(['<', '>'])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 2] = ["TELEMETRY.md", "examples/quickstart.rs"];

    #[test]
    fn a_link_to_a_file_that_the_package_lacks_is_found() {
        let text =
            "See [a](../ARCHITECTURE.md), [`b`](docs/x.md#y \"title\") and [c].\n\n[c]: ./no.md\n";
        assert_eq!(leaving(text, &FILES), ["../ARCHITECTURE.md", "docs/x.md#y", "./no.md"]);
    }

    #[test]
    fn addresses_headings_files_of_the_package_and_code_are_not() {
        for text in [
            "[a](https://example.com/x.md) <https://example.com> [m](mailto:a@example.com)",
            "[a](#features) [b](TELEMETRY.md#spans) [c](./examples/quickstart.rs)",
            "`[a](../x.md)`",
            "```md\n[a](../x.md)\n```",
            "[t]: https://example.com",
        ] {
            assert_eq!(leaving(text, &FILES), [""; 0], "{text}");
        }
    }
}
