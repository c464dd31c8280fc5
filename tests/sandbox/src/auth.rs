//! Who may ask: tokens, app signatures, the user and the date.

use std::time::SystemTime;

use axum::http::{HeaderMap, header::AUTHORIZATION};

use crate::{
    clock::unix_nanos,
    date_window,
    envelope::Refusal,
    habits::{Refused, TokenForm},
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
    let credentials = credentials(wire.headers, &settings.habits.token_forms)?;
    let user_id = single(wire.headers, "X-User-Id")?;
    let is_token = matches!(credentials, Credentials::Token(_));
    if user_id.is_none() && (!is_token || settings.habits.is_user_needed_with_token) {
        return Err(Refusal::parameter("header X-User-Id is mandatory: the KooDrive user id"));
    }
    match credentials {
        Credentials::Token(token) => {
            if settings.require_date_with_token {
                check_date(settings, wire.headers, now)?;
            }
            if !tokens.iter().any(|known| known == token) {
                let msg = "the access token is not known, or no longer";
                return Err(unauthorized(msg).of(Refused::Token));
            }
        }
        Credentials::App(rest) => {
            check_date(settings, wire.headers, now)?;
            check_signature(settings, wire, rest).map_err(
                |Mismatch { msg, canonical_sha256 }| {
                    let refusal = Refusal::with_status(settings.signature_failure_status, msg);
                    Refusal { canonical_sha256, ..refusal.of(Refused::Signature) }
                },
            )?;
        }
    }
    // Without an id, which only a token may be, the first user is meant.
    let Some(user_id) = user_id else { return Ok(0) };
    settings
        .users
        .iter()
        .position(|known| known.as_bytes() == user_id)
        .ok_or_else(|| unauthorized("the user of X-User-Id is not known").of(Refused::User))
}

fn unauthorized(msg: impl Into<String>) -> Refusal {
    Refusal::with_status(UNAUTHORIZED, msg).of(Refused::Credentials)
}

fn credentials<'a>(
    headers: &'a HeaderMap,
    forms: &[TokenForm],
) -> Result<Credentials<'a>, Refusal> {
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
            None => Err(unauthorized("Authorization must have one space after HMAC-SHA256")),
        };
    }
    let token = token_of(value, forms);
    token.map(Credentials::Token).ok_or_else(|| {
        unauthorized(
            "Authorization has no known scheme: \"Bearer+<token>\" or \"HMAC-SHA256 AppId=…\"",
        )
    })
}

fn token_of<'a>(value: &'a str, forms: &[TokenForm]) -> Option<&'a str> {
    let rest = value
        .split_at_checked("Bearer".len())
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"))
        .map(|(_, rest)| rest);
    let (form, token) = match rest.map(|rest| (rest, rest.chars().next())) {
        Some((rest, Some('+'))) => (TokenForm::Plus, &rest[1..]),
        Some((rest, Some(' '))) => (TokenForm::Space, &rest[1..]),
        _ => (TokenForm::Bare, value),
    };
    forms.contains(&form).then_some(token)
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
    let window = settings.habits.window;
    date_window::check(window, seconds, unix_nanos(now)).map_err(|outside| {
        Refusal::with_status(settings.signature_failure_status, outside.to_string())
            .of(Refused::Date)
    })
}

/// Why a signature is not good, and what it should have been made from.
struct Mismatch {
    msg: String,
    canonical_sha256: Option<String>,
}

impl From<String> for Mismatch {
    fn from(msg: String) -> Self {
        Self { msg, canonical_sha256: None }
    }
}

fn check_signature(settings: &Settings, wire: Wire<'_>, rest: &str) -> Result<(), Mismatch> {
    let given = AppAuthorization::parse(rest)?;
    if settings.habits.is_host_signed && !given.signed_headers.contains(&"host") {
        return Err("host must be signed".to_owned().into());
    }
    let secret =
        settings.secret_of(given.app_id).ok_or_else(|| "the AppId is not known".to_owned())?;
    let canonical = wire.canonical_request(&given.signed_headers)?;
    if signature::matches(secret, &canonical, &given.signature) {
        return Ok(());
    }
    // The hash tells a client's author whether the canonical request or the key is wrong, and gives nothing away.
    let hash = sha256_hex(&canonical);
    Err(Mismatch {
        msg: format!(
            "the signature does not match; the SHA-256 of the canonical request is {hash}"
        ),
        canonical_sha256: Some(hash),
    })
}
