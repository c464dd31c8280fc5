//! What went wrong, as the crate knows it; [`ErrorKind`](crate::error::kind::ErrorKind) is what a
//! caller sees of it.

use std::time::Duration;

use crate::error::unreadable::Unreadable;

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// The caller's input; the text says what, why and what is expected.
    InvalidInput(String),
    /// A checkpoint that cannot be used with this query; the text says why.
    Checkpoint(String),
    /// The HTTP client could not be set up.
    Setup,
    /// There is no tokio runtime to send on.
    NoRuntime,
    /// No connection.
    Connect,
    /// The answer broke off.
    CutOff,
    /// No complete answer within this time.
    Timeout(Duration),
    /// The service asked all calls to wait longer than this call may take.
    Held(Duration),
    /// The answer's body is larger than this many bytes.
    BodyTooLarge(u64),
    /// An answer that is a failure.
    Answer(Answer),
    /// A success whose body is not of the documented form.
    Undecodable(Answer),
    /// The token provider failed.
    TokenProvider,
    /// One element of a page.
    Unreadable(Unreadable),
    /// The next page's cursor has been seen before.
    CursorCycle,
    /// So many pages in a row were empty.
    EmptyPages(u32),
    /// The next page's cursor has this many characters.
    CursorTooLong(usize),
    /// The page of a checkpoint no longer has the element before the checkpoint in its place.
    PageChanged { offset: u32, length: usize },
}

/// What the service, or something before it, answered. Texts are as they came, but for secrets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The envelope's or the gateway's code.
    pub(crate) code: Option<String>,
    /// The envelope's or the gateway's message.
    pub(crate) message: Option<String>,
    /// The start of a body of no known shape.
    pub(crate) body_start: Option<String>,
    /// Why the body could not be decoded.
    pub(crate) cause: Option<String>,
    /// Host of the redirect, where the answer is one.
    pub(crate) redirect_host: Option<String>,
}

impl Answer {
    /// 401; or, as the general page of the API reference has it, 400 "authentication failed"; or
    /// one of the gateway's authentication codes, 0301 to 0307 (0308 is its throttling).
    pub(crate) fn is_unauthorized(&self) -> bool {
        let refused = self.gateway_code().is_some_and(|code| (301..=307).contains(&code));
        let message = self.message.as_deref().unwrap_or_default().to_ascii_lowercase();
        self.status == 401
            || (refused && self.status != 429)
            || (self.status == 400 && message.contains("authentication failed"))
    }

    /// 429, or the gateway's throttling code under any status.
    pub(crate) fn is_throttled(&self) -> bool {
        self.status == 429 || self.gateway_code() == Some(308)
    }

    /// Statuses under which the same request may succeed later. Source: RFC 9110, section 15.
    pub(crate) fn is_transient(&self) -> bool {
        self.is_throttled() || matches!(self.status, 408 | 425 | 500..=599)
    }

    fn gateway_code(&self) -> Option<u16> {
        let code = self.code.as_deref()?;
        code.strip_prefix("APIGW.").or_else(|| code.strip_prefix("APIG."))?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, code: &str, message: &str) -> Answer {
        let (code, message) = (Some(code.to_owned()), Some(message.to_owned()));
        Answer { status, code, message, ..Answer::default() }
    }

    #[test]
    fn refusals_throttling_and_trouble_are_told_apart() {
        let cases = [
            (401, "", "", (true, false, false)),
            (400, "", "Authentication failed.", (true, false, false)),
            (400, "13000102", "bad", (false, false, false)),
            (200, "APIGW.0301", "", (true, false, false)),
            (403, "APIG.0307", "", (true, false, false)),
            (200, "APIGW.0308", "", (false, true, true)),
            (429, "APIGW.0301", "", (false, true, true)),
            (503, "", "", (false, false, true)),
            (408, "", "", (false, false, true)),
            (404, "APIGW.0101", "", (false, false, false)),
            (200, "13000410", "", (false, false, false)),
        ];
        for (status, code, message, expected) in cases {
            let answer = answer(status, code, message);
            let found = (answer.is_unauthorized(), answer.is_throttled(), answer.is_transient());
            assert_eq!(found, expected, "{status} {code}");
        }
    }
}
