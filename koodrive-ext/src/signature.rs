//! App ID authentication as a pure function: a request, an application and a time in, the
//! `Authorization` value out. Nothing is sent or changed here.

use std::borrow::Cow;
use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderValue, Method};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::canonical::{canonical_host, canonical_request, hex, signed_names};
use crate::{AppCredentials, Error, XDate};

/// Name of the algorithm, first line of the string to sign and scheme of the header.
const ALGORITHM: &str = "HMAC-SHA256";

/// Names of the headers that a signature covers: lower case, sorted, each once.
///
/// The default is `host;x-date;x-user-id`, as the API reference signs. `x-date` and `x-user-id`
/// are mandatory; `authorization` can't be signed.
///
/// ```
/// use koodrive_ext::SignedHeaders;
///
/// let names = SignedHeaders::new(["X-User-Id", "x-date"])?; // without host, for some gateways
/// assert_eq!(names.iter().collect::<Vec<_>>(), ["x-date", "x-user-id"]);
/// assert!(SignedHeaders::new(["host"]).is_err());
/// # Ok::<(), koodrive_ext::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders(Vec<String>);

impl SignedHeaders {
    /// Takes names in any case and order.
    ///
    /// # Errors
    /// Invalid input when `x-date` or `x-user-id` is missing, when `authorization` is named, or
    /// when a name is no header name.
    pub fn new(names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, Error> {
        let mut sorted = Vec::new();
        for name in names {
            let name = name.as_ref();
            let valid = http::HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| Error::invalid(format!("{name:?} is not a header name")))?;
            sorted.push(valid.as_str().to_owned());
        }
        sorted.sort();
        sorted.dedup();
        if sorted.iter().any(|name| name == "authorization") {
            return Err(Error::invalid(
                "the header authorization cannot be signed: it carries the signature",
            ));
        }
        for needed in ["x-date", "x-user-id"] {
            if !sorted.iter().any(|name| name == needed) {
                return Err(Error::invalid(format!("the header {needed} must be signed")));
            }
        }
        Ok(Self(sorted))
    }

    /// The names in the order in which they are signed.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl Default for SignedHeaders {
    fn default() -> Self {
        Self(["host", "x-date", "x-user-id"].map(str::to_owned).to_vec())
    }
}

/// What is signed of a request.
#[derive(Clone, Copy, Debug)]
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

/// A signature and the stages that led to it, to compare with the vectors or another language.
#[derive(Clone)]
#[non_exhaustive]
pub struct Signature {
    /// The canonical request.
    pub canonical_request: String,
    /// `HMAC-SHA256`, a line feed, and the canonical request's SHA-256 in hex.
    pub string_to_sign: String,
    signature: String,
    authorization: HeaderValue,
}

impl fmt::Debug for Signature {
    /// Shows neither the signature nor the query that it covers, which may hold a cursor.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature")
            .field("string_to_sign", &self.string_to_sign)
            .finish_non_exhaustive()
    }
}

impl Signature {
    /// Lower-case hex of the HMAC: a credential for 15 minutes, so never log it.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Value of the `Authorization` header, marked sensitive.
    pub fn authorization(&self) -> &HeaderValue {
        &self.authorization
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
///     SigningRequest {
///         method: &Method::GET,
///         url: &"https://intl.myhuaweicloud-koodrive.com/koodrive/ose/v1/backup/record?moduleCode=101&pageSize=20".parse()?,
///         headers: &headers,
///         body_sha256: &signing::body_sha256(b""),
///     },
///     &AppCredentials::new("my-app", "my-secret")?,
///     "20251103T070140Z".parse()?,
///     &SignedHeaders::default(),
/// )?;
/// assert!(signature.canonical_request.starts_with("GET\n/koodrive/ose/v1/backup/record/\nmoduleCode=101&pageSize=20\n"));
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
    let headers = signed
        .iter()
        .map(|name| Ok((name, value_of(name, &request, date)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    let canonical_request =
        canonical_request(request.method, request.url, &headers, request.body_sha256);
    let string_to_sign =
        format!("{ALGORITHM}\n{}", hex(&Sha256::digest(canonical_request.as_bytes())));
    let signature = hmac_sha256(credentials.secret_bytes(), string_to_sign.as_bytes())?;
    let mut authorization = HeaderValue::try_from(format!(
        "{ALGORITHM} AppId={},SignedHeaders={},Signature={signature}",
        credentials.app_id(),
        signed_names(&headers),
    ))
    .map_err(|_| Error::invalid("the app id is not a header value"))?;
    authorization.set_sensitive(true);
    Ok(Signature { canonical_request, string_to_sign, signature, authorization })
}

fn value_of<'a>(
    name: &str,
    request: &SigningRequest<'a>,
    date: XDate,
) -> Result<Cow<'a, str>, Error> {
    let mut values = request.headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() || (name == "x-date" && first.is_some()) {
        return Err(Error::invalid(format!(
            "the header {name} occurs twice, and it is to be signed once"
        )));
    }
    if name == "x-date" {
        return Ok(Cow::Owned(date.to_string()));
    }
    let Some(value) = first else {
        let host = canonical_host(request.url).filter(|_| name == "host");
        return host.map(Cow::Owned).ok_or_else(|| {
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
    Ok(Cow::Borrowed(text))
}

fn hmac_sha256(key: &[u8], text: &[u8]) -> Result<String, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .map_err(|_| Error::invalid("the app secret cannot be used as a key"))?;
    mac.update(text);
    Ok(hex(&mac.finalize().into_bytes()))
}
