//! What can go wrong, and which of it can get better by itself.

use std::time::Duration;

use koodrive_api::wire::Unreadable;

/// Characters of an unrecognised body that are kept.
const BODY_START: usize = 200;

/// Bytes of it that are searched for what must not be shown.
const LOOKED_AT: usize = 64 * 1024;

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// The caller's input; the text says what, why and what is expected.
    InvalidInput(String),
    /// A checkpoint that cannot be used with this query; the text says why.
    Checkpoint(String),
    /// The HTTP client could not be set up.
    Setup,
    /// No connection.
    Connect,
    /// The answer broke off.
    CutOff,
    /// No complete answer within this time.
    Timeout(Duration),
    /// The answer's body is larger than this many bytes.
    BodyTooLarge(u64),
    /// An answer that is a failure.
    Answer(Answer),
    /// A success whose body is not of the documented form.
    Undecodable(Answer),
    /// The token provider failed.
    TokenProvider,
    /// One element of `data`.
    UnreadableRecord(Unreadable),
    /// The next page's cursor has been seen before.
    CursorLoop,
    /// So many pages in a row were empty.
    EmptyPages(u32),
    /// The next page's cursor has this many characters.
    CursorTooLong(usize),
    /// The page of a checkpoint no longer has the record before the checkpoint in its place.
    PageChanged { offset: u32, length: usize },
}

/// What the service, or something before it, answered.
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
    /// The retry policy names the code.
    pub(crate) retryable_code: bool,
    /// A token provider may yet come up with another token.
    pub(crate) renewable: bool,
}

impl Answer {
    /// An answer whose body has none of the known shapes.
    ///
    /// `clean` takes out what must not be shown, before the text is cut: half a secret is one too.
    pub(crate) fn unrecognised(
        status: u16,
        body: &[u8],
        cause: Option<String>,
        clean: impl Fn(String) -> String,
    ) -> Self {
        let text = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]);
        let text = clean(without_next_cursor(&text));
        let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        let body_start = Some(printable.take(BODY_START).collect());
        Self { status, body_start, cause: cause.map(clean), ..Self::default() }
    }

    pub(crate) fn is_success_status(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// 401; or, as the general page of the API reference has it, 400 "authentication failed"; or
    /// one of the gateway's authentication codes, 0301 to 0307 (0308 is its throttling).
    pub(crate) fn is_unauthorized(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        let gateway = code.strip_prefix("APIGW.").or_else(|| code.strip_prefix("APIG."));
        let refused = gateway.is_some_and(|code| matches!(code.parse(), Ok(301..=307_u16)));
        let message = self.message.as_deref().unwrap_or_default().to_ascii_lowercase();
        self.status == 401
            || (refused && self.status != 429)
            || (self.status == 400 && message.contains("authentication failed"))
    }

    pub(crate) fn is_retryable(&self) -> bool {
        self.retryable_code || matches!(self.status, 408 | 429 | 500..=599)
    }

    /// Whether asking again cannot help. A code in a success says too little to tell.
    pub(crate) fn is_final(&self) -> bool {
        if self.is_unauthorized() {
            return !self.renewable;
        }
        !self.is_retryable() && !self.is_success_status()
    }
}

/// The text without the value of its first `nextCursor`, where it has one.
fn without_next_cursor(text: &str) -> String {
    const NAME: &str = "\"nextCursor\"";
    let Some(name) = text.find(NAME) else { return text.to_owned() };
    let value = name + NAME.len();
    let mut escaped = false;
    let mut quotes = text[value..].char_indices().filter(|(_, c)| {
        let is_quote = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_quote
    });
    let start = quotes.next().map_or(text.len(), |(at, _)| value + at + 1);
    let end = quotes.next().map_or(text.len(), |(at, _)| value + at);
    format!("{}[hidden]{}", &text[..start], &text[end.max(start)..])
}
