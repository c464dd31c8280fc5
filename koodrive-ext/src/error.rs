//! The one error of this crate: opaque, with predicates that say what to do and accessors that say
//! where it happened.

mod kind;
mod message;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use kind::{Answer, Kind};

use crate::fingerprint::Fingerprint;

/// Why a client, a query or a call failed.
///
/// Its message alone says what was wrong, where, and what to do. It never holds a secret, a token,
/// a signature or a cursor (cursors are shown as fingerprints). Cheap to clone.
///
/// ```
/// use koodrive_ext::AppCredentials;
///
/// let error = AppCredentials::new("a,b", "secret").unwrap_err();
/// assert!(error.is_invalid_input());
/// assert!(error.to_string().contains("the app id contains ','"));
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    context: Context,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Where and when it happened, filled in from the inside out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    pub(crate) page: Option<u64>,
    pub(crate) cursor: Option<Fingerprint>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Option<Duration>,
    pub(crate) request_id: Option<String>,
    /// How long the service asked to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// Why it was not tried again, where that is not plain from the kind.
    pub(crate) gave_up: Option<&'static str>,
}

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Self(Arc::new(Inner { kind, context: Context::default(), source: None }))
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput(text.into()))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Arc::make_mut(&mut self.0).source = Some(Arc::from(source.into()));
        self
    }

    pub(crate) fn with_context(mut self, fill: impl FnOnce(&mut Context)) -> Self {
        fill(&mut Arc::make_mut(&mut self.0).context);
        self
    }

    /// Changes what is known of the answer, where the error is one.
    pub(crate) fn with_answer(mut self, change: impl FnOnce(&mut Answer)) -> Self {
        if let Kind::Answer(answer) = &mut Arc::make_mut(&mut self.0).kind {
            change(answer);
        }
        self
    }

    /// A short, stable name of what happened, as `error.type` of a span.
    pub(crate) fn type_name(&self) -> &'static str {
        match self.kind() {
            Kind::InvalidInput(_) => "invalid_input",
            Kind::Checkpoint(_) | Kind::PageChanged { .. } => "checkpoint",
            Kind::Setup => "setup",
            Kind::Connect => "connect",
            Kind::CutOff => "cut_off",
            Kind::Timeout(_) => "timeout",
            Kind::BodyTooLarge(_) => "body_too_large",
            Kind::Answer(answer) if answer.is_unauthorized() => "unauthorized",
            Kind::Answer(answer) if answer.is_success_status() => "service_code",
            Kind::Answer(_) => "http_status",
            Kind::Undecodable(_) => "undecodable",
            Kind::TokenProvider => "token_provider",
            Kind::UnreadableRecord(_) => "unreadable_record",
            Kind::CursorLoop | Kind::EmptyPages(_) | Kind::CursorTooLong(_) => "broken_paging",
        }
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.0.kind
    }
}

/// What happened, and so what to do.
impl Error {
    /// The caller's input is wrong and nothing was sent: correct it.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.kind(), Kind::InvalidInput(_) | Kind::Checkpoint(_))
    }

    /// The service did not accept the credentials (HTTP 401, or an authentication code): renew
    /// the token, or check app id, secret, user id and the machine's clock.
    pub fn is_unauthorized(&self) -> bool {
        self.answer().is_some_and(Answer::is_unauthorized)
    }

    /// The service asked for fewer requests (HTTP 429): wait, or lower the concurrency.
    pub fn is_throttled(&self) -> bool {
        self.http_status() == Some(429)
    }

    /// The same call may succeed later; a listing asks again on its next poll.
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            Kind::Connect | Kind::CutOff | Kind::Timeout(_) | Kind::Undecodable(_) => true,
            Kind::TokenProvider => true,
            Kind::Answer(answer) => answer.is_retryable(),
            _ => false,
        }
    }

    /// No answer arrived in time.
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind(), Kind::Timeout(_))
    }

    /// No connection, or it broke before the answer was complete.
    pub fn is_connection(&self) -> bool {
        matches!(self.kind(), Kind::Connect | Kind::CutOff)
    }

    /// An answer arrived, but not of the documented form.
    pub fn is_undecodable(&self) -> bool {
        matches!(self.kind(), Kind::Undecodable(_))
    }

    /// One record could not be read; the listing goes on with the next one.
    /// [`raw_record`](Self::raw_record) has its JSON.
    pub fn is_unreadable_record(&self) -> bool {
        matches!(self.kind(), Kind::UnreadableRecord(_))
    }

    /// The service's cursors lead nowhere: they repeat, stay empty for too long, or are too long
    /// to be sent. Report it with the fingerprint and the request id.
    pub fn is_broken_paging(&self) -> bool {
        matches!(self.kind(), Kind::CursorLoop | Kind::EmptyPages(_) | Kind::CursorTooLong(_))
    }

    /// The checkpoint does not fit: it belongs to another query, or its page has changed.
    pub fn is_checkpoint_mismatch(&self) -> bool {
        matches!(self.kind(), Kind::Checkpoint(_) | Kind::PageChanged { .. })
    }

    /// Asking again cannot help, so a listing ends with it.
    pub(crate) fn ends_listing(&self) -> bool {
        match self.kind() {
            Kind::Answer(answer) => answer.is_final(),
            Kind::UnreadableRecord(_) => false,
            _ => !self.is_retryable(),
        }
    }
}

/// What is known about it.
impl Error {
    /// Code that the service (`13000102`) or its gateway (`APIGW.0301`) gave.
    pub fn code(&self) -> Option<&str> {
        self.answer()?.code.as_deref()
    }

    /// HTTP status of the answer; 200 is possible, with a non-zero [`code`](Self::code).
    pub fn http_status(&self) -> Option<u16> {
        match self.kind() {
            Kind::Answer(answer) | Kind::Undecodable(answer) => Some(answer.status),
            _ => None,
        }
    }

    /// Identifier of the failed request, as the service or its gateway gave it.
    pub fn request_id(&self) -> Option<&str> {
        self.0.context.request_id.as_deref()
    }

    /// Number of the page, from 1, counted since this listing began or was resumed.
    pub fn page(&self) -> Option<u64> {
        self.0.context.page
    }

    /// How many requests were sent for the call; 0 when it failed before the first.
    pub fn attempts(&self) -> u32 {
        self.0.context.attempts
    }

    /// Fingerprint of the page's cursor: equal cursors have equal fingerprints. `None` for the
    /// first page.
    pub fn cursor_fingerprint(&self) -> Option<String> {
        self.0.context.cursor.as_ref().map(Fingerprint::to_string)
    }

    /// Time from the start of the call to its failure, waits included.
    pub fn elapsed(&self) -> Option<Duration> {
        self.0.context.elapsed
    }

    /// How long the service asked to wait (`Retry-After`). A listing that is polled again waits so
    /// long, but not longer than its retry policy's deadline.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.context.retry_after
    }

    /// First bytes of an answer that was not of the documented form, at most 200 characters.
    pub fn body_start(&self) -> Option<&str> {
        match self.kind() {
            Kind::Answer(answer) | Kind::Undecodable(answer) => answer.body_start.as_deref(),
            _ => None,
        }
    }

    /// JSON of the record that could not be read, byte for byte.
    pub fn raw_record(&self) -> Option<&str> {
        match self.kind() {
            Kind::UnreadableRecord(unreadable) => Some(unreadable.raw_json()),
            _ => None,
        }
    }

    fn answer(&self) -> Option<&Answer> {
        match self.kind() {
            Kind::Answer(answer) => Some(answer),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        message::write(f, &self.0.kind, &self.0.context, self.0.source.as_deref())
    }
}

impl fmt::Debug for Error {
    /// The message, so that `unwrap` and `main() -> Result` print something to act on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?})", self.to_string())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// What a generated operation's error says, for calls made through [`Client`](crate::Client)'s
/// deref.
impl<E: fmt::Debug + 'static> From<koodrive_api::Error<E>> for Error {
    fn from(error: koodrive_api::Error<E>) -> Self {
        if let Some(ours) = koodrive_api::find_source::<Error>(&error) {
            return ours.clone();
        }
        // Without our exchange's error in it, only the input or the decoding can have failed.
        match error {
            koodrive_api::Error::InvalidRequest(text) | koodrive_api::Error::Custom(text) => {
                Self::invalid(text)
            }
            koodrive_api::Error::InvalidResponsePayload(body, cause) => {
                let hide = |text| text;
                let mut answer = Answer::unrecognised(200, &body, Some(cause.to_string()), hide);
                // What was sent is not known here, so an echo of it could not be hidden.
                answer.body_start = None;
                Self::new(Kind::Undecodable(answer)).with_source(cause)
            }
            koodrive_api::Error::UnexpectedResponse(response) => {
                let answer = Answer { status: response.status().as_u16(), ..Answer::default() };
                Self::new(Kind::Answer(answer))
            }
            koodrive_api::Error::ErrorResponse(response) => {
                let answer = Answer { status: response.status().as_u16(), ..Answer::default() };
                Self::new(Kind::Answer(answer))
            }
            koodrive_api::Error::CommunicationError(cause)
            | koodrive_api::Error::InvalidUpgrade(cause)
            | koodrive_api::Error::ResponseBodyError(cause) => {
                let kind = if cause.is_connect() { Kind::Connect } else { Kind::CutOff };
                // The URL holds the cursor.
                Self::new(kind).with_source(cause.without_url())
            }
        }
    }
}
