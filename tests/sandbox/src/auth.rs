//! Who may ask: tokens, app signatures, the user and the date.

use std::time::SystemTime;

use axum::http::{HeaderMap, header::AUTHORIZATION};

use crate::{
    clock::unix_nanos,
    date_window,
    envelope::Refusal,
    settings::Settings,
    signature::{self, AppAuthorization, Wire, sha256_hex, trimmed},
};

const UNAUTHORIZED: u16 = 401;

enum Credentials<'a> {
    Token(&'a str),
    App(&'a str),
}

/// The number of the user whose records the request may see.
pub(crate) fn check(
    settings: &Settings,
    tokens: &[String],
    wire: Wire<'_>,
    now: SystemTime,
) -> Result<usize, Refusal> {
    let credentials = credentials(wire.headers)?;
    let user_id = single(wire.headers, "X-User-Id")?
        .ok_or_else(|| Refusal::parameter("header X-User-Id is mandatory: the KooDrive user id"))?;
    match credentials {
        Credentials::Token(token) => {
            if settings.require_date_with_token {
                check_date(settings, wire.headers, now)?;
            }
            if !tokens.iter().any(|known| known == token) {
                return Err(unauthorized("the access token is not known, or no longer"));
            }
        }
        Credentials::App(rest) => {
            check_date(settings, wire.headers, now)?;
            check_signature(settings, wire, rest)
                .map_err(|msg| Refusal::with_status(settings.signature_failure_status, msg))?;
        }
    }
    settings
        .users
        .iter()
        .position(|known| known.as_bytes() == user_id)
        .ok_or_else(|| unauthorized("the user of X-User-Id is not known"))
}

fn unauthorized(msg: impl Into<String>) -> Refusal {
    Refusal::with_status(UNAUTHORIZED, msg)
}

fn credentials(headers: &HeaderMap) -> Result<Credentials<'_>, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or_else(|| unauthorized("header Authorization is missing"))?;
    if values.next().is_some() {
        return Err(unauthorized("header Authorization is given more than once"));
    }
    let value =
        value.to_str().map_err(|_| unauthorized("header Authorization is not visible ASCII"))?;
    if let Some(rest) = value.strip_prefix(signature::SCHEME) {
        return match rest.strip_prefix(' ') {
            Some(rest) => Ok(Credentials::App(rest)),
            None => Err(Refusal::with_status(
                UNAUTHORIZED,
                "Authorization must have one space after HMAC-SHA256",
            )),
        };
    }
    let token = value
        .split_at_checked("Bearer".len())
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"))
        .and_then(|(_, rest)| rest.strip_prefix(['+', ' ']));
    token.map(Credentials::Token).ok_or_else(|| {
        unauthorized(
            "Authorization has no known scheme: \"Bearer+<token>\" or \"HMAC-SHA256 AppId=…\"",
        )
    })
}

/// `None` when the header is missing or blank.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a [u8]>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Refusal::parameter(format!("header {name} is given more than once")));
    }
    let value = trimmed(value.as_bytes());
    Ok((!value.is_empty()).then_some(value))
}

fn check_date(settings: &Settings, headers: &HeaderMap, now: SystemTime) -> Result<(), Refusal> {
    let form = date_window::FORM;
    let value = single(headers, "X-Date")?
        .ok_or_else(|| Refusal::parameter(format!("header X-Date is mandatory: {form}")))?;
    let seconds = date_window::parse(value)
        .ok_or_else(|| Refusal::parameter(format!("header X-Date must be of the form {form}")))?;
    date_window::check(seconds, unix_nanos(now)).map_err(|outside| {
        Refusal::with_status(settings.signature_failure_status, outside.to_string())
    })
}

fn check_signature(settings: &Settings, wire: Wire<'_>, rest: &str) -> Result<(), String> {
    let given = AppAuthorization::parse(rest)?;
    let secret =
        settings.secret_of(given.app_id).ok_or_else(|| "the AppId is not known".to_owned())?;
    let canonical = wire.canonical_request(&given.signed_headers)?;
    if signature::matches(secret, &canonical, &given.signature) {
        return Ok(());
    }
    // The hash tells a client's author whether the canonical request or the key is wrong, and gives nothing away.
    Err(format!(
        "the signature does not match; the SHA-256 of the canonical request is {}",
        sha256_hex(&canonical)
    ))
}
