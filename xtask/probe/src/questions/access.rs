//! Which credentials the service takes, and what they need beside them.

use crate::ask::{Ask, Auth, TokenForm, UserAsk, WhichToken};
use crate::fact::Fact;
use crate::known::Known;
use crate::question::{Question, Verdict, taken};
use crate::seen::Seen;

pub(crate) struct TokenForms;

impl Question for TokenForms {
    fn id(&self) -> &'static str {
        "token-forms"
    }

    fn title(&self) -> &'static str {
        "Is the `+` of `Bearer+` literal, is a space or the bare token taken?"
    }

    fn hindrance(&self, known: &Known) -> Option<&'static str> {
        (!known.has_token).then_some("no token was given")
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        let form = *TokenForm::ALL.get(seen.len())?;
        Some(Ask::page(Auth::Token(form, WhichToken::Good), known.any_module()))
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        let [plus, space, bare] = seen else { return Verdict::open("Not all forms were tried.") };
        let [plus, space, bare] = [plus, space, bare].map(Seen::is_accepted);
        let answer = format!(
            "`Bearer+<token>` is {}, `Bearer <token>` is {}, the bare token is {}.",
            taken(plus),
            taken(space),
            taken(bare)
        );
        Verdict::new(answer, [Fact::TokenForms { plus, space, bare }])
    }
}

pub(crate) struct SignedHost;

impl Question for SignedHost {
    fn id(&self) -> &'static str {
        "signed-host"
    }

    fn title(&self) -> &'static str {
        "Must `host` be signed?"
    }

    fn hindrance(&self, known: &Known) -> Option<&'static str> {
        (!known.has_app).then_some("no app id and secret were given")
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        let signs_host = *[true, false].get(seen.len())?;
        Some(Ask::page(Auth::App { signs_host, flaw: None }, known.any_module()))
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        let [with, without] = seen else { return Verdict::open("Not both ways were tried.") };
        let [with, without] = [with, without].map(Seen::is_accepted);
        let answer = match (with, without) {
            (true, true) => "No: a signature is taken with it and without it.",
            (true, false) => "Yes: a signature without it is refused.",
            (false, true) => {
                "It must not be: a signature that covers it is refused. A gateway may change it on the way."
            }
            (false, false) => "Both signatures were refused.",
        };
        Verdict::new(answer, [Fact::SignedHost { with, without }])
    }
}

pub(crate) struct TokenNeeds;

impl Question for TokenNeeds {
    fn id(&self) -> &'static str {
        "token-needs"
    }

    fn title(&self) -> &'static str {
        "Are X-Date and X-User-Id needed with a token?"
    }

    fn hindrance(&self, known: &Known) -> Option<&'static str> {
        known.token_form.is_none().then_some("no token was taken")
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        let whole = Ask::page(Auth::Token(known.token_form?, WhichToken::Good), known.any_module());
        match seen.len() {
            0 => Some(Ask { date: None, ..whole }),
            1 => Some(Ask { user: UserAsk::None, ..whole }),
            _ => None,
        }
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        let [dateless, userless] = seen else { return Verdict::open("Not both were tried.") };
        let (date, user) = (!dateless.is_accepted(), !userless.is_accepted());
        let needed = |is_needed| if is_needed { "needed" } else { "not needed" };
        let answer = format!("X-Date is {}, X-User-Id is {}.", needed(date), needed(user));
        Verdict::new(answer, [Fact::TokenNeeds { date, user }])
    }
}
