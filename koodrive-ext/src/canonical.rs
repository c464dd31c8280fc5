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

/// Path with every segment encoded once, and a `/` at its end.
///
/// Segments are split before they are decoded, so an encoded slash stays data. `Url` has already
/// removed dot segments. The appended slash is signed, not sent.
pub fn canonical_uri(url: &Url) -> String {
    let mut uri = String::with_capacity(url.path().len() + 1);
    for (i, segment) in url.path().split('/').enumerate() {
        if i > 0 {
            uri.push('/');
        }
        encode_into(&mut uri, &percent_decode(segment.as_bytes()).collect::<Vec<u8>>());
    }
    if !uri.ends_with('/') {
        uri.push('/');
    }
    uri
}

/// Query with names and values decoded once (`+` is a space), sorted, and encoded once.
///
/// Order is by the decoded name, then by the decoded value, byte by byte (which for UTF-8 is by
/// code point). `=` is always written; empty pieces between `&` are dropped; a malformed escape
/// is taken literally. Without a query, the empty string.
pub fn canonical_query(url: &Url) -> String {
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode_form(name), decode_form(value))
        })
        .collect();
    pairs.sort();
    let mut query = String::new();
    for (name, value) in &pairs {
        if !query.is_empty() {
            query.push('&');
        }
        encode_into(&mut query, name);
        query.push('=');
        encode_into(&mut query, value);
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
    hex(&Sha256::digest(body))
}

/// The canonical request of its parts; `headers` are in order, their names in lower case.
pub(crate) fn canonical_request(
    method: &Method,
    url: &Url,
    headers: &[(&str, Cow<'_, str>)],
    body_sha256: &str,
) -> String {
    let mut text = format!("{method}\n{}\n{}\n", canonical_uri(url), canonical_query(url));
    for (name, value) in headers {
        text.push_str(name);
        text.push(':');
        text.push_str(value.trim_matches([' ', '\t']));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&signed_names(headers));
    text.push('\n');
    text.push_str(body_sha256);
    text
}

/// Names joined by `;`.
pub(crate) fn signed_names(headers: &[(&str, Cow<'_, str>)]) -> String {
    headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn encode_into(text: &mut String, bytes: &[u8]) {
    text.extend(percent_encode(bytes, RESERVED));
}

fn decode_form(text: &str) -> Vec<u8> {
    let spaced: Vec<u8> = text.bytes().map(|b| if b == b'+' { b' ' } else { b }).collect();
    percent_decode(&spaced).collect()
}
