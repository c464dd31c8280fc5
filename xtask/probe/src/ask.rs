//! A request as a value, before secrets and time are put into it.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a token stands in `Authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TokenForm {
    Plus,
    Space,
    Bare,
}

impl TokenForm {
    pub(crate) const ALL: [Self; 3] = [Self::Plus, Self::Space, Self::Bare];

    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Plus => "Bearer+",
            Self::Space => "Bearer ",
            Self::Bare => "",
        }
    }
}

/// Whose credentials a request carries, and what is wrong with them on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    None,
    Token(TokenForm, WhichToken),
    App { signs_host: bool, flaw: Option<Flaw> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhichToken {
    Good,
    MadeUp,
    Lapsed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The signature is another request's.
    Signature,
    /// The app id is nobody's.
    AppId,
}

/// A `nextCursor`; whoever prints it sees only that there is one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Cursor(pub(crate) String);

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursor(..)")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CursorAsk {
    None,
    Given(Cursor),
    MadeUp,
}

/// One request for a page of backup records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) auth: Auth,
    /// X-Date in seconds from the service's time.
    pub(crate) date: Option<i64>,
    pub(crate) user: UserAsk,
    pub(crate) module: Option<&'static str>,
    pub(crate) page_size: u32,
    pub(crate) cursor: CursorAsk,
    /// Whether a parameter is added that the contract does not know.
    pub(crate) has_odd_parameter: bool,
    pub(crate) accepts_gzip: bool,
    /// To pass before it is sent.
    pub(crate) wait: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserAsk {
    Own,
    MadeUp,
    None,
}

/// How far the probe dates back what is not about dates: as far as the client does.
const MARGIN: i64 = -30;

impl Ask {
    /// One record of the module, everything as the contract has it.
    pub(crate) fn page(auth: Auth, module: &'static str) -> Self {
        Self {
            auth,
            date: Some(MARGIN),
            user: UserAsk::Own,
            module: Some(module),
            page_size: 1,
            cursor: CursorAsk::None,
            has_odd_parameter: false,
            accepts_gzip: false,
            wait: Duration::ZERO,
        }
    }

    pub(crate) fn at(self, cursor: Cursor) -> Self {
        Self { cursor: CursorAsk::Given(cursor), ..self }
    }
}
