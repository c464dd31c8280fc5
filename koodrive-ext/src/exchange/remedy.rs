//! What a call does after a failed attempt: decided from what failed and what was tried already.

use std::time::Duration;

use crate::credentials::token::AccessToken;
use crate::error::Error;
use crate::error::outcome::Outcome;

/// A failed attempt and all that may fix it.
pub(crate) struct Refusal {
    pub(crate) error: Error,
    /// A clock difference with which the date may be accepted.
    pub(crate) date: Option<i64>,
    /// The token that was refused, where another may be had.
    pub(crate) token: Option<AccessToken>,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, date: None, token: None }
    }
}

/// How the next attempt differs from the first.
#[derive(Clone, Default)]
pub(crate) struct Trial {
    /// A clock difference; the client's own where there is none.
    pub(crate) skew: Option<i64>,
    /// A token that the service refused.
    pub(crate) refused: Option<AccessToken>,
}

/// What one call has used up.
#[derive(Default)]
pub(crate) struct Spent {
    /// Attempts, those among them that failed before anything was sent.
    pub(crate) tries: u32,
    /// Requests that were sent.
    pub(crate) attempts: u32,
    pub(crate) trial: Trial,
    has_tried_date: bool,
    has_tried_token: bool,
}

/// What a call may do.
pub(crate) struct Allowance {
    /// Whether the request can be repeated at all, and safely.
    pub(crate) is_repeatable: bool,
    pub(crate) max_attempts: u32,
    /// Time that is left.
    pub(crate) remaining: Duration,
    /// The pause that the backoff gives.
    pub(crate) backoff: Duration,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    Again(Duration),
    GiveUp(Option<&'static str>),
}

impl Spent {
    /// Each remedy is tried once; time as often as the policy allows. `take_retry` takes from the
    /// budget that all calls share.
    pub(crate) fn next(
        &mut self,
        refusal: &Refusal,
        allowance: &Allowance,
        take_retry: impl FnOnce() -> bool,
    ) -> Next {
        let date = refusal.date.filter(|_| !self.has_tried_date);
        let token = refusal.token.as_ref().filter(|_| !self.has_tried_token);
        let is_fixable = date.is_some() || token.is_some();
        let pause = match refusal.error.outcome() {
            Outcome::Transient(asked) => {
                asked.unwrap_or_default().saturating_add(allowance.backoff)
            }
            Outcome::Final if is_fixable => Duration::ZERO,
            Outcome::Final => return Next::GiveUp(None),
        };
        if !allowance.is_repeatable {
            return Next::GiveUp(Some("not a call that can be repeated safely"));
        }
        if let Some(seconds) = date {
            self.has_tried_date = true;
            self.trial.skew = Some(seconds);
            return Next::Again(Duration::ZERO);
        }
        if let Some(token) = token {
            self.has_tried_token = true;
            self.trial.refused = Some(token.clone());
            return Next::Again(Duration::ZERO);
        }
        if refusal.token.is_some() || self.tries >= allowance.max_attempts {
            return Next::GiveUp(None);
        }
        if pause >= allowance.remaining {
            return Next::GiveUp(Some("the deadline leaves no time for another attempt"));
        }
        if !take_retry() {
            return Next::GiveUp(Some("the retry budget of this client is used up"));
        }
        Next::Again(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::what::What;

    const ASKED: Duration = Duration::from_secs(2);

    fn refusal(date: Option<i64>, token: Option<&str>) -> Refusal {
        let outcome = if token.is_some() { Outcome::Transient(None) } else { Outcome::Final };
        let token = token.map(|text| AccessToken::new(text).unwrap());
        Refusal { error: Error::with_outcome(What::CutOff, outcome), date, token }
    }

    fn busy() -> Refusal {
        Error::with_outcome(What::CutOff, Outcome::Transient(Some(ASKED))).into()
    }

    fn allowance() -> Allowance {
        Allowance {
            is_repeatable: true,
            max_attempts: 5,
            remaining: Duration::from_secs(60),
            backoff: Duration::from_millis(250),
        }
    }

    #[test]
    fn the_date_is_tried_first_then_the_token_each_once_and_together_at_the_end() {
        let mut spent = Spent { tries: 9, ..Spent::default() };
        let never = || panic!("a remedy takes nothing from the budget");
        let both = || refusal(Some(31), Some("first-token"));
        assert_eq!(spent.next(&both(), &allowance(), never), Next::Again(Duration::ZERO));
        assert_eq!((spent.trial.skew, spent.trial.refused.is_some()), (Some(31), false));
        assert_eq!(spent.next(&both(), &allowance(), never), Next::Again(Duration::ZERO));
        assert_eq!((spent.trial.skew, spent.trial.refused.is_some()), (Some(31), true));
        assert_eq!(spent.next(&both(), &allowance(), never), Next::GiveUp(None));
    }

    #[test]
    fn a_token_refused_again_is_given_up_and_not_waited_for() {
        let mut spent = Spent::default();
        assert_eq!(
            spent.next(&refusal(None, Some("token-1")), &allowance(), || true),
            Next::Again(Duration::ZERO)
        );
        assert_eq!(
            spent.next(&refusal(None, Some("token-2")), &allowance(), || true),
            Next::GiveUp(None)
        );
    }

    #[test]
    fn time_is_tried_after_the_services_pause_and_the_backoff() {
        let mut spent = Spent { tries: 1, ..Spent::default() };
        let pause = ASKED + Duration::from_millis(250);
        assert_eq!(spent.next(&busy(), &allowance(), || true), Next::Again(pause));
        let tight = Allowance { remaining: pause, ..allowance() };
        assert!(
            matches!(spent.next(&busy(), &tight, || true), Next::GiveUp(Some(why)) if why.contains("deadline"))
        );
        assert!(
            matches!(spent.next(&busy(), &allowance(), || false), Next::GiveUp(Some(why)) if why.contains("budget"))
        );
        spent.tries = 5;
        assert_eq!(spent.next(&busy(), &allowance(), || true), Next::GiveUp(None));
    }

    #[test]
    fn what_must_not_be_repeated_is_not_repeated_for_any_reason() {
        let allowance = Allowance { is_repeatable: false, ..allowance() };
        for refusal in [busy(), refusal(Some(31), None), refusal(None, Some("token-1"))] {
            let next = Spent::default().next(&refusal, &allowance, || true);
            assert!(matches!(next, Next::GiveUp(Some(why)) if why.contains("repeated safely")));
        }
        let plain = refusal(None, None);
        assert_eq!(Spent::default().next(&plain, &allowance, || true), Next::GiveUp(None));
    }
}
