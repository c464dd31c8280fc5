//! App ID authentication of KooDrive, on the crates hmac, jiff and sha2: the standard library has no such thing.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

pub struct Signer<'a> {
    pub app_id: &'a str,
    pub app_secret: &'a str,
    pub user_id: &'a str,
}

impl Signer<'_> {
    /// The value of Authorization and the stages that lead to it. `headers` are those without
    /// X-User-Id and X-Date; `names` are signed, or else the usual three.
    pub fn sign(
        &self, method: &str, url: &str, headers: &[(&str, &str)], body: &[u8], x_date: &str, names: Option<&[&str]>,
    ) -> Result<BTreeMap<&'static str, String>, String> {
        let bad = |c: char| !c.is_ascii_graphic() || "\",;=".contains(c);
        check(!self.app_id.is_empty() && !self.app_id.contains(bad), "bad app id")?;
        check(!self.app_secret.is_empty() && !self.user_id.trim().is_empty(), "empty app secret or user id")?;
        let form: String = x_date.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        check(form == "99999999T999999Z", "X-Date is not yyyyMMdd'T'HHmmss'Z'")?;
        let (scheme, rest) = url.split_once("://").ok_or("not an absolute URL")?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = authority.rsplit('@').next().unwrap_or_default().to_lowercase();
        let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
        let host = host.strip_suffix(port).unwrap_or(&host);
        let mut names: Vec<String> = names.unwrap_or(&["host", "x-date", "x-user-id"]).iter().map(|name| name.to_lowercase()).collect();
        names.sort();
        names.dedup();
        let signs = |name: &str| names.iter().any(|other| other == name);
        check(signs("x-date") && signs("x-user-id") && !signs("authorization"), "bad choice of signed headers")?;
        let own = [("x-user-id", self.user_id), ("x-date", x_date)];
        let mut lines = String::new();
        for name in &names {
            let mut values = headers.iter().chain(&own).filter(|header| header.0.eq_ignore_ascii_case(name)).map(|header| header.1);
            let value = values.next().or((name == "host").then_some(host)).ok_or(format!("header {name} is missing"))?;
            let is_visible = value.chars().all(|c| matches!(c, '\t' | ' '..='~'));
            check(is_visible && values.next().is_none(), "a header occurs twice, or is not visible ASCII")?;
            lines += &format!("{name}:{}\n", value.trim_matches([' ', '\t']));
        }
        let names = names.join(";");
        let (uri, query, body_sha256) = (canonical_uri(path), canonical_query(query), sha256(body));
        let request = [method, &uri, &query, &lines, &names, &body_sha256].join("\n");
        let request_sha256 = sha256(request.as_bytes());
        let to_sign = format!("HMAC-SHA256\n{request_sha256}");
        let mut mac = Hmac::<Sha256>::new_from_slice(self.app_secret.as_bytes()).map_err(|e| e.to_string())?;
        mac.update(to_sign.as_bytes());
        let signature = hex(&mac.finalize().into_bytes());
        let authorization = format!("HMAC-SHA256 AppId={},SignedHeaders={names},Signature={signature}", self.app_id);
        Ok(BTreeMap::from([
            ("canonical_uri", uri),
            ("canonical_query", query),
            ("body_sha256", body_sha256),
            ("canonical_request", request),
            ("canonical_request_sha256", request_sha256),
            ("string_to_sign", to_sign),
            ("signature", signature),
            ("authorization", authorization),
        ]))
    }
}

fn canonical_uri(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.strip_prefix('/').unwrap_or(path).split('/').map(|segment| encode(&decode(segment))) {
        match segment.as_str() {
            "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    let uri = format!("/{}", kept.join("/"));
    if uri.ends_with('/') { uri } else { uri + "/" }
}

/// A query as it is signed, and as it should be sent.
pub fn canonical_query(query: &str) -> String {
    let pieces = query.split('&').filter(|piece| !piece.is_empty()).map(|piece| piece.replace('+', " "));
    let parts = pieces.map(|piece| if piece.contains('=') { piece } else { piece + "=" });
    let mut pairs: Vec<_> = parts.filter_map(|piece| piece.split_once('=').map(|(name, value)| (decode(name), decode(value)))).collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

fn decode(text: &str) -> Vec<u8> {
    let (mut rest, mut bytes) = (text.as_bytes(), Vec::new());
    while let [first, behind @ ..] = rest {
        let hex = behind.get(..2).filter(|hex| *first == b'%' && hex.iter().all(u8::is_ascii_hexdigit));
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = &behind[if byte.is_some() { 2 } else { 0 }..];
    }
    bytes
}

fn encode(bytes: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    bytes.iter().map(|byte| if is_plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
fn check(condition: bool, otherwise: &str) -> Result<(), String> {
    condition.then_some(()).ok_or_else(|| otherwise.to_owned())
}

/// The header's form of a time, set back 30 s: a date in the service's future is refused.
pub fn x_date_at(now: Timestamp) -> String {
    Timestamp::from_second(now.as_second() - 30).unwrap_or(now).strftime("%Y%m%dT%H%M%SZ").to_string()
}
