//! The kinds of failure, each with what to do about it.

/// What kind of failure an [`Error`](crate::Error) is.
///
/// | kind | what to do | what a service answers its own caller |
/// |---|---|---|
/// | [`InvalidInput`](Self::InvalidInput) | correct the input; nothing was sent | 400, or 500 where the input is the service's own |
/// | [`Checkpoint`](Self::Checkpoint) | use the query that the checkpoint is from, or begin again without it; where its page changed, resume from [`page_start`](crate::Checkpoint::page_start) | 409 |
/// | [`CursorRefused`](Self::CursorRefused) | resume once from [`page_start`](crate::Checkpoint::page_start) in case the place inside the page was the trouble; if that is refused too, the cursor has expired: begin again without a checkpoint, and expect what was listed before to come again | 409 |
/// | [`Setup`](Self::Setup) | correct the TLS or proxy settings, or call from inside a tokio runtime | 500 |
/// | [`Unauthorized`](Self::Unauthorized) | check app id, secret or token, user id and the clock | 502, or 401 where the token is the caller's |
/// | [`Forbidden`](Self::Forbidden) | the application may not act for this user | 403 |
/// | [`NotFound`](Self::NotFound) | check the endpoint and what was asked for | 404 |
/// | [`Throttled`](Self::Throttled) | wait [`retry_after`](crate::Error::retry_after), or lower the concurrency | 503 with `Retry-After` |
/// | [`Refused`](Self::Refused) | look the [`code`](crate::Error::code) up in the API reference | 502 |
/// | [`ServiceFailure`](Self::ServiceFailure) | try again later | 502 |
/// | [`Connection`](Self::Connection) | check endpoint, network and proxy, then try again | 502 |
/// | [`Timeout`](Self::Timeout) | try again, or allow more time | 504 |
/// | [`Undecodable`](Self::Undecodable) | check that the endpoint is KooDrive's | 502 |
/// | [`UnreadableRecord`](Self::UnreadableRecord) | keep [`raw_record`](crate::Error::raw_record) and go on: only this record is affected | depends on who needs the record |
/// | [`BrokenPaging`](Self::BrokenPaging) | report it with fingerprint and request id; the list is not complete | 502 |
/// | [`TokenProvider`](Self::TokenProvider) | fix the token provider; its own error is [`cause`](crate::Error::cause) | 502 |
///
/// Whether the same call may succeed later is [`is_retryable`](crate::Error::is_retryable), for
/// every kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's input is wrong; nothing was sent.
    InvalidInput,
    /// The checkpoint belongs to another query, or its page has changed.
    Checkpoint,
    /// The service refused the first page after a resumption, so probably its cursor.
    CursorRefused,
    /// The HTTP client cannot be used here: TLS, proxy, or no tokio runtime.
    Setup,
    /// The service did not accept the credentials.
    Unauthorized,
    /// The credentials are good, but do not allow this.
    Forbidden,
    /// There is nothing under the path.
    NotFound,
    /// The service asked for fewer requests.
    Throttled,
    /// Another refusal, by HTTP status or by code.
    Refused,
    /// The service failed (HTTP 5xx), or a code that the retry policy names.
    ServiceFailure,
    /// No connection, or it broke before the answer was complete.
    Connection,
    /// No complete answer in time.
    Timeout,
    /// An answer that is not of the documented form, or is too large.
    Undecodable,
    /// One record could not be read; the listing goes on behind it.
    UnreadableRecord,
    /// Cursors that repeat, stay empty for too long, or are too long to be sent.
    BrokenPaging,
    /// The token provider failed.
    TokenProvider,
}

impl ErrorKind {
    /// A short, stable name, as `error.type` of a span: `throttled`, `broken_paging`.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Checkpoint => "checkpoint",
            Self::CursorRefused => "cursor_refused",
            Self::Setup => "setup",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Throttled => "throttled",
            Self::Refused => "refused",
            Self::ServiceFailure => "service_failure",
            Self::Connection => "connection",
            Self::Timeout => "timeout",
            Self::Undecodable => "undecodable",
            Self::UnreadableRecord => "unreadable_record",
            Self::BrokenPaging => "broken_paging",
            Self::TokenProvider => "token_provider",
        }
    }
}
