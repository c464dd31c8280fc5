//! The canonical request: the one spelling of a request that both sides sign.
//!
//! Source: "App ID authentication" of the KooDrive API reference, whose form is that of Huawei's
//! SDK-HMAC-SHA256. Where that text is silent the choices are those of
//! `openapi/vectors/signing.json`.

use std::borrow::Cow;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sha2::{Digest as _, Sha256};
use url::Url;

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where canonical text goes: into a text to look at, or straight into a hash.
pub(crate) trait Sink {
    fn put(&mut self, text: &str);
}

impl Sink for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

impl Sink for Sha256 {
    fn put(&mut self, text: &str) {
        self.update(text.as_bytes());
    }
}

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
    let pieces = url.query().unwrap_or_default().split('&').filter(|piece| !piece.is_empty());
    let mut pairs: Vec<_> = pieces
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode_form(name), decode_form(value))
        })
        .collect();
    pairs.sort();
    let mut query = String::with_capacity(url.query().map_or(0, str::len));
    for (name, value) in &pairs {
        if !query.is_empty() {
            query.push('&');
        }
        put_encoded(&mut query, name);
        query.push('=');
        put_encoded(&mut query, value);
    }
    query
}

/// `Host` as it goes over the wire: lower case, without the scheme's default port, without
/// userinfo. `None` for a URL without a host.
pub fn canonical_host(url: &Url) -> Option<String> {
    let host = url.host_str()?.to_ascii_lowercase();
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

/// Lower-case hex of the SHA-256 of the exact body; an absent body hashes like an empty one.
pub fn body_sha256(body: &[u8]) -> String {
    if body.is_empty() {
        return EMPTY_SHA256.to_owned();
    }
    hex(&Sha256::digest(body))
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
    pub(crate) headers: &'a [(&'a str, Cow<'a, str>)],
    pub(crate) body_sha256: &'a str,
}

impl Parts<'_> {
    pub(crate) fn put_into(&self, sink: &mut impl Sink) {
        sink.put(self.method.as_str());
        sink.put("\n");
        put_uri(sink, self.path);
        sink.put("\n");
        sink.put(self.query);
        sink.put("\n");
        for (name, value) in self.headers {
            sink.put(name);
            sink.put(":");
            sink.put(value.trim_matches([' ', '\t']));
            sink.put("\n");
        }
        sink.put("\n");
        self.put_signed_names(sink);
        sink.put("\n");
        sink.put(self.body_sha256);
    }

    /// Names joined by `;`.
    pub(crate) fn put_signed_names(&self, sink: &mut impl Sink) {
        for (i, (name, _)) in self.headers.iter().enumerate() {
            if i > 0 {
                sink.put(";");
            }
            sink.put(name);
        }
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

fn put_uri(sink: &mut impl Sink, path: &str) {
    if path.bytes().all(|b| is_unreserved(b) || b == b'/') {
        sink.put(path);
    } else {
        for (i, segment) in path.split('/').enumerate() {
            if i > 0 {
                sink.put("/");
            }
            put_encoded(sink, &Cow::from(percent_decode(segment.as_bytes())));
        }
    }
    if !path.ends_with('/') {
        sink.put("/");
    }
}

fn put_encoded(sink: &mut impl Sink, bytes: &[u8]) {
    percent_encode(bytes, RESERVED).for_each(|piece| sink.put(piece));
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
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
    use super::*;

    #[test]
    fn the_hash_of_no_body_is_the_known_one() {
        assert_eq!(body_sha256(b""), hex(&Sha256::digest(b"")));
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
