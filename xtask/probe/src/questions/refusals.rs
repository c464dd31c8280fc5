//! What refusals look like: one request each, wrong in one way.

use crate::ask::{Ask, Auth, CursorAsk, Flaw, TokenForm, UserAsk, WhichToken};
use crate::fact::{Fact, Of};
use crate::known::Known;
use crate::question::{Question, Verdict};
use crate::seen::Seen;

/// Asked first, so that the service's clock is known before anything is signed.
pub(crate) struct NoCredentials;

impl Question for NoCredentials {
    fn id(&self) -> &'static str {
        "no-credentials"
    }

    fn title(&self) -> &'static str {
        "How is a request without credentials refused?"
    }

    fn hindrance(&self, _: &Known) -> Option<&'static str> {
        None
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        seen.is_empty().then(|| Ask::page(Auth::None, known.any_module()))
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        refused(Of::Credentials, seen)
    }
}

/// A request that is wrong in one way.
#[derive(Clone, Copy)]
pub(crate) struct Wrong {
    of: Of,
    id: &'static str,
    title: &'static str,
}

pub(crate) const ALL: [Wrong; 8] = [
    Wrong { of: Of::Signature, id: "wrong-signature", title: "How is a wrong signature refused?" },
    Wrong { of: Of::App, id: "unknown-app", title: "How is an unknown app id refused?" },
    Wrong {
        of: Of::Token,
        id: "unknown-token",
        title: "How is a token refused that was never given out?",
    },
    Wrong { of: Of::LapsedToken, id: "lapsed-token", title: "How is a lapsed token refused?" },
    Wrong { of: Of::User, id: "unknown-user", title: "How is an unknown user refused?" },
    Wrong { of: Of::Module, id: "unknown-module", title: "How is an unknown module code refused?" },
    Wrong {
        of: Of::MissingParameter,
        id: "missing-parameter",
        title: "How is a missing module code refused?",
    },
    Wrong {
        of: Of::Cursor,
        id: "unknown-cursor",
        title: "How is a cursor refused that was never given out?",
    },
];

impl Question for Wrong {
    fn id(&self) -> &'static str {
        self.id
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn hindrance(&self, known: &Known) -> Option<&'static str> {
        match self.of {
            Of::Signature | Of::App => {
                known.signs_host.is_none().then_some("no signature was taken")
            }
            Of::LapsedToken if !known.has_lapsed_token => {
                Some("no lapsed token was given (KOODRIVE_LAPSED_TOKEN)")
            }
            Of::Token | Of::LapsedToken => None,
            _ => known.auth().is_none().then_some(crate::question::NOT_LET_IN),
        }
    }

    fn next(&self, known: &Known, seen: &[Seen]) -> Option<Ask> {
        if !seen.is_empty() {
            return None;
        }
        let app = |flaw| Some(Auth::App { signs_host: known.signs_host?, flaw: Some(flaw) });
        let token = |which| Auth::Token(known.token_form.unwrap_or(TokenForm::Plus), which);
        let page = |auth| Ask::page(auth, known.any_module());
        Some(match self.of {
            Of::Signature => page(app(Flaw::Signature)?),
            Of::App => page(app(Flaw::AppId)?),
            Of::Token => page(token(WhichToken::MadeUp)),
            Of::LapsedToken => page(token(WhichToken::Lapsed)),
            Of::User => Ask { user: UserAsk::MadeUp, ..known.page()? },
            Of::Module => Ask { module: Some("199"), ..known.page()? },
            Of::MissingParameter => Ask { module: None, ..known.page()? },
            Of::Cursor => Ask { cursor: CursorAsk::MadeUp, ..known.page()? },
            Of::Credentials | Of::Date => return None,
        })
    }

    fn verdict(&self, _: &Known, seen: &[Seen]) -> Verdict {
        refused(self.of, seen)
    }
}

fn refused(of: Of, seen: &[Seen]) -> Verdict {
    match seen {
        [one] if one.is_accepted() => {
            let records = if one.records == 0 { "an empty page" } else { "a page of records" };
            Verdict::new(format!("It is not: {records} came."), [Fact::NotRefused { of }])
        }
        [one] => {
            let refusal = one.refusal();
            Verdict::new(format!("By {refusal}."), [Fact::Refused { of, refusal }])
        }
        _ => Verdict::open("It was not tried."),
    }
}
