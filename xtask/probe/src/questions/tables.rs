//! Verdicts from answers, without a socket: also of services that no sandbox can play.

use serde_json::{Value, json};

use crate::ask::{Auth, CursorAsk, TokenForm};
use crate::fact::{Again, Fact, LastNext, Of, Proof, Side};
use crate::known::Known;
use crate::question::Question;
use crate::questions::{access, all, dates, paging, refusals, transport};
use crate::seen::Seen;
use crate::seen::tests::{answer, page};

fn let_in() -> Known {
    Known {
        has_app: true,
        has_token: true,
        signs_host: Some(true),
        token_form: Some(TokenForm::Plus),
        module: Some("101"),
        ..Known::default()
    }
}

fn yes() -> Seen {
    page(&Value::Null, &json!([{ "recordId": "1" }]))
}

fn no() -> Seen {
    answer(401, &[], b"{\"code\":401,\"msg\":\"no\"}")
}

fn with_cursor(record: &str) -> Seen {
    page(&json!("a-cursor"), &json!([{ "recordId": record }]))
}

fn facts(question: &dyn Question, known: &Known, seen: &[Seen]) -> Vec<Fact> {
    question.verdict(known, seen).facts
}

#[test]
fn names_are_unique_and_titles_are_questions() {
    let mut ids: Vec<_> = all().iter().map(|question| question.id()).collect();
    ids.sort_unstable();
    ids.windows(2).for_each(|pair| assert_ne!(pair[0], pair[1]));
    assert!(all().iter().all(|question| question.title().ends_with('?')));
}

#[test]
fn every_question_ends_whatever_the_answers_are() {
    for answered in [yes, no, || with_cursor("1"), || answer(500, &[], b"<")] {
        let mut sum = 0;
        for question in all() {
            let mut seen = Vec::new();
            while question.next(&let_in(), &seen).is_some() {
                seen.push(answered());
                assert!(seen.len() < 10, "{}", question.id());
            }
            // None panics, also on fewer answers than it asked for.
            (0..=seen.len()).for_each(|n| drop(question.verdict(&let_in(), &seen[..n])));
            sum += seen.len();
        }
        assert!(sum <= 60, "{sum} requests");
    }
}

#[test]
fn nothing_is_asked_as_somebody_who_was_not_let_in() {
    let known = Known { has_app: true, has_token: true, ..Known::default() };
    for question in all() {
        let is_free = question.hindrance(&known).is_none();
        let may_be_free = ["no-credentials", "token-forms", "signed-host", "unknown-token"];
        assert_eq!(is_free, may_be_free.contains(&question.id()), "{}", question.id());
    }
    let nobody = Known::default();
    assert_eq!(access::TokenForms.hindrance(&nobody), Some("no token was given"));
    assert_eq!(access::SignedHost.hindrance(&nobody), Some("no app id and secret were given"));
}

#[test]
fn both_ways_to_sign_are_told_apart() {
    for (seen, with, without, start) in [
        ([yes(), yes()], true, true, "No:"),
        ([yes(), no()], true, false, "Yes:"),
        ([no(), yes()], false, true, "It must not be:"),
        ([no(), no()], false, false, "Both"),
    ] {
        let verdict = access::SignedHost.verdict(&let_in(), &seen);
        assert_eq!(verdict.facts, [Fact::SignedHost { with, without }]);
        assert!(verdict.answer.starts_with(start), "{}", verdict.answer);
    }
}

#[test]
fn the_credentials_that_are_taken_are_used_from_then_on() {
    for (with, without, expected) in [
        (true, true, Some(Auth::App { signs_host: true, flaw: None })),
        (false, true, Some(Auth::App { signs_host: false, flaw: None })),
        (false, false, None),
    ] {
        let mut known = Known::default();
        known.learn(&Fact::SignedHost { with, without });
        assert_eq!(known.auth(), expected);
    }
    let mut known = Known::default();
    known.learn(&Fact::TokenForms { plus: false, space: true, bare: true });
    assert_eq!(known.token_form, Some(TokenForm::Space));
    assert_eq!(known.proof(), Proof::Token);
}

#[test]
fn a_list_is_not_followed_behind_a_refusal() {
    let refused = answer(200, &[], b"{\"code\":7,\"data\":[],\"nextCursor\":\"a-cursor\"}");
    assert!(paging::LastPage.next(&let_in(), &[with_cursor("1"), refused]).is_none());
    assert!(paging::LastPage.next(&let_in(), &[with_cursor("1")]).is_some());
}

#[test]
fn a_ladder_is_climbed_until_a_rung_is_refused() {
    let known = let_in();
    for (seen, accepted, refused) in [
        (vec![no()], None, Some(3)),
        (vec![yes(), no()], Some(3), Some(60)),
        (vec![yes(), yes(), yes(), no()], Some(300), Some(840)),
        (vec![yes(); 5], Some(960), None),
    ] {
        assert!(dates::AHEAD.next(&known, &seen).is_none());
        let window = Fact::Window { side: Side::Ahead, proof: Proof::Signature, accepted, refused };
        assert_eq!(facts(&dates::AHEAD, &known, &seen)[0], window);
    }
    let dates: Vec<_> = (0..6)
        .map(|n| dates::BEHIND.next(&known, &vec![yes(); n]).and_then(|ask| ask.date))
        .collect();
    assert_eq!(dates, [-600, -840, -960, -1_800, -3_600, -86_400].map(Some));
}

#[test]
fn a_page_in_place_of_a_refusal_is_told() {
    let wrong = refusals::ALL.iter().find(|wrong| wrong.id() == "unknown-user").unwrap();
    assert_eq!(facts(wrong, &let_in(), &[yes()]), [Fact::NotRefused { of: Of::User }]);
    let empty = page(&Value::Null, &json!([]));
    assert!(wrong.verdict(&let_in(), &[empty]).answer.contains("an empty page"));
    let verdict = wrong.verdict(&let_in(), &[no()]);
    assert_eq!(verdict.answer, "By status 401 with the service's envelope, code 401.");
}

#[test]
fn a_cursor_is_compared_by_the_page_behind_it() {
    let known = let_in();
    for (third, again, is_kept) in [
        (with_cursor("2"), Again::SamePage, true),
        (with_cursor("3"), Again::OtherPage, false),
        (no(), Again::Refused, false),
    ] {
        let seen = [with_cursor("1"), with_cursor("2"), third];
        let verdict = paging::CursorAgain.verdict(&known, &seen);
        assert_eq!(verdict.facts, [Fact::CursorAgain { again }]);
        assert_eq!(verdict.learned.kept.is_some(), is_kept);
    }
    let ask = paging::CursorAgain.next(&known, &[with_cursor("1")]).unwrap();
    assert!(matches!(ask.cursor, CursorAsk::Given(_)));
    let refused_at_once = [with_cursor("1"), no(), no()];
    assert_eq!(facts(&paging::CursorAgain, &known, &refused_at_once), []);
}

#[test]
fn the_last_page_is_the_one_without_a_cursor() {
    let known = Known { short_module: Some("102"), ..let_in() };
    let end = |next: Value| {
        let seen = [with_cursor("1"), page(&next, &json!([]))];
        assert!(paging::LastPage.next(&known, &seen).is_none());
        facts(&paging::LastPage, &known, &seen).into_iter().find_map(|fact| match fact {
            Fact::LastPage { next } => Some(next),
            _ => None,
        })
    };
    assert_eq!(end(Value::Null), Some(LastNext::Null));
    assert_eq!(end(json!("")), Some(LastNext::Empty));
    assert_eq!(end(json!({})), None);
    let long = vec![with_cursor("1"); 8];
    let ask = paging::LastPage.next(&known, &long).unwrap();
    assert_eq!((ask.module, ask.cursor), (Some("102"), CursorAsk::None));
    assert!(paging::LastPage.next(&let_in(), &long).is_none());
}

#[test]
fn what_all_answers_show_is_counted() {
    let mut known = let_in();
    let (dated, id) = (("date", "Thu, 01 Jan 1970 00:01:01 GMT"), ("x-traceid", "7"));
    for headers in [&[dated, id][..], &[id], &[]] {
        known.note(&answer(200, headers, b""));
    }
    for (question, expected) in [
        (&transport::Clock as &dyn Question, Fact::Clock { ahead: Some(60) }),
        (&transport::RequestId, Fact::RequestId { header: Some("x-traceid".to_owned()) }),
        (&transport::HttpVersion, Fact::HttpVersion { version: "HTTP/2.0".to_owned() }),
        (&transport::Latency, Fact::Latency { median: 20, max: 20 }),
    ] {
        assert_eq!(facts(question, &known, &[]), [expected]);
    }
    let id = transport::RequestId.verdict(&known, &[]);
    assert_eq!(id.answer, "`x-traceid`, in 2 of 3 answers.");
}

/// Reports are compared by them.
#[test]
fn the_questions_keep_their_names() {
    let names: Vec<_> = all().iter().map(|question| question.id()).collect();
    assert_eq!(
        names,
        [
            "no-credentials",
            "token-forms",
            "signed-host",
            "token-needs",
            "records",
            "cursor-again",
            "date-ahead",
            "date-behind",
            "wrong-signature",
            "unknown-app",
            "unknown-token",
            "lapsed-token",
            "unknown-user",
            "unknown-module",
            "missing-parameter",
            "unknown-cursor",
            "page-size-0",
            "page-size-101",
            "unknown-parameter",
            "compression",
            "last-page",
            "cursor-later",
            "request-id",
            "clock",
            "http-version",
            "latency",
        ]
    );
    for question in all() {
        assert!(question.title().ends_with('?'), "{}", question.id());
    }
}

#[test]
fn a_clock_is_ahead_or_behind_or_neither() {
    for (ahead, says) in
        [(None, "No."), (Some(0), "agrees"), (Some(7), "7 s ahead"), (Some(-7), "7 s behind")]
    {
        let mut known = let_in();
        known.observed.ahead = ahead;
        let verdict = transport::Clock.verdict(&known, &[]);
        assert!(verdict.answer.contains(says), "{}", verdict.answer);
    }
}
