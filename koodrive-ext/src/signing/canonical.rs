//! The canonical request: the one spelling of a request that both sides sign.
//!
//! Source: "App ID authentication" of the KooDrive API reference, whose form is that of Huawei's
//! SDK-HMAC-SHA256. Where that text is silent the choices are those of
//! `openapi/vectors/signing.json`.

use std::borrow::Cow;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sha2::{Digest as _, Sha256};
use url::{Position, Url};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Path with every segment encoded once, and a `/` at its end.
///
/// Segments are split before they are decoded, so an encoded slash stays data. `Url` has already
/// removed dot segments. The appended slash is signed, not sent.
pub fn canonical_uri(url: &Url) -> String {
    let mut uri = String::with_capacity(url.path().len() + 1);
    put_uri(&mut uri, url.path());
    uri
}

/// Query with names and values decoded once (`+` is a space), sorted, and encoded once.
///
/// Order is by the decoded name, then by the decoded value, byte by byte (which for UTF-8 is by
/// code point). `=` is always written; empty pieces between `&` are dropped; a malformed escape
/// is taken literally. Without a query, the empty string.
pub fn canonical_query(url: &Url) -> String {
    canonical(url.query().unwrap_or_default()).into_owned()
}

/// [`canonical_query`] as it stands, if it is seen to be canonical there.
pub(crate) fn canonical(query: &str) -> Cow<'_, str> {
    if is_canonical(query) { Cow::Borrowed(query) } else { Cow::Owned(spelled_anew(query)) }
}

fn spelled_anew(query: &str) -> String {
    let pieces = query.split('&').filter(|piece| !piece.is_empty());
    let mut pairs: Vec<_> = pieces
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode_form(name), decode_form(value))
        })
        .collect();
    pairs.sort();
    let mut canonical = String::with_capacity(query.len());
    for (name, value) in &pairs {
        if !canonical.is_empty() {
            canonical.push('&');
        }
        put_encoded(&mut canonical, name);
        canonical.push('=');
        put_encoded(&mut canonical, value);
    }
    canonical
}

/// Whether `query` is seen to be canonical as it stands, as those of a generated client are: every
/// name once, in order and without escapes, and values in their only spelling. (`false` proves
/// nothing.)
fn is_canonical(query: &str) -> bool {
    let mut before = "";
    query.is_empty()
        || query.split('&').all(|piece| {
            let Some((name, value)) = piece.split_once('=') else { return false };
            let is_in_order = before < name && name.bytes().all(is_unreserved);
            before = name;
            is_in_order && is_spelled(value.as_bytes())
        })
}

/// Whether a value is percent-encoded as [`put_encoded`] would.
fn is_spelled(mut rest: &[u8]) -> bool {
    loop {
        let plain = rest.iter().take_while(|byte| is_unreserved(**byte)).count();
        rest = match rest[plain..] {
            [] => return true,
            [b'%', high @ (b'0'..=b'9' | b'A'..=b'F'), low @ (b'0'..=b'9' | b'A'..=b'F'), ..]
                if !is_unreserved(nibble(high) << 4 | nibble(low)) =>
            {
                &rest[plain + 3..]
            }
            _ => return false,
        };
    }
}

fn nibble(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { digit - b'A' + 10 }
}

/// `Host` as it goes over the wire: lower case, without the scheme's default port, without
/// userinfo. `None` for a URL without a host.
pub fn canonical_host(url: &Url) -> Option<String> {
    host(url).map(Cow::into_owned)
}

/// [`canonical_host`] as it stands in the URL, if it is in lower case there.
pub(crate) fn host(url: &Url) -> Option<Cow<'_, str>> {
    url.host_str()?;
    // A `Url` never holds its scheme's default port.
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let is_lower = !host.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if is_lower { Cow::Borrowed(host) } else { Cow::Owned(host.to_ascii_lowercase()) })
}

/// Lower-case hex of the SHA-256 of the exact body; an absent body hashes like an empty one.
pub fn body_sha256(body: &[u8]) -> String {
    if body.is_empty() {
        return EMPTY_SHA256.to_owned();
    }
    Hex::of(Sha256::digest(body).into()).as_str().to_owned()
}

/// [`body_sha256`] of no body.
pub(crate) const EMPTY_SHA256: &str =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The parts of a canonical request; `query` is canonical, `headers` are in order with their names
/// in lower case.
pub(crate) struct Parts<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body_sha256: &'a str,
}

impl Parts<'_> {
    pub(crate) fn canonical_request(&self) -> String {
        // In one piece: a hash takes many small ones twice as slowly.
        let mut text = String::with_capacity(400 + self.path.len() + self.query.len());
        text.push_str(self.method.as_str());
        text.push('\n');
        put_uri(&mut text, self.path);
        text.push('\n');
        text.push_str(self.query);
        text.push('\n');
        for (name, value) in self.headers {
            text.push_str(name);
            text.push(':');
            text.push_str(value.trim_matches([' ', '\t']));
            text.push('\n');
        }
        text.push('\n');
        self.put_signed_names(&mut text);
        text.push('\n');
        text.push_str(self.body_sha256);
        text
    }

    /// Names joined by `;`.
    pub(crate) fn put_signed_names(&self, text: &mut String) {
        for (i, (name, _)) in self.headers.iter().enumerate() {
            if i > 0 {
                text.push(';');
            }
            text.push_str(name);
        }
    }
}

/// A hash in lower-case hex.
#[derive(Clone)]
pub(crate) struct Hex([u8; 64]);

impl Hex {
    pub(crate) fn of(hash: [u8; 32]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(hash) {
            pair.copy_from_slice(&[byte >> 4, byte & 15].map(|nibble| DIGITS[usize::from(nibble)]));
        }
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn put_uri(text: &mut String, path: &str) {
    if path.bytes().all(|b| is_unreserved(b) || b == b'/') {
        text.push_str(path);
    } else {
        for (i, segment) in path.split('/').enumerate() {
            if i > 0 {
                text.push('/');
            }
            put_encoded(text, &Cow::from(percent_decode(segment.as_bytes())));
        }
    }
    if !path.ends_with('/') {
        text.push('/');
    }
}

fn put_encoded(text: &mut String, bytes: &[u8]) {
    text.extend(percent_encode(bytes, RESERVED));
}

/// By table: a cursor has hundreds of bytes, and each is looked at.
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    table
};

fn is_unreserved(byte: u8) -> bool {
    UNRESERVED[usize::from(byte)]
}

fn decode_form(text: &str) -> Cow<'_, [u8]> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text.as_bytes());
    }
    let spaced: Vec<u8> = text.bytes().map(|b| if b == b'+' { b' ' } else { b }).collect();
    Cow::Owned(percent_decode(&spaced).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_query_that_is_seen_to_be_canonical_is_spelled_anew_as_it_stands(
            query in "([ab.~]{0,2}(=?)(%2[0-9A-Fa]|%[47]1|%7E|[+*~a/])?&?){0,4}"
        ) {
            if is_canonical(&query) {
                prop_assert_eq!(spelled_anew(&query), query);
            }
        }
    }

    #[test]
    fn a_host_is_in_lower_case_whatever_the_scheme() {
        for (url, expected) in [
            ("https://EXAMPLE.com:443/x", "example.com"),
            ("https://example.com:8443", "example.com:8443"),
            ("koo://EXAMPLE.com:443", "example.com:443"),
        ] {
            assert_eq!(canonical_host(&url.parse().unwrap()).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_the_generated_client_writes_is_seen_to_be_canonical() {
        let url = Url::parse_with_params(
            "https://example.com",
            [
                ("cursor", "eyJv+/8="),
                ("deviceId", "18428"),
                ("moduleCode", "101"),
                ("pageSize", "20"),
            ],
        );
        assert!(is_canonical(url.unwrap().query().unwrap()));
        for other in
            ["a", "a=1&a=2", "b=1&a=2", "a=1&", "%61=1", "a=%2f", "a=%41", "a=+", "a=b=c", "a=%4"]
        {
            assert!(!is_canonical(other), "{other}");
        }
    }

    #[test]
    fn an_escape_is_the_only_spelling_of_a_byte_that_needs_one_and_of_no_other() {
        for byte in 0..=127_u8 {
            let is_plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
            assert_eq!(is_canonical(&format!("a=%{byte:02X}")), !is_plain, "{byte}");
        }
    }

    #[test]
    fn the_hash_of_no_body_is_the_known_one() {
        assert_eq!(body_sha256(b""), Hex::of(Sha256::digest(b"").into()).as_str());
    }

    #[test]
    fn a_path_is_encoded_once_and_ends_in_a_slash() {
        for (path, expected) in [
            ("/a/b", "/a/b/"),
            ("/", "/"),
            ("/a%2fb/%7E", "/a%2Fb/~/"),
            ("/a b*/", "/a%20b%2A/"),
            ("/%zz", "/%25zz/"),
        ] {
            let url = format!("https://example.com{path}").parse().unwrap();
            assert_eq!(canonical_uri(&url), expected, "{path}");
        }
    }
}
