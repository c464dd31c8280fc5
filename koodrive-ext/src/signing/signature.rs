//! App ID authentication as a pure function: a request, an application and a time in, the
//! `Authorization` value out. Nothing is sent or changed here.

use std::borrow::Cow;
use std::fmt;

use hmac::Mac as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::credentials::app::AppCredentials;
use crate::error::Error;
use crate::signing::canonical::{Hex, Parts, canonical_query, host};
use crate::signing::signed_headers::SignedHeaders;
use crate::signing::x_date::{Text, XDate};

/// Name of the algorithm, first line of the string to sign.
const ALGORITHM: &str = "HMAC-SHA256";
/// The parts of the header, before each of its values.
const SCHEME: &str = "HMAC-SHA256 AppId=";
const NAMES: &str = ",SignedHeaders=";
const SIGNATURE: &str = ",Signature=";

/// What is signed of a request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SigningRequest<'a> {
    /// Method of the request.
    pub method: &'a Method,
    /// Whole URL; its fragment and userinfo are not signed.
    pub url: &'a Url,
    /// Headers of the request without `X-Date`; `Host` only where it differs from the URL's.
    pub headers: &'a HeaderMap,
    /// [`body_sha256`](crate::signing::body_sha256) of the body.
    pub body_sha256: &'a str,
}

impl<'a> SigningRequest<'a> {
    /// Takes the parts of a request; the fields say what each is.
    pub fn new(
        method: &'a Method,
        url: &'a Url,
        headers: &'a HeaderMap,
        body_sha256: &'a str,
    ) -> Self {
        Self { method, url, headers, body_sha256 }
    }
}

/// A signature and the stages that led to it, to compare with the vectors or another language.
#[derive(Clone)]
pub struct Signature {
    canonical_request: String,
    string_to_sign: String,
    proof: Proof,
}

/// What goes over the wire.
#[derive(Clone)]
pub(crate) struct Proof {
    pub(crate) signature: Hex,
    pub(crate) authorization: HeaderValue,
}

impl Signature {
    /// The canonical request. It holds the query, so perhaps a cursor: do not log it.
    pub fn canonical_request(&self) -> &str {
        &self.canonical_request
    }

    /// `HMAC-SHA256`, a line feed, and the canonical request's SHA-256 in hex.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// Lower-case hex of the HMAC: a credential for 15 minutes, so never log it.
    pub fn signature(&self) -> &str {
        self.proof.signature.as_str()
    }

    /// Value of the `Authorization` header, marked sensitive.
    pub fn authorization(&self) -> &HeaderValue {
        &self.proof.authorization
    }
}

impl fmt::Debug for Signature {
    /// Shows neither the signature nor the query that it covers, which may hold a cursor.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature")
            .field("string_to_sign", &self.string_to_sign)
            .finish_non_exhaustive()
    }
}

/// Signs `request` as `credentials` at `date`.
///
/// ```
/// use http::{HeaderMap, Method};
/// use koodrive_ext::{AppCredentials, signing::{self, SignedHeaders, SigningRequest}};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("x-user-id", "1505084218764547200".parse()?);
/// let signature = signing::sign(
///     SigningRequest::new(
///         &Method::GET,
///         &"https://intl.myhuaweicloud-koodrive.com/koodrive/ose/v1/backup/record?moduleCode=101&pageSize=20".parse()?,
///         &headers,
///         &signing::body_sha256(b""),
///     ),
///     &AppCredentials::new("my-app", "my-secret")?,
///     "20251103T070140Z".parse()?,
///     &SignedHeaders::default(),
/// )?;
/// assert!(signature.canonical_request().starts_with("GET\n/koodrive/ose/v1/backup/record/\nmoduleCode=101&pageSize=20\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Invalid input when a header to be signed is missing, occurs twice, is not visible ASCII with
/// spaces and tabs, or when the user id is blank; an `X-Date` among the headers counts as a second one.
pub fn sign(
    request: SigningRequest<'_>,
    credentials: &AppCredentials,
    date: XDate,
    signed: &SignedHeaders,
) -> Result<Signature, Error> {
    let query = canonical_query(request.url);
    let made = Made::of(&request, date);
    let headers = header_values(&request, &made, signed)?;
    let parts = parts(&request, &query, &headers);
    let canonical_request = parts.canonical_request();
    let hash = Hex::of(Sha256::digest(&canonical_request).into());
    let proof = prove(&parts, &hash, credentials)?;
    let string_to_sign = format!("{ALGORITHM}\n{}", hash.as_str());
    Ok(Signature { canonical_request, string_to_sign, proof })
}

/// Like [`sign`], for a URL whose query is canonical already, and without keeping the stages.
pub(crate) fn prove_spelled(
    request: SigningRequest<'_>,
    credentials: &AppCredentials,
    date: XDate,
    signed: &SignedHeaders,
) -> Result<Proof, Error> {
    let made = Made::of(&request, date);
    let headers = header_values(&request, &made, signed)?;
    let parts = parts(&request, request.url.query().unwrap_or_default(), &headers);
    prove(&parts, &Hex::of(Sha256::digest(parts.canonical_request()).into()), credentials)
}

fn parts<'a>(
    request: &SigningRequest<'a>,
    query: &'a str,
    headers: &'a [(&'a str, &'a str)],
) -> Parts<'a> {
    Parts {
        method: request.method,
        path: request.url.path(),
        query,
        headers,
        body_sha256: request.body_sha256,
    }
}

/// The signature of the string to sign, which is the algorithm's name and `hash`.
fn prove(parts: &Parts<'_>, hash: &Hex, credentials: &AppCredentials) -> Result<Proof, Error> {
    let mut mac = credentials.mac();
    for piece in [ALGORITHM, "\n", hash.as_str()] {
        mac.update(piece.as_bytes());
    }
    let signature = Hex::of(mac.finalize().into_bytes().into());
    let app_id = credentials.app_id();
    let names: usize = parts.headers.iter().map(|(name, _)| name.len() + 1).sum();
    // Exactly, so that the header takes the text as it is.
    let mut text = String::with_capacity(
        SCHEME.len() + app_id.len() + NAMES.len() + names - 1 + SIGNATURE.len() + 64,
    );
    for piece in [SCHEME, app_id, NAMES] {
        text.push_str(piece);
    }
    parts.put_signed_names(&mut text);
    text.push_str(SIGNATURE);
    text.push_str(signature.as_str());
    let mut authorization = HeaderValue::try_from(text)
        .map_err(|_| Error::invalid("the app id is not a header value"))?;
    authorization.set_sensitive(true);
    Ok(Proof { signature, authorization })
}

/// The parts of a request that stand nowhere as they are signed.
struct Made<'a> {
    host: Option<Cow<'a, str>>,
    date: Text,
}

impl<'a> Made<'a> {
    fn of(request: &SigningRequest<'a>, date: XDate) -> Self {
        Self { host: host(request.url), date: date.text() }
    }
}

fn header_values<'a>(
    request: &SigningRequest<'a>,
    made: &'a Made<'_>,
    signed: &'a SignedHeaders,
) -> Result<Vec<(&'a str, &'a str)>, Error> {
    let names = signed.names().iter();
    names.map(|name| Ok((name.as_str(), value_of(name, request, made)?))).collect()
}

fn value_of<'a>(
    name: &HeaderName,
    request: &SigningRequest<'a>,
    made: &'a Made<'_>,
) -> Result<&'a str, Error> {
    let mut values = request.headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    let is_date = name == "x-date";
    if second.is_some() || (is_date && first.is_some()) {
        return Err(Error::invalid(format!(
            "the header {name} occurs twice, and it is to be signed once"
        )));
    }
    if is_date {
        return Ok(made.date.as_str());
    }
    let Some(value) = first else {
        let host = made.host.as_deref().filter(|_| name == header::HOST);
        return host.ok_or_else(|| {
            Error::invalid(format!("the header {name} is to be signed but missing"))
        });
    };
    // `to_str` takes visible ASCII, space and tab, which is what can be signed unambiguously.
    let text = value.to_str().map_err(|_| {
        Error::invalid(format!(
            "the header {name} is to be signed but holds more than visible ASCII"
        ))
    })?;
    if name == "x-user-id" && text.trim().is_empty() {
        return Err(Error::invalid("the user id is empty"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_of_a_spelled_request_is_that_of_its_signature() {
        let app = AppCredentials::new("my-app", "my-secret").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-user-id", " 15050 ".parse().unwrap());
        for path in ["", "/", "/a%2fb/c~d", "/x?cursor=a%2Fb&pageSize=1", "/y z/?a="] {
            let url = format!("https://example.com:8443{path}").parse().unwrap();
            let request = SigningRequest::new(&Method::GET, &url, &headers, "00");
            let date = "20251103T070140Z".parse().unwrap();
            let signed = SignedHeaders::default();
            let whole = sign(request, &app, date, &signed).unwrap();
            let proof = prove_spelled(request, &app, date, &signed).unwrap();
            assert_eq!(proof.authorization, whole.authorization(), "{path}");
            assert_eq!(proof.signature.as_str(), whole.signature());
        }
    }
}
