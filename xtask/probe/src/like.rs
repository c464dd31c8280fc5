//! A sandbox that decides as the service did.

use std::time::Duration;

use koodrive_sandbox::{Cursors, LastPage, RefusalForm, Refused, SandboxBuilder, TokenForm};

use crate::fact::{Again, Fact, LastNext, Of, Refusal, Side};
use crate::report::Report;
use crate::shape::Shape;

/// The builder with a report's decisions.
#[derive(Debug)]
#[non_exhaustive]
pub struct Alike {
    /// The builder.
    pub builder: SandboxBuilder,
    /// What the sandbox cannot do alike, one sentence each.
    pub differences: Vec<String>,
}

/// Takes the decisions of a report; what stayed open stays as the builder has it.
pub fn alike(report: &Report, builder: SandboxBuilder) -> Alike {
    let alike = Alike { builder, differences: Vec::new() };
    report.facts().fold(alike, Alike::with)
}

impl Alike {
    fn with(mut self, fact: &Fact) -> Self {
        if let Some(difference) = difference(fact) {
            self.differences.push(difference.to_owned());
        }
        self.builder = set(self.builder, fact);
        self
    }
}

fn set(builder: SandboxBuilder, fact: &Fact) -> SandboxBuilder {
    let second = Duration::from_secs(1);
    match fact {
        Fact::TokenForms { plus, space, bare } => {
            let all = [(TokenForm::Plus, plus), (TokenForm::Space, space), (TokenForm::Bare, bare)];
            let forms: Vec<_> =
                all.into_iter().filter(|(_, taken)| **taken).map(|(form, _)| form).collect();
            // When none was taken, the token was wrong.
            if forms.is_empty() { builder } else { builder.token_forms(forms) }
        }
        Fact::SignedHost { with: true, without } => builder.require_host_signed(!without),
        Fact::TokenNeeds { date, user } => {
            builder.require_date_with_token(*date).require_user_with_token(*user)
        }
        Fact::Window { side, accepted, refused, .. } => {
            // The rung that was taken is in the window, the one that was refused is not.
            let distance = match (accepted, refused) {
                (Some(accepted), _) => u32::try_from(*accepted).unwrap_or(u32::MAX),
                (None, _) => 0,
            };
            match side {
                Side::Ahead => builder.max_date_ahead(second * distance),
                // Half a minute at least, since clients set their dates back that far.
                Side::Behind => builder.max_date_age(second * window_of(distance)),
            }
        }
        Fact::Refused { of, refusal } => match kind(*of) {
            Some(what) => builder.refusal(what, form(refusal)),
            None => builder,
        },
        Fact::CursorAgain { again: Again::Refused } => builder.cursors(Cursors::Once),
        Fact::CursorLater { after, again: Again::Refused } => {
            builder.cursors(Cursors::Lapsing(Duration::from_secs(after.saturating_sub(1))))
        }
        Fact::LastPage { next } => builder.last_page(match next {
            LastNext::Absent => LastPage::Absent,
            LastNext::Null => LastPage::Null,
            LastNext::Empty => LastPage::Empty,
        }),
        Fact::UnknownParameters { ignored } => builder.refuse_unknown_parameters(!ignored),
        Fact::PageSize { records, .. } => builder.clamp_page_size(records.is_some()),
        Fact::RequestId { header } => builder.request_id_header(header.as_deref()),
        Fact::Clock { ahead } => builder.date_header(ahead.is_some()),
        Fact::Compression { encoding } => builder.gzip(encoding.as_deref() == Some("gzip")),
        _ => builder,
    }
}

/// 840 was taken and 960 refused: the documented 900 lies between.
fn window_of(accepted: u32) -> u32 {
    if accepted == 840 { 900 } else { accepted.max(60) }
}

fn kind(of: Of) -> Option<Refused> {
    Some(match of {
        Of::Credentials => Refused::Credentials,
        Of::Signature => Refused::Signature,
        Of::Token => Refused::Token,
        Of::Date => Refused::Date,
        Of::User => Refused::User,
        Of::Module => Refused::Parameter,
        Of::Cursor => Refused::Cursor,
        // The sandbox refuses these as it does their neighbours above.
        Of::App | Of::LapsedToken | Of::MissingParameter => return None,
    })
}

fn form(refusal: &Refusal) -> RefusalForm {
    let (status, code) = (refusal.status, refusal.code.as_ref());
    let failed = if (400..600).contains(&status) { status } else { 400 };
    match refusal.shape {
        Shape::Gateway => {
            RefusalForm::gateway(failed, code.map_or("APIGW.0301", |code| &code.text))
        }
        Shape::Html => RefusalForm::html(failed),
        Shape::Envelope => {
            let number = code.and_then(|code| code.text.parse().ok()).filter(|code| *code != 0);
            let number = number.unwrap_or(i64::from(failed));
            let status = if status == 200 { 200 } else { failed };
            match code {
                Some(code) if code.is_text => RefusalForm::envelope_text(status, number),
                _ => RefusalForm::envelope(status, number),
            }
        }
        Shape::Empty | Shape::OtherJson | Shape::Other | Shape::Page => RefusalForm::empty(failed),
    }
}

/// What has no switch.
fn difference(fact: &Fact) -> Option<&'static str> {
    Some(match fact {
        Fact::SignedHost { with: false, without: true } => {
            "The service refuses signatures that cover host; the sandbox takes them."
        }
        Fact::CursorAgain { again: Again::OtherPage }
        | Fact::CursorLater { again: Again::OtherPage, .. } => {
            "The service gives another page for a cursor that was used; the sandbox gives the same one."
        }
        Fact::NotRefused { of } => match of {
            Of::User => "The service answers for an unknown user; the sandbox refuses it.",
            Of::Cursor => {
                "The service takes a cursor that it never gave out; the sandbox refuses it."
            }
            Of::Module => "The service takes an unknown module code; the sandbox refuses it.",
            Of::MissingParameter => {
                "The service takes a request without a module code; the sandbox refuses it."
            }
            _ => "The service takes requests with wrong credentials; the sandbox refuses them.",
        },
        Fact::Compression { encoding: Some(encoding) } if encoding != "gzip" => {
            "The service compresses otherwise than by gzip; the sandbox does not compress."
        }
        Fact::HttpVersion { version } if version == "HTTP/2.0" => {
            "The service speaks HTTP/2; the sandbox speaks HTTP/1.1."
        }
        Fact::PageForm { unknown, other_types }
            if !(unknown.is_empty() && other_types.is_empty()) =>
        {
            "The service's pages differ from the document; the sandbox's do not, but for the fault unknown-values."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sandbox_does_otherwise_is_told_and_nothing_else() {
        let form = |unknown: &[&str], other: &[&str]| Fact::PageForm {
            unknown: unknown.iter().map(ToString::to_string).collect(),
            other_types: other.iter().map(ToString::to_string).collect(),
        };
        for (fact, says) in [
            (Fact::NotRefused { of: Of::User }, Some("unknown user")),
            (Fact::NotRefused { of: Of::Cursor }, Some("never gave out")),
            (Fact::NotRefused { of: Of::Module }, Some("unknown module code")),
            (Fact::NotRefused { of: Of::MissingParameter }, Some("without a module code")),
            (Fact::NotRefused { of: Of::Token }, Some("wrong credentials")),
            (form(&["more"], &[]), Some("pages differ")),
            (form(&[], &["code: null"]), Some("pages differ")),
            (form(&[], &[]), None),
            (Fact::SignedHost { with: true, without: true }, None),
        ] {
            match (difference(&fact), says) {
                (Some(found), Some(says)) => assert!(found.contains(says), "{found}"),
                (found, says) => assert_eq!(found, says, "{fact:?}"),
            }
        }
    }
}
