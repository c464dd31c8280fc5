//! Each question finds out how the sandbox was set, whichever way that is.

use std::time::Duration;

use koodrive_probe::{Again, Code, Fact, LastNext, Of, Proof, Shape, Side};
use koodrive_sandbox::{
    Cursors, Fault, FaultKind, LastPage, RefusalForm, Refused, Sandbox, TokenForm,
};

use crate::support::{With, assert_has, finding, probed, refusal, report};

#[tokio::test]
async fn of_a_sandbox_without_settings_every_question_has_an_answer() {
    let report = report(Sandbox::builder()).await;
    for finding in &report.findings {
        assert!(!finding.facts.is_empty(), "{finding:?}");
    }
    for expected in [
        Fact::TokenForms { plus: true, space: true, bare: false },
        Fact::SignedHost { with: true, without: true },
        Fact::TokenNeeds { date: true, user: true },
        Fact::Records { module: Some("101".to_owned()) },
        Fact::CursorAgain { again: Again::SamePage },
        Fact::LastPage { next: LastNext::Absent },
        Fact::PageForm { unknown: Vec::new(), other_types: Vec::new() },
        Fact::UnknownParameters { ignored: true },
        Fact::PageSize { size: 0, records: None },
        Fact::PageSize { size: 101, records: None },
        Fact::RequestId { header: Some("x-traceid".to_owned()) },
        Fact::Clock { ahead: Some(0) },
        Fact::Compression { encoding: None },
        Fact::HttpVersion { version: "HTTP/1.1".to_owned() },
        window(Side::Ahead, None, Some(3)),
        window(Side::Behind, Some(840), Some(960)),
    ] {
        assert_has(&report, &expected);
    }
    assert!(report.contradictions.is_empty(), "{:?}", report.contradictions);
    assert!(report.settings.is_empty(), "{:?}", report.settings);
}

fn window(side: Side, accepted: Option<u64>, refused: Option<u64>) -> Fact {
    Fact::Window { side, proof: Proof::Signature, accepted, refused }
}

#[tokio::test]
async fn token_forms_are_told_apart_and_the_right_one_is_used_from_then_on() {
    for (form, prefix, expected) in [
        (TokenForm::Plus, None, (true, false, false)),
        (TokenForm::Space, Some("TokenPrefix::BearerSpace"), (false, true, false)),
        (TokenForm::Bare, Some("TokenPrefix::Bare)"), (false, false, true)),
    ] {
        let probed = probed(Sandbox::builder().token_forms([form]), With::Token).await;
        let report = probed.outcome.report;
        let (plus, space, bare) = expected;
        assert_has(&report, &Fact::TokenForms { plus, space, bare });
        assert_has(&report, &Fact::CursorAgain { again: Again::SamePage });
        let setting = report.settings.first().map(|setting| setting.setting.as_str());
        match prefix {
            None => assert_eq!(setting, None),
            Some(prefix) => assert!(setting.unwrap().contains(prefix), "{setting:?}"),
        }
        assert_eq!(report.contradictions.is_empty(), plus);
        assert!(finding(&report, "signed-host").answer.starts_with("Not asked: no app id"));
    }
}

#[tokio::test]
async fn what_a_request_must_have_is_found_out() {
    let loose = Sandbox::builder().require_date_with_token(false).require_user_with_token(false);
    let loose = report(loose).await;
    assert_has(&loose, &Fact::TokenNeeds { date: false, user: false });
    assert_eq!(loose.contradictions.len(), 2, "{:?}", loose.contradictions);

    let strict = report(Sandbox::builder().require_host_signed(true)).await;
    assert_has(&strict, &Fact::SignedHost { with: true, without: false });
}

#[tokio::test]
async fn the_window_of_dates_is_measured() {
    let minute = Duration::from_secs(60);
    for (ahead, age, (ahead_seen, age_seen)) in [
        (0, 15, ((None, Some(3)), (Some(840), Some(960)))),
        (1, 5, ((Some(60), Some(300)), (None, Some(600)))),
        (5, 60, ((Some(300), Some(840)), (Some(3_600), Some(86_400)))),
        (20, 10_000, ((Some(960), None), (Some(86_400), None))),
    ] {
        let builder = Sandbox::builder().max_date_ahead(ahead * minute).max_date_age(age * minute);
        let report = report(builder).await;
        assert_has(&report, &window(Side::Ahead, ahead_seen.0, ahead_seen.1));
        assert_has(&report, &window(Side::Behind, age_seen.0, age_seen.1));
    }
}

#[tokio::test]
async fn a_clock_that_differs_is_measured_and_dates_are_its_own() {
    for offset in [-7_200, -40, 40, 7_200] {
        let report = report(Sandbox::builder().clock_offset(offset)).await;
        assert_has(&report, &Fact::Clock { ahead: Some(offset) });
        assert_has(&report, &window(Side::Ahead, None, Some(3)));
        assert!(report.settings.iter().any(|s| s.setting.contains("correct_clock_skew(true)")));
    }
    let dateless = report(Sandbox::builder().date_header(false)).await;
    assert_has(&dateless, &Fact::Clock { ahead: None });
    assert!(finding(&dateless, "date-ahead").answer.contains("no `Date`"));
}

#[tokio::test]
async fn the_form_of_each_refusal_is_told() {
    let builder = Sandbox::builder()
        .refusal(Refused::Credentials, RefusalForm::gateway(403, "APIGW.0301"))
        .refusal(Refused::Signature, RefusalForm::envelope(200, 13_000_410))
        .refusal(Refused::Token, RefusalForm::envelope_text(400, 13_000_401))
        .refusal(Refused::User, RefusalForm::html(500))
        .refusal(Refused::Cursor, RefusalForm::empty(404));
    let report = report(builder).await;
    let code = |of| refusal(&report, of).and_then(|refusal| refusal.code.clone());
    for (of, status, shape) in [
        (Of::Credentials, 403, Shape::Gateway),
        (Of::Signature, 200, Shape::Envelope),
        (Of::App, 200, Shape::Envelope),
        (Of::Token, 400, Shape::Envelope),
        (Of::LapsedToken, 400, Shape::Envelope),
        (Of::User, 500, Shape::Html),
        (Of::Module, 400, Shape::Envelope),
        (Of::MissingParameter, 400, Shape::Envelope),
        (Of::Cursor, 404, Shape::Empty),
        (Of::Date, 401, Shape::Envelope),
    ] {
        let refusal = refusal(&report, of).unwrap();
        assert_eq!((refusal.status, refusal.shape), (status, shape), "{of:?}");
    }
    let shown = |code: Option<Code>| code.map(|code| (code.text, code.is_text)).unwrap();
    assert_eq!(shown(code(Of::Credentials)), ("APIGW.0301".to_owned(), true));
    assert_eq!(shown(code(Of::Signature)), ("13000410".to_owned(), false));
    assert_eq!(shown(code(Of::Token)), ("13000401".to_owned(), true));
    assert!(report.contradictions.iter().any(|c| c.document.contains("ResultCode")));
    assert!(report.contradictions.iter().any(|c| c.document.contains("from 400")));
}

#[tokio::test]
async fn cursors_that_last_and_that_do_not_are_told_apart() {
    for (cursors, again, later) in [
        (Cursors::Lasting, Again::SamePage, Some(Again::SamePage)),
        (Cursors::Once, Again::Refused, None),
        (Cursors::Lapsing(Duration::from_secs(10)), Again::SamePage, Some(Again::Refused)),
        (Cursors::Lapsing(Duration::from_secs(600)), Again::SamePage, Some(Again::SamePage)),
    ] {
        let report = report(Sandbox::builder().cursors(cursors)).await;
        assert_has(&report, &Fact::CursorAgain { again });
        let seen = report.facts().find_map(|fact| match fact {
            Fact::CursorLater { after, again } => Some((*after, *again)),
            _ => None,
        });
        assert_eq!(seen.map(|(_, again)| again), later, "{cursors:?}");
        assert!(seen.is_none_or(|(after, _)| (20..120).contains(&after)), "{seen:?}");
    }
}

#[tokio::test]
async fn the_end_of_a_list_is_found_however_long_it_is() {
    for (last_page, next) in [
        (LastPage::Absent, LastNext::Absent),
        (LastPage::Null, LastNext::Null),
        (LastPage::Empty, LastNext::Empty),
    ] {
        for records in [0, 1, 2, 100, 700] {
            let report = report(Sandbox::builder().records(records).last_page(last_page)).await;
            assert_has(&report, &Fact::LastPage { next });
            let is_null = next == LastNext::Null;
            assert_eq!(report.contradictions.is_empty(), !is_null, "{:?}", report.contradictions);
        }
    }
}

#[tokio::test]
async fn a_list_without_an_end_in_reach_leaves_the_question_open() {
    let long = report(Sandbox::builder().records(5_000)).await;
    assert!(finding(&long, "last-page").answer.starts_with("No end was reached"));

    let one_short = Sandbox::builder().records(5_000).records_of("102", Vec::new());
    assert_has(&report(one_short).await, &Fact::LastPage { next: LastNext::Absent });
}

#[tokio::test]
async fn without_records_what_needs_a_second_page_stays_open() {
    let report = report(Sandbox::builder().records(1)).await;
    assert_has(&report, &Fact::Records { module: None });
    for id in ["cursor-again", "cursor-later"] {
        let finding = finding(&report, id);
        assert_eq!(
            (finding.answer.as_str(), finding.requests),
            ("Not asked: no module has two records.", 0)
        );
    }
}

#[tokio::test]
async fn parameters_headers_and_compression_are_found_out() {
    let builder = Sandbox::builder()
        .clamp_page_size(true)
        .refuse_unknown_parameters(true)
        .request_id_header(Some("x-request-id"))
        .gzip(true);
    let other = report(builder).await;
    for expected in [
        Fact::PageSize { size: 0, records: Some(1) },
        Fact::PageSize { size: 101, records: Some(100) },
        Fact::UnknownParameters { ignored: false },
        Fact::RequestId { header: Some("x-request-id".to_owned()) },
        Fact::Compression { encoding: Some("gzip".to_owned()) },
    ] {
        assert_has(&other, &expected);
    }
    let anonymous = report(Sandbox::builder().request_id_header(None)).await;
    assert_has(&anonymous, &Fact::RequestId { header: None });
}

#[tokio::test]
async fn members_that_the_document_does_not_have_are_named() {
    let unknown = Fault::always(FaultKind::UnknownValues);
    let report = report(Sandbox::builder().fault(unknown)).await;
    let unknown = vec!["data[].retention".to_owned(), "serverRegion".to_owned()];
    assert_has(&report, &Fact::PageForm { unknown, other_types: Vec::new() });
    assert!(report.contradictions[0].seen.contains("data[].retention"));
}
