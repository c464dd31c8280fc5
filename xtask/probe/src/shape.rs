//! The form of an answer's body.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Shape {
    /// A page of records.
    Page,
    /// The service's envelope with a code other than 0.
    Envelope,
    /// The gateway's `error_code`, `error_msg`, `request_id`.
    Gateway,
    /// HTML.
    Html,
    /// No body.
    Empty,
    /// JSON of another form.
    OtherJson,
    /// Something else.
    Other,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Page => "a page",
            Self::Envelope => "the service's envelope",
            Self::Gateway => "the gateway's envelope",
            Self::Html => "HTML",
            Self::Empty => "no body",
            Self::OtherJson => "JSON of another form",
            Self::Other => "a body that is not JSON",
        })
    }
}

/// A code of the service or of the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Code {
    /// The code.
    pub text: String,
    /// Whether it is a JSON string.
    pub is_text: bool,
}
