//! What follows from the facts: for a client's settings, and for the document.

use crate::fact::{Fact, LastNext, Of, Proof, Refusal, Side};
use crate::report::{Contradiction, Deployment, Finding, Report, Setting, VERSION};
use crate::shape::Shape;

/// The report of these findings.
pub(crate) fn report(deployment: Deployment, requests: u32, findings: Vec<Finding>) -> Report {
    let facts: Vec<&Fact> = findings.iter().flat_map(|finding| &finding.facts).collect();
    let (settings, contradictions) = (settings(&facts), contradictions(&facts));
    Report { probe: VERSION, deployment, requests, findings, settings, contradictions }
}

fn settings(facts: &[&Fact]) -> Vec<Setting> {
    facts
        .iter()
        .filter_map(|fact| setting(fact))
        .map(|(setting, because)| Setting { setting: setting.to_owned(), because })
        .collect()
}

fn setting(fact: &Fact) -> Option<(&'static str, String)> {
    let because = |text: &str| text.to_owned();
    Some(match fact {
        Fact::TokenForms { plus: true, .. } => return None,
        Fact::TokenForms { space: true, .. } => (
            "AccessToken::new(token)?.with_prefix(TokenPrefix::BearerSpace)",
            because("`Bearer <token>` is taken and `Bearer+<token>`, the default, is not"),
        ),
        Fact::TokenForms { bare: true, .. } => (
            "AccessToken::new(token)?.with_prefix(TokenPrefix::Bare)",
            because("only the bare token is taken"),
        ),
        Fact::SignedHost { with: false, without: true } => (
            "builder.signed_headers(SignedHeaders::new([\"x-date\", \"x-user-id\"])?)",
            because(
                "a signature that covers `host` is refused; if a gateway rewrites it, builder.host(..) is the other way",
            ),
        ),
        Fact::Window { side: Side::Ahead, accepted: Some(accepted @ 60..), .. } => (
            "builder.date_margin(Duration::ZERO)",
            format!(
                "dates up to {accepted} s ahead are taken, so the margin of 30 s is not needed; it does no harm"
            ),
        ),
        Fact::Window {
            side: Side::Behind,
            refused: Some(refused @ ..=840),
            proof: Proof::Signature,
            ..
        } => (
            "builder.date_margin(Duration::from_secs(5))",
            format!(
                "dates {refused} s old are refused already: set dates back less, and keep the clock right"
            ),
        ),
        Fact::Clock { ahead: None } => (
            "builder.correct_clock_skew(false)",
            because("answers have no `Date` to correct by: keep the machine's clock right"),
        ),
        Fact::Clock { ahead: Some(ahead) } if ahead.unsigned_abs() > 20 => (
            "builder.correct_clock_skew(true)",
            format!(
                "the clocks are {} s apart; this is the default, and setting the machine's clock saves a refused request",
                ahead.unsigned_abs()
            ),
        ),
        Fact::Refused { of: Of::LapsedToken | Of::Token, refusal } if !asks_again(refusal) => (
            "TokenProvider: renew a token before it lapses",
            format!("a refused token comes as {refusal}, which the client does not take for one"),
        ),
        Fact::Throttled { has_retry_after: false, .. } => (
            "builder.max_concurrent_requests(1)",
            because("the service limits requests without saying for how long"),
        ),
        _ => return None,
    })
}

/// Whether koodrive-ext asks its provider for another token after this answer. Of a 400 it reads
/// the message, which the probe does not keep.
fn asks_again(refusal: &Refusal) -> bool {
    let code = refusal.code.as_ref().and_then(|code| code.text.rsplit_once('.'));
    let is_gateways = refusal.shape == Shape::Gateway
        && code.is_some_and(|(_, number)| matches!(number.parse(), Ok(301..=307_u16)));
    matches!(refusal.status, 400 | 401) || (is_gateways && refusal.status != 429)
}

fn contradictions(facts: &[&Fact]) -> Vec<Contradiction> {
    facts
        .iter()
        .flat_map(|fact| contradiction(fact))
        .map(|(document, seen)| Contradiction { document: document.to_owned(), seen })
        .collect()
}

fn contradiction(fact: &Fact) -> Vec<(&'static str, String)> {
    match fact {
        Fact::TokenForms { plus: false, space, bare } if *space || *bare => vec![(
            "`authorization`: `Bearer+` before a token",
            "that form is refused, another is taken".to_owned(),
        )],
        Fact::TokenNeeds { date, user } => {
            let unneeded = [("X-Date", date), ("X-User-Id", user)];
            let unneeded = unneeded.into_iter().filter(|(_, is_needed)| !**is_needed);
            unneeded
                .map(|(name, _)| {
                    (
                        "`security`: a token comes with X-User-Id and X-Date",
                        format!("{name} is not needed with a token"),
                    )
                })
                .collect()
        }
        Fact::Window { side: Side::Ahead, accepted: Some(accepted), proof, .. } => vec![(
            "`signatureDate`: must not be later than the current time",
            format!("{accepted} s later is taken{}", with(*proof)),
        )],
        Fact::Window { side: Side::Behind, accepted: Some(accepted @ 901..), proof, .. } => vec![(
            "`signatureDate`: within 15 minutes of the current time",
            format!("{accepted} s old is taken{}", with(*proof)),
        )],
        Fact::Window { side: Side::Behind, refused: Some(refused @ ..900), proof, .. } => vec![(
            "`signatureDate`: within 15 minutes of the current time",
            format!("{refused} s old is refused{}", with(*proof)),
        )],
        Fact::NotRefused { of } => not_refused(*of),
        Fact::Refused { of, refusal } => refused(*of, refusal),
        Fact::LastPage { next: LastNext::Null } => vec![(
            "`NextCursor`: `type: string`, which null is not, whatever its description says",
            "it is null on the last page".to_owned(),
        )],
        Fact::PageForm { unknown, other_types } => {
            let names = |names: &[String]| names.join(", ");
            let mut all = Vec::new();
            if !unknown.is_empty() {
                all.push((
                    "`BackupRecordPage`: its members",
                    format!("there are more: {}", names(unknown)),
                ));
            }
            if !other_types.is_empty() {
                all.push((
                    "`BackupRecordPage`: its members' types",
                    format!("others: {}", names(other_types)),
                ));
            }
            all
        }
        Fact::PageSize { size, records: Some(records) } => {
            vec![("`PageSize`: from 1 to 100", format!("{size} is taken, {records} records came"))]
        }
        _ => Vec::new(),
    }
}

fn with(proof: Proof) -> &'static str {
    match proof {
        Proof::Signature => " with a signature",
        Proof::Token => " with a token",
    }
}

fn not_refused(of: Of) -> Vec<(&'static str, String)> {
    let document = match of {
        Of::Credentials | Of::Signature | Of::App | Of::Token | Of::LapsedToken => {
            "`security`: a call needs credentials"
        }
        Of::User => "`userId`: the user on whose behalf the call is made",
        Of::Module => "`ModuleCode`: 100, 101 or 102",
        Of::MissingParameter => "`moduleCode`: `required: true`",
        Of::Cursor => "`cursor`: the preceding page's `nextCursor`",
        Of::Date => return Vec::new(),
    };
    vec![(document, format!("a request without it is answered with a page ({of:?})"))]
}

fn refused(of: Of, refusal: &Refusal) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    if refusal.status == 200 {
        all.push((
            "`responses`: a refused call has a status from 400",
            format!("{of:?} is refused by {refusal}"),
        ));
    }
    let is_text = refusal.code.as_ref().is_some_and(|code| code.is_text);
    if refusal.shape == Shape::Envelope && is_text {
        all.push(("`ResultCode`: an integer", format!("{of:?} is refused by {refusal}")));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Code;

    fn refused(of: Of, status: u16, shape: Shape, code: &str, is_text: bool) -> Fact {
        let code = Some(Code { text: code.to_owned(), is_text });
        Fact::Refused { of, refusal: Refusal { status, shape, code } }
    }

    fn window(side: Side, accepted: Option<u64>, refused: Option<u64>) -> Fact {
        Fact::Window { side, proof: Proof::Signature, accepted, refused }
    }

    #[test]
    fn each_fact_has_the_setting_that_follows() {
        for (fact, expected) in [
            (Fact::TokenForms { plus: true, space: true, bare: true }, ""),
            (Fact::TokenForms { plus: false, space: true, bare: true }, "BearerSpace"),
            (Fact::TokenForms { plus: false, space: false, bare: true }, "Bare)"),
            (Fact::TokenForms { plus: false, space: false, bare: false }, ""),
            (Fact::SignedHost { with: true, without: true }, ""),
            (Fact::SignedHost { with: true, without: false }, ""),
            (Fact::SignedHost { with: false, without: true }, "signed_headers"),
            (window(Side::Ahead, None, Some(3)), ""),
            (window(Side::Ahead, Some(3), Some(60)), ""),
            (window(Side::Ahead, Some(60), Some(300)), "date_margin(Duration::ZERO)"),
            (window(Side::Behind, Some(840), Some(960)), ""),
            (window(Side::Behind, Some(600), Some(840)), "from_secs(5)"),
            (window(Side::Behind, None, Some(600)), "from_secs(5)"),
            (Fact::Clock { ahead: Some(-5) }, ""),
            (Fact::Clock { ahead: Some(-50) }, "correct_clock_skew(true)"),
            (Fact::Clock { ahead: None }, "correct_clock_skew(false)"),
            (refused(Of::Token, 401, Shape::Envelope, "401", false), ""),
            (refused(Of::Token, 403, Shape::Gateway, "APIGW.0301", true), ""),
            (refused(Of::Token, 403, Shape::Gateway, "APIGW.0310", true), "TokenProvider"),
            (refused(Of::LapsedToken, 200, Shape::Envelope, "7", false), "TokenProvider"),
            (refused(Of::User, 500, Shape::Envelope, "7", false), ""),
            (Fact::Throttled { after_requests: 9, has_retry_after: true }, ""),
            (Fact::Throttled { after_requests: 9, has_retry_after: false }, "max_concurrent"),
        ] {
            let settings = settings(&[&fact]);
            match (expected, settings.as_slice()) {
                ("", []) => {}
                (_, [setting]) if !expected.is_empty() => {
                    assert!(setting.setting.contains(expected), "{setting:?} of {fact:?}");
                }
                _ => panic!("{settings:?} of {fact:?}"),
            }
        }
    }

    #[test]
    fn what_contradicts_the_document_names_a_place_of_it() {
        let document = include_str!("../../../openapi/koodrive.yaml");
        let facts = [
            Fact::TokenForms { plus: false, space: true, bare: false },
            Fact::TokenNeeds { date: false, user: false },
            window(Side::Ahead, Some(3), Some(60)),
            window(Side::Behind, Some(960), Some(1_800)),
            window(Side::Behind, None, Some(600)),
            Fact::NotRefused { of: Of::Credentials },
            Fact::NotRefused { of: Of::User },
            Fact::NotRefused { of: Of::Module },
            Fact::NotRefused { of: Of::MissingParameter },
            Fact::NotRefused { of: Of::Cursor },
            refused(Of::Token, 200, Shape::Envelope, "7", true),
            Fact::LastPage { next: LastNext::Null },
            Fact::PageForm {
                unknown: vec!["a".to_owned()],
                other_types: vec!["b: null".to_owned()],
            },
            Fact::PageSize { size: 101, records: Some(101) },
        ];
        for fact in &facts {
            let found = contradictions(&[fact]);
            assert!(!found.is_empty(), "{fact:?}");
            for contradiction in found {
                let place = contradiction.document.split('`').nth(1).unwrap();
                assert!(document.contains(place), "{place} of {fact:?}");
            }
        }
    }

    #[test]
    fn a_window_is_told_with_the_credentials_that_it_was_measured_with() {
        for (proof, says) in
            [(Proof::Signature, "with a signature"), (Proof::Token, "with a token")]
        {
            let window = Fact::Window {
                side: Side::Behind,
                proof,
                accepted: Some(960),
                refused: Some(1_800),
            };
            let found = contradictions(&[&window]);
            assert!(
                found.iter().any(|contradiction| contradiction.seen.ends_with(says)),
                "{found:?}"
            );
        }
    }

    #[test]
    fn what_is_as_documented_contradicts_nothing() {
        for fact in [
            Fact::TokenForms { plus: true, space: true, bare: true },
            Fact::TokenForms { plus: false, space: false, bare: false },
            Fact::TokenNeeds { date: true, user: true },
            window(Side::Ahead, None, Some(3)),
            window(Side::Behind, Some(840), Some(960)),
            refused(Of::Token, 401, Shape::Envelope, "401", false),
            refused(Of::Token, 401, Shape::Gateway, "APIGW.0301", true),
            Fact::LastPage { next: LastNext::Empty },
            Fact::PageForm { unknown: Vec::new(), other_types: Vec::new() },
            Fact::PageSize { size: 101, records: None },
        ] {
            assert_eq!(contradictions(&[&fact]), []);
        }
    }
}
