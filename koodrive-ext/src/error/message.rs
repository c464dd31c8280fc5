//! The sentence that an error is: what happened, where, and what to do.

use std::error::Error as StdError;
use std::fmt::{Formatter, Result, Write as _};

use crate::error::printable::printable;
use crate::error::what::{Answer, What};
use crate::error::{Context, Error};

pub(super) fn write(f: &mut Formatter<'_>, error: &Error, context: &Context) -> Result {
    what(f, error.what())?;
    let mut next = error.cause().map(|cause| cause as &dyn StdError);
    while let Some(cause) = next {
        write!(f, ": {}", printable(&cause.to_string()))?;
        next = cause.source();
    }
    place(f, context)?;
    match advice(error, context) {
        "" => Ok(()),
        advice => write!(f, "; {advice}"),
    }
}

fn what(f: &mut Formatter<'_>, what: &What) -> Result {
    match what {
        What::InvalidInput(text) | What::Checkpoint(text) => f.write_str(text),
        What::Setup => f.write_str("the HTTP client cannot be set up"),
        What::NoRuntime => f.write_str("there is no tokio runtime to send the request on"),
        What::Connect => f.write_str("the service could not be reached"),
        What::CutOff => f.write_str("the connection broke before the answer was complete"),
        What::Timeout(limit) => write!(f, "no complete answer within {limit:?}"),
        What::Held(pause) => write!(
            f,
            "the service asked for a pause that lasts another {:.1} s, longer than this call may take",
            pause.as_secs_f64()
        ),
        What::BodyTooLarge(limit) => write!(f, "the answer's body is larger than {limit} bytes"),
        What::Answer(answer) => refused(f, answer),
        What::Undecodable(answer) => {
            write!(
                f,
                "the service answered {} with a body that is not what the contract describes",
                status(answer)
            )?;
            shape(f, answer)
        }
        What::TokenProvider => f.write_str("the token provider failed"),
        What::Unreadable(unreadable) => write!(f, "a record cannot be read: {unreadable}"),
        What::CursorCycle => f.write_str("the service's cursors lead in a circle"),
        What::EmptyPages(count) => write!(f, "{count} pages in a row were empty"),
        What::CursorTooLong(length) => {
            write!(f, "the service gave a cursor of {length} characters, the contract allows 1000")
        }
        What::PageChanged { offset, length } => write!(
            f,
            "the checkpoint stands behind record {offset} of its page, but the page has changed since \
             (it has {length} records now)"
        ),
    }
}

fn refused(f: &mut Formatter<'_>, answer: &Answer) -> Result {
    if let Some(host) = &answer.redirect_host {
        return write!(
            f,
            "the service answered {} to {}, and redirects are not followed",
            status(answer),
            printable(host)
        );
    }
    write!(f, "the service answered {}", status(answer))?;
    match (&answer.code, &answer.message) {
        (Some(code), Some(message)) => write!(f, ", code {}: {message:?}", printable(code))?,
        (Some(code), None) => write!(f, ", code {}", printable(code))?,
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
        write!(f, " ({})", printable(cause))?;
    }
    match answer.body_start.as_deref() {
        Some("") => f.write_str(", with an empty body"),
        Some(start) => write!(f, ", its body begins \"{start}\""),
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
        parts.push(format!("request id {}", printable(id)));
    }
    if let Some(reason) = &context.gave_up {
        parts.push(reason.clone());
    }
    if parts.is_empty() { Ok(()) } else { write!(f, " [{}]", parts.join("; ")) }
}

fn advice(error: &Error, context: &Context) -> &'static str {
    match error.what() {
        What::InvalidInput(_) | What::Checkpoint(_) | What::Unreadable(_) => "",
        What::Setup => "check the TLS and proxy settings of this machine",
        What::NoRuntime => "call it from inside a tokio runtime, for example under #[tokio::main]",
        What::Connect => "check the endpoint, the network and the proxy, then try again",
        What::CutOff | What::Timeout(_) => "try again",
        What::Held(_) => "wait, or send fewer requests at a time",
        What::BodyTooLarge(_) => "ask for smaller pages or raise the limit",
        What::TokenProvider => "fix the token provider, then try again",
        What::CursorCycle => "the list is not complete: report it to the service's support",
        What::EmptyPages(_) => {
            "the list may not be complete: resume from the checkpoint or raise the limit"
        }
        What::CursorTooLong(_) => "the list is not complete: report it to the service's support",
        What::PageChanged { .. } => {
            "resume from the start of the page to get it again, some of its records twice"
        }
        What::Undecodable(_) => "check that the endpoint is KooDrive's, then try again",
        What::Answer(_) if context.cursor_refused => {
            "the checkpoint's cursor is probably no longer valid: begin again without the checkpoint"
        }
        What::Answer(answer) => answer_advice(error, answer),
    }
}

fn answer_advice(error: &Error, answer: &Answer) -> &'static str {
    if answer.is_throttled() {
        return "wait, or send fewer requests at a time";
    }
    if answer.is_unauthorized() {
        return "check app id, app secret or token, the user id, and this machine's clock";
    }
    match answer.status {
        300..=399 => "use the endpoint that it names, if you trust it",
        403 => "check that the application may act for this user",
        404 => "check the endpoint, and what was asked for",
        _ if error.is_retryable() => "try again later",
        400..=499 => "correct the request",
        _ => "look the code up in the API reference, or report it with the request id",
    }
}
