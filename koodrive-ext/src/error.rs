//! The one error of this crate: opaque, with a kind and predicates that say what to do, and
//! accessors that say where it happened.

mod api;
pub(crate) mod kind;
mod message;
pub(crate) mod outcome;
pub(crate) mod printable;
pub(crate) mod unreadable;
pub(crate) mod what;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::error::kind::ErrorKind;
use crate::error::outcome::Outcome;
use crate::error::what::{Answer, What};
use crate::fingerprint::Fingerprint;

/// Why a client, a query or a call failed.
///
/// Its message alone says what was wrong, where, and what to do. It never holds a secret, a token,
/// a signature or a cursor (cursors are shown as fingerprints), and it escapes control characters
/// of what the service sent. Cheap to clone.
///
/// The message includes the cause, so [`source`](StdError::source) is `None` and reporters that
/// print a chain do not print it twice; [`cause`](Self::cause) has it for those who downcast.
///
/// ```
/// use koodrive_ext::{AppCredentials, ErrorKind};
///
/// let error = AppCredentials::new("a,b", "secret").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidInput);
/// assert!(error.to_string().contains("the app id contains ','"));
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    what: What,
    outcome: Outcome,
    context: Context,
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Where and when it happened, filled in from the inside out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    pub(crate) page: Option<u64>,
    pub(crate) cursor: Option<Fingerprint>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Option<Duration>,
    pub(crate) request_id: Option<String>,
    /// `Date` of the answer.
    pub(crate) date: Option<SystemTime>,
    /// The first page after a resumption was refused.
    pub(crate) cursor_refused: bool,
    /// Why it was not tried again, where that is not plain from the kind.
    pub(crate) gave_up: Option<String>,
}

impl Error {
    /// An error that asking again cannot help.
    pub(crate) fn new(what: What) -> Self {
        Self::with_outcome(what, Outcome::Final)
    }

    /// An error after which the same call may succeed.
    pub(crate) fn transient(what: What) -> Self {
        Self::with_outcome(what, Outcome::Transient(None))
    }

    pub(crate) fn with_outcome(what: What, outcome: Outcome) -> Self {
        Self(Arc::new(Inner { what, outcome, context: Context::default(), cause: None }))
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(What::InvalidInput(text.into()))
    }

    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Arc::make_mut(&mut self.0).cause = Some(Arc::from(cause.into()));
        self
    }

    pub(crate) fn with_context(mut self, fill: impl FnOnce(&mut Context)) -> Self {
        fill(&mut Arc::make_mut(&mut self.0).context);
        self
    }

    pub(crate) fn decided(mut self, outcome: Outcome) -> Self {
        Arc::make_mut(&mut self.0).outcome = outcome;
        self
    }

    pub(crate) fn what(&self) -> &What {
        &self.0.what
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    pub(crate) fn answer(&self) -> Option<&Answer> {
        match self.what() {
            What::Answer(answer) => Some(answer),
            _ => None,
        }
    }
}

/// What happened, and so what to do.
impl Error {
    /// The kind of failure; its documentation says what to do about each.
    pub fn kind(&self) -> ErrorKind {
        match self.what() {
            What::InvalidInput(_) => ErrorKind::InvalidInput,
            What::Checkpoint(_) | What::PageChanged { .. } => ErrorKind::Checkpoint,
            What::Setup | What::NoRuntime => ErrorKind::Setup,
            What::Connect | What::CutOff => ErrorKind::Connection,
            What::Timeout(_) => ErrorKind::Timeout,
            What::Held(_) => ErrorKind::Throttled,
            What::Undecodable(_) | What::BodyTooLarge(_) => ErrorKind::Undecodable,
            What::TokenProvider => ErrorKind::TokenProvider,
            What::Unreadable(_) => ErrorKind::UnreadableRecord,
            What::CursorCycle | What::EmptyPages(_) | What::CursorTooLong(_) => {
                ErrorKind::BrokenPaging
            }
            What::Answer(_) if self.0.context.cursor_refused => ErrorKind::CursorRefused,
            What::Answer(answer) => self.kind_of(answer),
        }
    }

    fn kind_of(&self, answer: &Answer) -> ErrorKind {
        match answer.status {
            _ if answer.is_throttled() => ErrorKind::Throttled,
            _ if answer.is_unauthorized() => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            // "No permission for the space": the API reference's table of codes.
            _ if answer.code.as_deref() == Some("13000410") => ErrorKind::Forbidden,
            _ if self.is_retryable() => ErrorKind::ServiceFailure,
            _ => ErrorKind::Refused,
        }
    }

    /// The caller's input is wrong and nothing was sent: correct it.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.what(), What::InvalidInput(_) | What::Checkpoint(_))
    }

    /// The service did not accept the credentials (HTTP 401, or an authentication code): renew
    /// the token, or check app id, secret, user id and the machine's clock.
    pub fn is_unauthorized(&self) -> bool {
        self.kind() == ErrorKind::Unauthorized
    }

    /// The service asked for fewer requests (HTTP 429, `APIGW.0308`): wait, or lower the
    /// concurrency.
    pub fn is_throttled(&self) -> bool {
        self.kind() == ErrorKind::Throttled
    }

    /// The same call may succeed later. A listing asks again on its next poll, unless it has
    /// failed [`max_failures`](crate::Query::max_failures) times in a row; after an error that is
    /// not retryable it ends, but for an unreadable record.
    pub fn is_retryable(&self) -> bool {
        self.outcome().is_transient()
    }

    /// No answer arrived in time.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// No connection, or it broke before the answer was complete.
    pub fn is_connection(&self) -> bool {
        self.kind() == ErrorKind::Connection
    }

    /// An answer arrived, but not of the documented form.
    pub fn is_undecodable(&self) -> bool {
        matches!(self.what(), What::Undecodable(_))
    }

    /// One record could not be read; the listing goes on with the next one.
    /// [`raw_record`](Self::raw_record) has its JSON.
    pub fn is_unreadable_record(&self) -> bool {
        self.kind() == ErrorKind::UnreadableRecord
    }

    /// The service's cursors lead nowhere: they repeat, stay empty for too long, or are too long
    /// to be sent. Report it with the fingerprint and the request id.
    pub fn is_broken_paging(&self) -> bool {
        self.kind() == ErrorKind::BrokenPaging
    }

    /// The checkpoint does not fit: it belongs to another query, or its page has changed.
    pub fn is_checkpoint_mismatch(&self) -> bool {
        self.kind() == ErrorKind::Checkpoint
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
        match self.what() {
            What::Answer(answer) | What::Undecodable(answer) => Some(answer.status),
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

    /// How long the service asked to wait (`Retry-After`), where the call may succeed later. A
    /// listing that is polled again waits so long, but not longer than its retry policy's deadline.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.outcome() {
            Outcome::Transient(pause) => pause,
            Outcome::Final => None,
        }
    }

    /// The start of an answer that was not of the documented form: at most 200 characters, control
    /// characters escaped.
    pub fn body_start(&self) -> Option<&str> {
        match self.what() {
            What::Answer(answer) | What::Undecodable(answer) => answer.body_start.as_deref(),
            _ => None,
        }
    }

    /// JSON of the record that could not be read, as it came; nothing is hidden or escaped in it.
    pub fn raw_record(&self) -> Option<&str> {
        match self.what() {
            What::Unreadable(unreadable) => Some(unreadable.raw_json()),
            _ => None,
        }
    }

    /// The error behind this one, to downcast: the token provider's own, or the HTTP client's.
    pub fn cause(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.cause.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        message::write(f, self, &self.0.context)
    }
}

impl fmt::Debug for Error {
    /// The message, so that `unwrap` and `main() -> Result` print something to act on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({})", self)
    }
}

impl StdError for Error {}

#[cfg(test)]
mod tests;
