//! The examples of openapi/README.md, taken out to be run: an example that is not run is a guess.

use anyhow::{Context as _, Result};

use crate::workspace;

/// The code block whose info string is `info`, such as `python first_call.py`.
pub(super) fn block(info: &str) -> Result<String> {
    let text = fs_err::read_to_string(workspace::root().join("openapi/README.md"))?;
    find(&text, info).with_context(|| format!("openapi/README.md has no code block ```{info}"))
}

fn find(text: &str, info: &str) -> Option<String> {
    let opening = format!("```{info}");
    let mut lines = text.lines().skip_while(|line| *line != opening).skip(1);
    let mut block = String::new();
    loop {
        match lines.next()? {
            "```" => return Some(block),
            line => block.extend([line, "\n"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_found_by_its_whole_info_string_and_must_end() {
        let text = "a\n```sh x.sh\none\n\ntwo\n```\n```sh\nthree\n```\n```py\nfour";
        assert_eq!(find(text, "sh x.sh").as_deref(), Some("one\n\ntwo\n"));
        assert_eq!(find(text, "sh").as_deref(), Some("three\n"));
        assert_eq!(find(text, "py"), None);
        assert_eq!(find(text, "x"), None);
    }
}
