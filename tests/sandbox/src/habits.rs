//! What the contract leaves open, as switches: how this sandbox decides it.

use std::{collections::BTreeMap, time::Duration};

use crate::{date_window::Window, error::Error};

/// How a token may stand in `Authorization`. The contract writes a plus, other pages a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenForm {
    /// `Bearer+<token>`.
    Plus,
    /// `Bearer <token>`.
    Space,
    /// `<token>`.
    Bare,
}

/// What a request can be refused for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refused {
    /// There is no `Authorization`, or not one of a known form.
    Credentials,
    /// The signature does not match, or its app is not known.
    Signature,
    /// The token is not known, or no longer.
    Token,
    /// X-Date is outside the window.
    Date,
    /// The user is not known.
    User,
    /// A parameter or header is missing or wrong.
    Parameter,
    /// The cursor was not given out, or is no longer good.
    Cursor,
}

/// The status and body of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusalForm {
    pub(crate) status: u16,
    pub(crate) body: RefusalBody,
}

/// The body of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalBody {
    /// The documented envelope with this code.
    #[non_exhaustive]
    Envelope {
        /// Not 0.
        code: i64,
        /// Whether it is written as a string.
        as_text: bool,
    },
    /// The gateway's shape with this `error_code`.
    Gateway(String),
    /// A load balancer's page.
    Html,
    /// Nothing.
    Empty,
}

impl RefusalForm {
    /// The documented envelope with an integer code.
    pub fn envelope(status: u16, code: i64) -> Self {
        Self { status, body: RefusalBody::Envelope { code, as_text: false } }
    }

    /// The documented envelope with its code as a text.
    pub fn envelope_text(status: u16, code: i64) -> Self {
        Self { status, body: RefusalBody::Envelope { code, as_text: true } }
    }

    /// The gateway's shape, `error_code` being such as `APIGW.0301`.
    pub fn gateway(status: u16, error_code: impl Into<String>) -> Self {
        Self { status, body: RefusalBody::Gateway(error_code.into()) }
    }

    /// A load balancer's page.
    pub fn html(status: u16) -> Self {
        Self { status, body: RefusalBody::Html }
    }

    /// No body.
    pub fn empty(status: u16) -> Self {
        Self { status, body: RefusalBody::Empty }
    }
}

/// How long a cursor is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cursors {
    /// Always, for the same page.
    #[default]
    Lasting,
    /// For one request.
    Once,
    /// For so long after it was given out, by the server's clock.
    Lapsing(Duration),
}

#[derive(Clone, Debug)]
pub(crate) struct Habits {
    pub(crate) token_forms: Vec<TokenForm>,
    pub(crate) is_host_signed: bool,
    pub(crate) is_user_needed_with_token: bool,
    pub(crate) window: Window,
    pub(crate) refusals: BTreeMap<Refused, RefusalForm>,
    pub(crate) cursors: Cursors,
    pub(crate) are_unknown_parameters_refused: bool,
    pub(crate) is_page_size_clamped: bool,
    pub(crate) request_id: Option<String>,
    pub(crate) sends_date: bool,
    pub(crate) compresses: bool,
    pub(crate) allows_origins: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            token_forms: vec![TokenForm::Plus, TokenForm::Space],
            is_host_signed: false,
            is_user_needed_with_token: true,
            window: Window::default(),
            refusals: BTreeMap::new(),
            cursors: Cursors::default(),
            are_unknown_parameters_refused: false,
            is_page_size_clamped: false,
            request_id: Some("x-traceid".to_owned()),
            sends_date: true,
            compresses: false,
            allows_origins: false,
        }
    }
}

impl Habits {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.token_forms.is_empty() {
            return Err(Error::setting("token_forms needs at least one form"));
        }
        let bad = self.refusals.iter().find(|(_, form)| {
            let is_failure = !matches!(form.body, RefusalBody::Envelope { code: 0, .. });
            let is_told = (400..600).contains(&form.status)
                || (form.status == 200 && matches!(form.body, RefusalBody::Envelope { .. }));
            !(is_failure && is_told)
        });
        if let Some((what, _)) = bad {
            return Err(Error::setting(format!(
                "a refusal needs a status from 400 to 599, or 200 with an envelope, and a code \
                 other than 0: {what:?}"
            )));
        }
        Ok(())
    }
}
