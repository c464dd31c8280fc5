//! App ID signatures, checked from what came over the wire.
//!
//! Shares no code with any client, so that a mistake cannot cancel out.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sha2::{Digest, Sha256};

pub(crate) const SCHEME: &str = "HMAC-SHA256";

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The three parts of `HMAC-SHA256 AppId=…,SignedHeaders=…,Signature=…`.
#[derive(Debug)]
pub(crate) struct AppAuthorization<'a> {
    pub(crate) app_id: &'a str,
    pub(crate) signed_headers: Vec<&'a str>,
    pub(crate) signature: [u8; 32],
}

impl<'a> AppAuthorization<'a> {
    /// Reads what follows the scheme and its one space. The error says which rule is broken.
    pub(crate) fn parse(rest: &'a str) -> Result<Self, String> {
        let parts: Vec<&str> = rest.split(',').collect();
        let [app_id, signed, signature] = parts[..] else {
            return Err(form("it must have three parts, separated by commas"));
        };
        let app_id = app_id
            .strip_prefix("AppId=")
            .ok_or_else(|| form("its first part must be AppId=<id>"))?;
        if app_id.is_empty() || app_id.bytes().any(|byte| !byte.is_ascii_graphic()) {
            return Err(form("the AppId must be visible ASCII without spaces"));
        }
        let signed = signed
            .strip_prefix("SignedHeaders=")
            .ok_or_else(|| form("its second part must be SignedHeaders=<names>"))?;
        let signature = signature
            .strip_prefix("Signature=")
            .and_then(from_hex)
            .ok_or_else(|| form("its third part must be Signature=<64 lower-case hex digits>"))?;
        Ok(Self { app_id, signed_headers: signed_names(signed)?, signature })
    }
}

fn form(what: &str) -> String {
    format!(
        "Authorization is not of the form \"{SCHEME} AppId=<id>,SignedHeaders=<names>,Signature=<hex>\": {what}"
    )
}

fn signed_names(list: &str) -> Result<Vec<&str>, String> {
    let names: Vec<&str> = list.split(';').collect();
    if names.iter().any(|name| name.is_empty()) {
        return Err("SignedHeaders has an empty name".to_owned());
    }
    if list.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err("SignedHeaders must be in lower case".to_owned());
    }
    if !names.is_sorted_by(|a, b| a < b) {
        return Err("SignedHeaders must be sorted and name each header once".to_owned());
    }
    if names.contains(&"authorization") {
        return Err("authorization cannot be signed".to_owned());
    }
    for needed in ["x-date", "x-user-id"] {
        if !names.contains(&needed) {
            return Err(format!("{needed} must be signed"));
        }
    }
    Ok(names)
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
        text
    })
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// What a signature covers of a request, as it came over the wire.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Wire<'_> {
    /// The bytes whose hash is signed. Fails when a signed header is missing or comes twice.
    pub(crate) fn canonical_request(&self, signed: &[&str]) -> Result<Vec<u8>, String> {
        let mut text = format!(
            "{}\n{}\n{}\n",
            self.method,
            canonical_uri(self.path),
            canonical_query(self.query)
        )
        .into_bytes();
        for name in signed {
            let mut values = self.headers.get_all(*name).iter();
            let value = values.next().ok_or_else(|| format!("signed header {name} is missing"))?;
            let others = values.count();
            if others > 0 {
                return Err(format!("signed header {name} occurs {} times", others + 1));
            }
            text.extend_from_slice(name.as_bytes());
            text.push(b':');
            text.extend_from_slice(trimmed(value.as_bytes()));
            text.push(b'\n');
        }
        text.push(b'\n');
        text.extend_from_slice(signed.join(";").as_bytes());
        text.push(b'\n');
        text.extend_from_slice(sha256_hex(self.body).as_bytes());
        Ok(text)
    }
}

pub(crate) fn trimmed(value: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let Some(start) = value.iter().position(|byte| !blank(byte)) else {
        return b"";
    };
    let end = value.iter().rposition(|byte| !blank(byte)).unwrap_or(start);
    &value[start..=end]
}

fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, ENCODED).to_string()
}

pub(crate) fn canonical_uri(path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    // The slash that a path ends with is the one that is appended anyway.
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    if path.is_empty() {
        kept.clear();
    }
    let mut uri = String::from("/");
    for segment in kept {
        let decoded: Vec<u8> = percent_decode(segment.as_bytes()).collect();
        uri.push_str(&encode(&decoded));
        uri.push('/');
    }
    uri
}

/// The decoded names and values in the order of the wire; a `+` means a space.
pub(crate) fn query_pairs(query: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let decode = |text: &str| {
        let spaced: Vec<u8> =
            text.bytes().map(|byte| if byte == b'+' { b' ' } else { byte }).collect();
        percent_decode(&spaced).collect::<Vec<u8>>()
    };
    query
        .split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode(name), decode(value))
        })
        .collect()
}

pub(crate) fn canonical_query(query: &str) -> String {
    let mut pairs = query_pairs(query);
    pairs.sort();
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

pub(crate) fn string_to_sign(canonical_request: &[u8]) -> String {
    format!("{SCHEME}\n{}", sha256_hex(canonical_request))
}

fn mac(secret: &str, string_to_sign: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(string_to_sign.as_bytes());
    Some(mac)
}

/// Compares in constant time.
pub(crate) fn matches(secret: &str, canonical_request: &[u8], signature: &[u8; 32]) -> bool {
    mac(secret, &string_to_sign(canonical_request))
        .is_some_and(|mac| mac.verify_slice(signature).is_ok())
}

#[cfg(test)]
pub(crate) fn signature(secret: &str, canonical_request: &[u8]) -> String {
    let mac = mac(secret, &string_to_sign(canonical_request)).expect("any length is a key");
    hex(&mac.finalize().into_bytes())
}
