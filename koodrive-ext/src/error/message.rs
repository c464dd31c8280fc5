//! The sentence that an error is: what happened, where, and what to do.

use std::error::Error as StdError;
use std::fmt::{Formatter, Result, Write as _};

use super::{Answer, Context, Kind};

pub(super) fn write(
    f: &mut Formatter<'_>,
    kind: &Kind,
    context: &Context,
    source: Option<&(dyn StdError + Send + Sync)>,
) -> Result {
    what(f, kind)?;
    if shows_source(kind) {
        let mut next = source.map(|e| e as &dyn StdError);
        while let Some(error) = next {
            write!(f, ": {error}")?;
            next = error.source();
        }
    }
    place(f, context)?;
    match advice(kind) {
        "" => Ok(()),
        advice => write!(f, "; {advice}"),
    }
}

fn shows_source(kind: &Kind) -> bool {
    matches!(kind, Kind::Setup | Kind::Connect | Kind::CutOff | Kind::TokenProvider)
}

fn what(f: &mut Formatter<'_>, kind: &Kind) -> Result {
    match kind {
        Kind::InvalidInput(text) | Kind::Checkpoint(text) => f.write_str(text),
        Kind::Setup => f.write_str("the HTTP client cannot be set up"),
        Kind::Connect => f.write_str("the service could not be reached"),
        Kind::CutOff => f.write_str("the connection broke before the answer was complete"),
        Kind::Timeout(limit) => write!(f, "no complete answer within {limit:?}"),
        Kind::BodyTooLarge(limit) => write!(f, "the answer's body is larger than {limit} bytes"),
        Kind::Answer(answer) => refused(f, answer),
        Kind::Undecodable(answer) => {
            write!(
                f,
                "the service answered {} with a body that is not what the contract describes",
                status(answer)
            )?;
            shape(f, answer)
        }
        Kind::TokenProvider => f.write_str("the token provider failed"),
        Kind::UnreadableRecord(unreadable) => write!(f, "a record cannot be read: {unreadable}"),
        Kind::CursorLoop => f.write_str("the service's cursors lead in a circle"),
        Kind::EmptyPages(count) => write!(f, "{count} pages in a row were empty"),
        Kind::CursorTooLong(length) => {
            write!(f, "the service gave a cursor of {length} characters, the contract allows 1000")
        }
        Kind::PageChanged { offset, length } => write!(
            f,
            "the checkpoint stands after record {offset} of its page, but the page changed since \
             (it has {length} records now)"
        ),
    }
}

fn refused(f: &mut Formatter<'_>, answer: &Answer) -> Result {
    if let Some(host) = &answer.redirect_host {
        return write!(
            f,
            "the service answered {} to {host}, and redirects are not followed",
            status(answer)
        );
    }
    write!(f, "the service answered {}", status(answer))?;
    match (&answer.code, &answer.message) {
        (Some(code), Some(message)) => write!(f, ", code {code}: {message:?}")?,
        (Some(code), None) => write!(f, ", code {code}")?,
        (None, Some(message)) => write!(f, ": {message:?}")?,
        (None, None) => {}
    }
    shape(f, answer)
}

fn status(answer: &Answer) -> String {
    let reason = http::StatusCode::from_u16(answer.status).ok().and_then(|s| s.canonical_reason());
    match reason {
        Some(reason) => format!("{} {reason}", answer.status),
        None => answer.status.to_string(),
    }
}

fn shape(f: &mut Formatter<'_>, answer: &Answer) -> Result {
    if let Some(cause) = &answer.cause {
        write!(f, " ({cause})")?;
    }
    match answer.body_start.as_deref() {
        Some("") => f.write_str(", with an empty body"),
        Some(start) => write!(f, ", its body begins {start:?}"),
        None => Ok(()),
    }
}

fn place(f: &mut Formatter<'_>, context: &Context) -> Result {
    let mut parts: Vec<String> = Vec::new();
    if let Some(page) = context.page {
        let mut part = format!("page {page}");
        if let Some(cursor) = &context.cursor {
            write!(part, ", cursor #{cursor}")?;
        }
        parts.push(part);
    }
    if context.attempts > 0 {
        let plural = if context.attempts == 1 { "" } else { "s" };
        let mut part = format!("{} attempt{plural}", context.attempts);
        if let Some(elapsed) = context.elapsed {
            write!(part, " in {:.1} s", elapsed.as_secs_f64())?;
        }
        parts.push(part);
    }
    if let Some(id) = &context.request_id {
        parts.push(format!("request id {id}"));
    }
    if let Some(reason) = context.gave_up {
        parts.push(reason.to_owned());
    }
    if parts.is_empty() { Ok(()) } else { write!(f, " [{}]", parts.join("; ")) }
}

fn advice(kind: &Kind) -> &'static str {
    match kind {
        Kind::InvalidInput(_) | Kind::Checkpoint(_) | Kind::UnreadableRecord(_) => "",
        Kind::Setup => "check the TLS and proxy settings of this machine",
        Kind::Connect => "check the endpoint, the network and the proxy, then try again",
        Kind::CutOff | Kind::Timeout(_) => "try again",
        Kind::BodyTooLarge(_) => "ask for smaller pages or raise the limit",
        Kind::TokenProvider => "see to the provider, then try again",
        Kind::CursorLoop => "the list is not complete: report it to the service's support",
        Kind::EmptyPages(_) => {
            "the list may not be complete: resume from the checkpoint or raise the limit"
        }
        Kind::CursorTooLong(_) => "the list is not complete: report it to the service's support",
        Kind::PageChanged { .. } => {
            "resume from Checkpoint::page_start to get the page again, some of its records twice"
        }
        Kind::Undecodable(_) => "check that the endpoint is KooDrive's, then try again",
        Kind::Answer(answer) => answer_advice(answer),
    }
}

fn answer_advice(answer: &Answer) -> &'static str {
    if answer.is_unauthorized() {
        return "check app id, app secret or token, the user id, and this machine's clock";
    }
    match answer.status {
        429 => "wait, or send fewer requests at a time",
        408 | 500..=599 => "try again later",
        300..=399 => "use the endpoint that it names, if you trust it",
        403 => "check that the application may act for this user",
        404 => "check the endpoint, and what was asked for",
        400..=499 => "correct the request",
        _ if answer.retryable_code => "try again later",
        _ => "look the code up in the API reference, or report it with the request id",
    }
}
