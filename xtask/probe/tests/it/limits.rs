//! How much is sent, how fast, and what is made of failures.

use std::time::Duration;

use koodrive_probe::{Fact, SystemClock, probe};
use koodrive_sandbox::{Fault, FaultKind, LastPage, RetryAfter, Sandbox};

use crate::support::{With, assert_has, finding, probed, settings};

#[tokio::test]
async fn the_longest_probe_keeps_both_limits() {
    let long = Sandbox::builder().records(5_000).records_of("102", Vec::new());
    let wide = long.max_date_ahead(Duration::from_secs(9_999)).max_date_age(Duration::MAX);
    let probed = probed(wide.last_page(LastPage::Null), With::Both).await;
    let requests = probed.sandbox.requests();
    assert_eq!(requests.len(), probed.outcome.report.requests as usize);
    assert!((40..=60).contains(&requests.len()), "{}", requests.len());
    assert!(requests.iter().all(|request| request.method() == "GET"));
    for pair in requests.windows(2) {
        let gap = pair[1].received_at().duration_since(pair[0].received_at()).unwrap();
        assert!(gap >= Duration::from_millis(500), "{} and {}", pair[0], pair[1]);
    }
    assert!(probed.clock.passed() < Duration::from_secs(60));
    assert_eq!(probed.progress.len(), probed.outcome.report.findings.len());
}

#[tokio::test]
async fn failures_on_the_way_are_asked_again_and_never_taken_for_refusals() {
    let plain = probed(Sandbox::builder(), With::Both).await.outcome.report;
    for kind in [FaultKind::Reset, FaultKind::Html502, FaultKind::status(503)] {
        let builder = [4, 9, 13, 20].into_iter().fold(Sandbox::builder(), |builder, number| {
            builder.fault(Fault::on_request(number, kind.clone()))
        });
        let report = probed(builder, With::Both).await.outcome.report;
        let settled = |report: &koodrive_probe::Report| {
            let facts = report
                .facts()
                .filter(|fact| !matches!(fact, Fact::CursorLater { .. } | Fact::Latency { .. }));
            facts.cloned().collect::<Vec<_>>()
        };
        assert_eq!(settled(&report), settled(&plain), "{kind:?}");
        assert!(report.requests > plain.requests);
    }
}

#[tokio::test]
async fn what_fails_twice_stays_open() {
    let faults = [5, 6].map(|number| Fault::on_request(number, FaultKind::Reset));
    let report = probed(Sandbox::builder().faults(faults), With::Token).await.outcome.report;
    let open: Vec<_> =
        report.findings.iter().filter(|f| f.answer.contains("failed twice")).collect();
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(open[0].facts.is_empty());
}

#[tokio::test]
async fn a_service_that_asks_for_fewer_requests_is_left_alone() {
    for (kind, has_retry_after) in [
        (FaultKind::status_retry_after(429, RetryAfter::Seconds(7)), true),
        (FaultKind::status(429), false),
        (FaultKind::gateway(429), false),
    ] {
        let builder = Sandbox::builder().fault(Fault::on_request(12, kind));
        let probed = probed(builder, With::Both).await;
        assert_eq!(probed.sandbox.requests().len(), 12);
        let report = probed.outcome.report;
        assert_has(&report, &Fact::Throttled { after_requests: 11, has_retry_after });
        let last = finding(&report, "last-page");
        assert_eq!(last.answer, "Not asked: the service had asked for fewer requests.");
    }
}

#[tokio::test]
async fn wrong_credentials_end_it_soon_and_say_so() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let mut settings = settings(&sandbox, With::Token);
    sandbox.set_token("another-token").unwrap();
    settings.cursor_wait = Duration::ZERO;
    let clock = crate::support::FakeClock::new();
    let outcome = probe(&settings, &clock, &mut |_| {}).await.unwrap();
    assert_has(&outcome.report, &Fact::TokenForms { plus: false, space: false, bare: false });
    assert!(sandbox.requests().len() < 10);
    let records = finding(&outcome.report, "records");
    assert_eq!(records.answer, "Not asked: the service took none of the credentials.");
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_used_is_an_error() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let mut settings = settings(&sandbox, With::Token);
    sandbox.shutdown().await;
    let error = probe(&settings, &SystemClock, &mut |_| {}).await.unwrap_err();
    assert!(error.starts_with("the endpoint does not answer"), "{error}");
    for endpoint in
        ["http://example.com", "ftp://example.com", "example.com", "https://a:b@example.com"]
    {
        settings.endpoint = endpoint.to_owned();
        let error = probe(&settings, &SystemClock, &mut |_| {}).await.unwrap_err();
        assert!(error.starts_with("--endpoint "), "{error}");
    }
}
