//! What must not be shown, and how it is taken out of texts. No other place knows it.

use std::ops::Range;

use memchr::memmem;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::error::printable::start_of;

/// Bytes of a body that are searched.
const LOOKED_AT: usize = 64 * 1024;

/// Shorter texts are left: they would blank out half of a message and reveal nothing.
const MIN_LENGTH: usize = 6;

/// What an operation's requests and answers carry that must not be shown, by its names.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sensitive {
    /// Query parameters.
    pub(crate) parameters: &'static [&'static str],
    /// Members of an answer.
    pub(crate) members: &'static [&'static str],
}

/// Hides what one attempt sent, and what its answer has under sensitive names.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    secrets: Vec<SecretString>,
    members: &'static [&'static str],
}

impl Redactor {
    pub(crate) fn new(sensitive: Sensitive, url: &Url) -> Self {
        let mut redactor = Self { secrets: Vec::new(), members: sensitive.members };
        if url.query().is_some() {
            for (name, value) in url.query_pairs() {
                if sensitive.parameters.contains(&&*name) {
                    redactor.add(value);
                }
            }
        }
        redactor
    }

    pub(crate) fn add(&mut self, text: impl Into<String>) {
        let text = text.into();
        if text.len() >= MIN_LENGTH {
            self.secrets.push(SecretString::from(text));
        }
    }

    /// One that also hides, wherever it is repeated, what `body` has under sensitive names.
    pub(crate) fn knowing(&self, body: &[u8]) -> Self {
        let mut redactor = self.clone();
        let body = &body[..body.len().min(LOOKED_AT)];
        for value in self.members.iter().flat_map(|name| values(body, name)) {
            let value = String::from_utf8_lossy(&body[value]);
            let content = serde_json::from_str(&value);
            redactor.add(content.unwrap_or_else(|_| value.trim_matches('"').to_owned()));
        }
        redactor
    }

    /// The text without what must not be shown, however that is spelled in it.
    pub(crate) fn clean(&self, text: &str) -> String {
        let text = self.members.iter().fold(text.to_owned(), |text, name| without(&text, name));
        self.secrets.iter().fold(text, |text, secret| hidden(&text, secret.expose_secret()))
    }

    /// The first `length` characters of a body. Cleaned before it is cut: half a secret is one too.
    pub(crate) fn start_of(&self, body: &[u8], length: usize) -> String {
        let text = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]);
        let mut shown = start_of(&self.clean(&text), length);
        if shown.ends_with('…') {
            shown.pop();
        }
        shown
    }
}

/// The text without the values of the members called `name`; a value that has no end goes whole.
fn without(text: &str, name: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut kept = 0;
    // Each begins and ends beside ASCII.
    for value in values(text.as_bytes(), name) {
        shown.push_str(&text[kept..value.start]);
        shown.push_str("[hidden]");
        kept = value.end;
    }
    shown.push_str(&text[kept..]);
    shown
}

/// Where the values of the members called `name` stand, as they are spelled.
fn values(text: &[u8], name: &str) -> Vec<Range<usize>> {
    let name = format!("\"{name}\"");
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(next) = memmem::find(&text[at..], name.as_bytes()) {
        let after = &text[at + next + name.len()..];
        let gap = after.iter().take_while(|b| b.is_ascii_whitespace() || **b == b':').count();
        let start = text.len() - after.len() + gap;
        at = start + value_length(&text[start..]);
        found.push(start..at);
    }
    found
}

fn value_length(value: &[u8]) -> usize {
    if value.first() != Some(&b'"') {
        let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']');
        return value.iter().position(is_end).unwrap_or(value.len());
    }
    let mut escaped = false;
    for (at, byte) in value.iter().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    value.len()
}

/// The text with `secret` hidden, in its plain form and with any of its characters escaped as JSON,
/// URLs or HTML escape them.
fn hidden(text: &str, secret: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(length) = spelled_at(rest, secret) {
            shown.push_str("[hidden]");
            rest = &rest[length..];
        } else {
            shown.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    shown
}

/// The length of `secret` as it is spelled at the start of `text`, if it is.
fn spelled_at(text: &str, secret: &str) -> Option<usize> {
    let mut at = 0;
    for expected in secret.chars() {
        at += char_at(&text[at..], expected)?;
    }
    Some(at)
}

/// The length of `expected` as it is spelled at the start of `text`, if it is.
fn char_at(text: &str, expected: char) -> Option<usize> {
    let first = text.chars().next()?;
    let escape = match first {
        '\\' => json_escape(text),
        '%' => text.get(1..3).and_then(|digits| number(digits, 16)).map(|(c, n)| (c, 1 + n)),
        '&' => html_entity(text),
        _ => None,
    };
    match escape {
        Some((found, length)) if found.eq_ignore_ascii_case(&expected) => Some(length),
        _ => first.eq_ignore_ascii_case(&expected).then(|| first.len_utf8()),
    }
}

fn json_escape(text: &str) -> Option<(char, usize)> {
    match text[1..].chars().next()? {
        // More than one backslash: JSON inside of a JSON text.
        '\\' => {
            let backslashes = text.len() - text.trim_start_matches('\\').len();
            let (found, length) = json_escape(&text[backslashes - 1..])?;
            Some((found, backslashes - 1 + length))
        }
        'u' => number(text.get(2..6)?, 16).map(|(c, length)| (c, 2 + length)),
        c => Some((c, 1 + c.len_utf8())),
    }
}

fn html_entity(text: &str) -> Option<(char, usize)> {
    let end = text.get(..10.min(text.len()))?.find(';')?;
    let found = match &text[1..end] {
        "amp" => '&',
        "quot" => '"',
        "lt" => '<',
        "gt" => '>',
        name => match (name.strip_prefix("#x").or(name.strip_prefix("#X")), name.strip_prefix('#'))
        {
            (Some(hex), _) => number(hex, 16)?.0,
            (None, Some(decimal)) => number(decimal, 10)?.0,
            (None, None) => return None,
        },
    };
    Some((found, end + 1))
}

fn number(digits: &str, radix: u32) -> Option<(char, usize)> {
    let code = u32::from_str_radix(digits, radix).ok()?;
    Some((char::from_u32(code)?, digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secret: &str) -> Redactor {
        let mut redactor = Redactor { members: &["nextCursor"], ..Redactor::default() };
        redactor.add(secret);
        redactor
    }

    #[test]
    fn an_escape_spells_one_character() {
        for text in ["%61", "\\u0061", "a", "A"] {
            assert_eq!(char_at(text, 'a'), Some(text.len()), "{text}");
            assert_eq!(char_at(text, 'b'), None, "{text}");
        }
    }

    #[test]
    fn a_secret_is_hidden_in_every_spelling() {
        let redactor = redactor("ab/c+d=\"&x");
        for spelled in [
            r#"ab/c+d="&x"#,
            r#"ab\/c+d=\"&x"#,
            r#"ab\u002fc\u002Bd=\"\u0026x"#,
            r#"ab\\/c+d=\\\"&x"#,
            "ab%2Fc%2bd%3D%22%26x",
            "AB%2fC+D=&quot;&amp;x",
            "ab&#47;c&#x2B;d=&#34;&#38;x",
            r#"%61b/c+d="&x"#,
        ] {
            let shown = redactor.clean(&format!("<<{spelled}>>"));
            assert_eq!(shown, "<<[hidden]>>", "{spelled}");
        }
        for other in ["ab/c+d", "", "%", "\\", "&", "ab\\u00", "ab%2", "äb/c"] {
            assert_eq!(redactor.clean(other), other);
        }
    }

    #[test]
    fn sensitive_members_are_hidden_wherever_they_stand() {
        let redactor = redactor("------");
        for (body, expected) in [
            (r#"{"nextCursor":"hush","a":1}"#, r#"{"nextCursor":[hidden],"a":1}"#),
            (r#"{"nextCursor" : "hu\"sh"}"#, r#"{"nextCursor" : [hidden]}"#),
            (
                r#"[{"nextCursor":7},{"nextCursor":"hush"#,
                r#"[{"nextCursor":[hidden]},{"nextCursor":[hidden]"#,
            ),
            (r#"{"nextCursor"#, r#"{"nextCursor"#),
        ] {
            assert_eq!(redactor.clean(body), expected);
        }
    }

    #[test]
    fn what_a_sensitive_member_holds_is_hidden_wherever_the_body_repeats_it() {
        let redactor = Redactor { secrets: Vec::new(), members: &["nextCursor"] };
        for body in [
            r#"{"nextCursor":"hush/hush","a":"x hush/hush"}"#,
            r#"{"a":["hush\/hush"],"nextCursor" : "hush\u002fhush"}"#,
            r#"{"a":"hush%2Fhush","nextCursor":"hush/hush"#,
        ] {
            let shown = redactor.knowing(body.as_bytes()).start_of(body.as_bytes(), 200);
            assert!(!shown.contains("hush"), "{shown}");
        }
        let number = r#"{"nextCursor":1234567,"a":"1234567 left 7"}"#;
        let shown = redactor.knowing(number.as_bytes()).clean(number);
        assert!(!shown.contains("1234567") && shown.contains("left 7"), "{shown}");
    }

    #[test]
    fn the_start_of_a_body_is_cleaned_before_it_is_cut() {
        let redactor = redactor("hush-hush-hush");
        let body = format!("{}hush-hush-hush{}", "x".repeat(195), "y".repeat(300));
        let shown = redactor.start_of(body.as_bytes(), 200);
        assert!(!shown.contains("hush") && shown.ends_with("[hidd"), "{shown}");
    }

    #[test]
    fn the_named_parameters_of_a_request_are_secrets() {
        let sensitive = Sensitive { parameters: &["cursor"], members: &[] };
        let url = "https://example.com/?pageSize=1000000&cursor=eyJv%2FIjo".parse().unwrap();
        let redactor = Redactor::new(sensitive, &url);
        assert_eq!(redactor.clean("eyJv/Ijo eyJv%2FIjo 1000000"), "[hidden] [hidden] 1000000");
    }
}
