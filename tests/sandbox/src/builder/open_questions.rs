//! The settings for what the contract leaves open.

use std::time::Duration;

use crate::{
    builder::SandboxBuilder,
    habits::{Cursors, RefusalForm, Refused, TokenForm},
};

/// The decisions that the contract leaves open.
impl SandboxBuilder {
    /// How a token may be written; `Bearer+<token>` and `Bearer <token>` by default.
    pub fn token_forms(mut self, forms: impl IntoIterator<Item = TokenForm>) -> Self {
        self.settings.habits.token_forms = forms.into_iter().collect();
        self
    }

    /// Whether a signature must cover `host`; it need not by default.
    pub fn require_host_signed(mut self, is_required: bool) -> Self {
        self.settings.habits.is_host_signed = is_required;
        self
    }

    /// Whether X-User-Id is needed with a token; it is by default. A request without it is the
    /// first user's.
    pub fn require_user_with_token(mut self, is_required: bool) -> Self {
        self.settings.habits.is_user_needed_with_token = is_required;
        self
    }

    /// How far X-Date may be ahead of the server's clock; not at all by default.
    pub fn max_date_ahead(mut self, distance: Duration) -> Self {
        self.settings.habits.window.max_ahead = distance;
        self
    }

    /// How old X-Date may be; 15 minutes by default.
    pub fn max_date_age(mut self, distance: Duration) -> Self {
        self.settings.habits.window.max_age = distance;
        self
    }

    /// Answers refusals of this kind in this form.
    pub fn refusal(mut self, what: Refused, form: RefusalForm) -> Self {
        self.settings.habits.refusals.insert(what, form);
        self
    }

    /// How long a cursor is good; always by default.
    pub fn cursors(mut self, cursors: Cursors) -> Self {
        self.settings.habits.cursors = cursors;
        self
    }

    /// Whether a query parameter that the contract does not name is refused; ignored by default.
    pub fn refuse_unknown_parameters(mut self, are_refused: bool) -> Self {
        self.settings.habits.are_unknown_parameters_refused = are_refused;
        self
    }

    /// Whether a page size outside of 1 to 100 counts as the nearest bound; refused by default.
    pub fn clamp_page_size(mut self, is_clamped: bool) -> Self {
        self.settings.habits.is_page_size_clamped = is_clamped;
        self
    }

    /// The header of an answer that holds its request id, `x-traceid` by default; `None` sends none.
    pub fn request_id_header(mut self, name: Option<&str>) -> Self {
        self.settings.habits.request_id = name.map(str::to_owned);
        self
    }

    /// Whether answers have a `Date`; they have by default.
    pub fn date_header(mut self, is_sent: bool) -> Self {
        self.settings.habits.sends_date = is_sent;
        self
    }

    /// Whether pages of other origins may call from a browser; not by default. Preflights are then
    /// answered without credentials.
    pub fn cors(mut self, is_on: bool) -> Self {
        self.settings.habits.allows_origins = is_on;
        self
    }

    /// Whether a body is sent as gzip to those who accept that; not by default.
    pub fn gzip(mut self, is_on: bool) -> Self {
        self.settings.habits.compresses = is_on;
        self
    }
}
