//! What earlier questions have shown, which later ones build on.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::ask::{Ask, Auth, Cursor, TokenForm, WhichToken};
use crate::fact::{Fact, Proof};
use crate::seen::Seen;

/// A cursor that was good, to be used again later.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) cursor: Cursor,
    /// Of the page behind it.
    pub(crate) digest: Vec<u8>,
    pub(crate) given_at: SystemTime,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) has_app: bool,
    pub(crate) has_token: bool,
    pub(crate) has_lapsed_token: bool,
    /// How long a cursor is left before it is used again.
    pub(crate) cursor_wait: Duration,
    pub(crate) token_form: Option<TokenForm>,
    /// Whether the signature that is taken covers `host`.
    pub(crate) signs_host: Option<bool>,
    /// A module with two records or more.
    pub(crate) module: Option<&'static str>,
    /// A module with one record at most.
    pub(crate) short_module: Option<&'static str>,
    pub(crate) kept: Option<Kept>,
    pub(crate) observed: Observed,
}

/// What every answer shows, whatever was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observed {
    pub(crate) answers: u32,
    /// Seconds that the service's clock is ahead.
    pub(crate) ahead: Option<i64>,
    pub(crate) request_ids: BTreeMap<String, u32>,
    pub(crate) versions: BTreeMap<String, u32>,
    pub(crate) took: Vec<Duration>,
}

impl Known {
    /// The credentials that the service takes: the app's, or else the token.
    pub(crate) fn auth(&self) -> Option<Auth> {
        if let Some(signs_host) = self.signs_host {
            return Some(Auth::App { signs_host, flaw: None });
        }
        self.token_form.map(|form| Auth::Token(form, WhichToken::Good))
    }

    pub(crate) fn proof(&self) -> Proof {
        if self.signs_host.is_some() { Proof::Signature } else { Proof::Token }
    }

    /// One record, asked for as the service takes it.
    pub(crate) fn page(&self) -> Option<Ask> {
        self.auth().map(|auth| Ask::page(auth, self.any_module()))
    }

    /// One record of a module that has more.
    pub(crate) fn page_of_many(&self) -> Option<Ask> {
        Some(Ask::page(self.auth()?, self.module?))
    }

    pub(crate) fn any_module(&self) -> &'static str {
        self.module.unwrap_or("101")
    }

    pub(crate) fn learn(&mut self, fact: &Fact) {
        match fact {
            Fact::TokenForms { plus, space, bare } => {
                let forms = TokenForm::ALL.into_iter().zip([plus, space, bare]);
                self.token_form =
                    forms.filter(|(_, is_taken)| **is_taken).map(|(form, _)| form).next();
            }
            Fact::SignedHost { with, without } => {
                self.signs_host = with.then_some(true).or(without.then_some(false));
            }
            _ => {}
        }
    }

    pub(crate) fn note(&mut self, seen: &Seen) {
        let observed = &mut self.observed;
        observed.answers += 1;
        if observed.ahead.is_none() {
            observed.ahead = seen.date.map(|date| seconds(date) - seconds(seen.received));
        }
        if let Some(name) = &seen.request_id {
            *observed.request_ids.entry(name.clone()).or_default() += 1;
        }
        *observed.versions.entry(seen.version.clone()).or_default() += 1;
        observed.took.push(seen.took());
    }
}

/// Whole seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
