//! Judges an answer: a success to hand on, or one of the known shapes of failure.

mod glance;

use http::HeaderMap;
use serde_json::Value;

use crate::error::Error;
use crate::error::printable::printable;
use crate::error::what::{Answer, What};
use crate::exchange::redact::Redactor;
use crate::exchange::scan::{Broken, Member, members};

/// Headers that may hold the request's identifier, the documented one first.
const REQUEST_ID_HEADERS: [&str; 3] = ["x-traceid", "x-request-id", "x-hw-request-id"];

/// Longer values are not plausible request ids.
const REQUEST_ID_LENGTH: usize = 128;

/// Characters of a code or message that are kept.
const TEXT_LENGTH: usize = 500;

/// Characters of an unrecognised body that are kept.
const BODY_START: usize = 200;

/// The members by which an envelope, a gateway's answer and a page are told apart. Each may occur
/// more than once and be of any type.
#[derive(Default)]
struct Members<'a> {
    /// Codes that are there and not empty, the gateway's first.
    codes: Vec<String>,
    message: Option<&'a [u8]>,
    request_id: Option<String>,
    has_data: bool,
}

/// Decides whether an answer is a success; if not, the error says what it was.
pub(crate) fn judge(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    redactor: &Redactor,
) -> Result<(), Error> {
    if is_success(status) && glance::is_success(body) {
        return Ok(());
    }
    let members = take(body);
    let member = members.as_ref().ok().and_then(|members| members.request_id.clone());
    let error = match members {
        _ if is_redirect(status) => Some(redirect(status, headers)),
        Ok(members) => of_members(status, &members, body, redactor),
        Err(_) if !is_success(status) => Some(unrecognised(status, body, redactor)),
        // A proxy that ends a body early without an error leaves JSON without an end.
        Err(Broken::End) if starts_an_object(body) => Some(Error::transient(What::CutOff)),
        Err(_) => Some(undecodable(status, body, "it is not a JSON object", redactor)),
    };
    let Some(error) = error else { return Ok(()) };
    let request_id = request_id(headers).or(member).map(|id| redactor.clean(&id));
    Err(error.with_context(|context| context.request_id = request_id))
}

fn take(body: &[u8]) -> Result<Members<'_>, Broken> {
    let mut found = Members::default();
    let mut codes = Vec::new();
    for member in members(body) {
        let member = member?;
        found.has_data |= member.is("data");
        if member.is("error_code") {
            found.codes.extend(text_of(member));
        } else if member.is("code") {
            codes.extend(text_of(member));
        } else if member.is("error_msg") || (member.is("msg") && found.message.is_none()) {
            found.message = Some(member.value);
        } else if member.is("request_id") {
            found.request_id = text_of(member).filter(|id| is_plausible(id));
        }
    }
    found.codes.append(&mut codes);
    Ok(found)
}

fn of_members(
    status: u16,
    members: &Members<'_>,
    body: &[u8],
    redactor: &Redactor,
) -> Option<Error> {
    let failing = members.codes.iter().find(|code| code.parse() != Ok(0_f64));
    if is_success(status) && failing.is_none() {
        let is_page = members.has_data || !members.codes.is_empty();
        let why = "it has neither code nor data";
        return (!is_page).then(|| undecodable(status, body, why, redactor));
    }
    let code = failing.or(members.codes.first());
    let message = members.message.and_then(text).filter(|text| !text.is_empty());
    if code.is_none() && message.is_none() {
        return Some(unrecognised(status, body, redactor));
    }
    let redactor = redactor.knowing(body);
    let clean = |text: &String| shorten(&redactor.clean(text));
    Some(failed(Answer {
        status,
        code: code.map(clean),
        message: message.as_ref().map(clean),
        ..Answer::default()
    }))
}

/// An answer that is a failure; whether a policy or a provider makes it transient is decided where
/// they are known.
fn failed(answer: Answer) -> Error {
    if answer.is_transient() {
        Error::transient(What::Answer(answer))
    } else {
        Error::new(What::Answer(answer))
    }
}

fn unrecognised(status: u16, body: &[u8], redactor: &Redactor) -> Error {
    let body_start = Some(redactor.knowing(body).start_of(body, BODY_START));
    failed(Answer { status, body_start, ..Answer::default() })
}

fn redirect(status: u16, headers: &HeaderMap) -> Error {
    let location = headers.get(http::header::LOCATION).and_then(|value| value.to_str().ok());
    let host = location.map_or("nowhere".to_owned(), |location| match url::Url::parse(location) {
        Ok(url) => url.host_str().unwrap_or("another address").to_owned(),
        Err(_) => "another path".to_owned(),
    });
    failed(Answer { status, redirect_host: Some(host), ..Answer::default() })
}

/// A success of another form than the documented one: perhaps a gateway's, so it may pass.
pub(crate) fn undecodable(status: u16, body: &[u8], why: &str, redactor: &Redactor) -> Error {
    let redactor = redactor.knowing(body);
    Error::transient(What::Undecodable(Answer {
        status,
        cause: Some(printable(&redactor.clean(why))),
        body_start: Some(redactor.start_of(body, BODY_START)),
        ..Answer::default()
    }))
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

fn is_redirect(status: u16) -> bool {
    (300..400).contains(&status)
}

fn starts_an_object(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_start().first() == Some(&b'{')
}

/// The identifier of an answer, where a header has a plausible one.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(*name)?.to_str().ok())?;
    Some(id).filter(|id| is_plausible(id)).map(str::to_owned)
}

fn is_plausible(id: &str) -> bool {
    (1..=REQUEST_ID_LENGTH).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
}

/// The text of a member; `None` where it is null or empty.
fn text_of(member: Member<'_>) -> Option<String> {
    text(member.value).filter(|text| !text.is_empty())
}

/// A text's content, other JSON as it is spelled; `None` for null.
fn text(json: &[u8]) -> Option<String> {
    match serde_json::from_slice::<Value>(json) {
        Ok(Value::Null) => None,
        Ok(Value::String(text)) => Some(text.trim().to_owned()),
        // Also what is not UTF-8, or has half of a surrogate pair.
        _ => Some(String::from_utf8_lossy(json).trim_matches('"').trim().to_owned()),
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(TEXT_LENGTH).collect()
}

#[cfg(test)]
mod tests;
