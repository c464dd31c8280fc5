//! What was found out, in a form that programs read.

use serde::{Deserialize, Serialize};

use crate::shape::{Code, Shape};

/// One thing that was found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fact {
    /// Which writings of a token are taken.
    TokenForms {
        /// `Bearer+<token>`.
        plus: bool,
        /// `Bearer <token>`.
        space: bool,
        /// `<token>`.
        bare: bool,
    },
    /// Whether signatures are taken that cover `host`, and that do not.
    SignedHost {
        /// Of `host;x-date;x-user-id`.
        with: bool,
        /// Of `x-date;x-user-id`.
        without: bool,
    },
    /// Which headers a token needs beside it.
    TokenNeeds {
        /// X-Date.
        date: bool,
        /// X-User-Id.
        user: bool,
    },
    /// How far X-Date may be from the service's time.
    Window {
        /// Ahead of it, or behind.
        side: Side,
        /// What the requests carried.
        proof: Proof,
        /// The greatest distance in seconds that was taken.
        accepted: Option<u64>,
        /// The smallest that was refused.
        refused: Option<u64>,
    },
    /// How a request is refused.
    Refused {
        /// For what.
        of: Of,
        /// The answer.
        refusal: Refusal,
    },
    /// A request was answered with a page that should have been refused.
    NotRefused {
        /// For what it should have been.
        of: Of,
    },
    /// Which module's records the questions about pages were asked of.
    Records {
        /// Code of a module with two records or more.
        module: Option<String>,
    },
    /// What the same cursor gives at once again.
    CursorAgain {
        /// What it gave.
        again: Again,
    },
    /// What the same cursor gives after a while.
    CursorLater {
        /// Seconds since it was given out.
        after: u64,
        /// What it gave.
        again: Again,
    },
    /// What `nextCursor` is where a list ends.
    LastPage {
        /// The member.
        next: LastNext,
    },
    /// Where a page differs from the document.
    PageForm {
        /// Members that the document does not name.
        unknown: Vec<String>,
        /// Members of another type than the document's, as `name: type`.
        other_types: Vec<String>,
    },
    /// Whether a parameter is ignored that the contract does not know.
    UnknownParameters {
        /// It is.
        ignored: bool,
    },
    /// What is made of a page size outside of 1 to 100: how many records came, or a refusal.
    PageSize {
        /// What was asked for.
        size: u32,
        /// Records on the page.
        records: Option<u64>,
    },
    /// Which header of an answer holds its request id.
    RequestId {
        /// Its name.
        header: Option<String>,
    },
    /// The service's clock.
    Clock {
        /// Seconds that it is ahead of this machine's, to a second; `None` without `Date`.
        ahead: Option<i64>,
    },
    /// `Content-Encoding` of an answer to a request that accepts gzip.
    Compression {
        /// Its value.
        encoding: Option<String>,
    },
    /// The version of HTTP that was spoken.
    HttpVersion {
        /// As HTTP writes it.
        version: String,
    },
    /// How long answers took, in milliseconds.
    Latency {
        /// Half of them at most so long.
        median: u64,
        /// The longest.
        max: u64,
    },
    /// The service asked for fewer requests, and the probe stopped.
    Throttled {
        /// How many requests it had taken.
        after_requests: u32,
        /// Whether it said `Retry-After`.
        has_retry_after: bool,
    },
}

/// Before or behind the service's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Side {
    /// Later than the service's time.
    Ahead,
    /// Older.
    Behind,
}

/// With what a request shows whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Proof {
    /// An app signature.
    Signature,
    /// A token.
    Token,
}

/// What a request is refused for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Of {
    /// No `Authorization`.
    Credentials,
    /// A signature that is another request's.
    Signature,
    /// An app id that is nobody's.
    App,
    /// A token that was never given out.
    Token,
    /// A token that was good once.
    LapsedToken,
    /// X-Date outside of the window.
    Date,
    /// A user id that is nobody's.
    User,
    /// A module code that the contract does not know.
    Module,
    /// No module code.
    MissingParameter,
    /// A cursor that was never given out.
    Cursor,
}

/// The form of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Form of the body.
    pub shape: Shape,
    /// `code` or `error_code` of the body.
    pub code: Option<Code>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "status {} with {}", self.status, self.shape)?;
        match &self.code {
            Some(Code { text, is_text: true }) => write!(f, ", code {text:?} as a text"),
            Some(Code { text, .. }) => write!(f, ", code {text}"),
            None => Ok(()),
        }
    }
}

/// What a cursor gave that had been used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Again {
    /// The same page.
    SamePage,
    /// Another page.
    OtherPage,
    /// A refusal.
    Refused,
}

/// `nextCursor` on the last page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LastNext {
    /// The member is left out.
    Absent,
    /// It is null.
    Null,
    /// It is an empty text.
    Empty,
}
