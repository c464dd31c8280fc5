//! A sandbox that is started like a report answers the probe as the service did.

use std::time::Duration;

use koodrive_probe::{Fact, Report, alike};
use koodrive_sandbox::{
    Cursors, LastPage, RefusalForm, Refused, Sandbox, SandboxBuilder, TokenForm,
};

use crate::support::report;

fn decisions(report: &Report) -> Vec<Fact> {
    let is_decision = |fact: &&Fact| {
        !matches!(fact, Fact::Clock { .. } | Fact::Latency { .. } | Fact::CursorLater { .. })
    };
    report.facts().filter(is_decision).cloned().collect()
}

fn services() -> Vec<SandboxBuilder> {
    let second = Duration::from_secs(1);
    vec![
        Sandbox::builder(),
        Sandbox::builder()
            .token_forms([TokenForm::Space])
            .require_host_signed(true)
            .require_date_with_token(false)
            .max_date_ahead(300 * second)
            .max_date_age(3_600 * second)
            .cursors(Cursors::Once)
            .last_page(LastPage::Null),
        Sandbox::builder()
            .token_forms([TokenForm::Bare, TokenForm::Plus])
            .require_user_with_token(false)
            .cursors(Cursors::Lapsing(5 * second))
            .last_page(LastPage::Empty)
            .refuse_unknown_parameters(true)
            .clamp_page_size(true)
            .request_id_header(Some("x-request-id"))
            .date_header(false)
            .gzip(true),
        Sandbox::builder()
            .refusal(Refused::Credentials, RefusalForm::gateway(401, "APIGW.0301"))
            .refusal(Refused::Signature, RefusalForm::gateway(403, "APIGW.0303"))
            .refusal(Refused::Token, RefusalForm::envelope(200, 13_000_401))
            .refusal(Refused::Date, RefusalForm::envelope_text(400, 13_000_102))
            .refusal(Refused::User, RefusalForm::empty(404))
            .refusal(Refused::Parameter, RefusalForm::envelope(400, 7))
            .refusal(Refused::Cursor, RefusalForm::html(500)),
    ]
}

#[tokio::test]
async fn a_sandbox_like_a_report_decides_as_the_service_did() {
    for service in services() {
        let seen = report(service).await;
        let written = Report::from_json(&seen.to_json()).unwrap();
        let like = alike(&written, Sandbox::builder());
        assert!(like.differences.is_empty(), "{:?}", like.differences);
        assert_eq!(decisions(&report(like.builder).await), decisions(&seen));
    }
}

#[tokio::test]
async fn what_the_sandbox_cannot_do_alike_is_said() {
    let mut seen = serde_json::to_value(report(Sandbox::builder()).await).unwrap();
    seen["findings"][0]["facts"] = serde_json::json!([
        { "fact": "http-version", "version": "HTTP/2.0" },
        { "fact": "not-refused", "of": "user" },
        { "fact": "cursor-again", "again": "other-page" },
        { "fact": "signed-host", "with": false, "without": true },
        { "fact": "compression", "encoding": "br" },
    ]);
    let like = alike(&Report::from_json(&seen.to_string()).unwrap(), Sandbox::builder());
    assert_eq!(like.differences.len(), 5, "{:?}", like.differences);
    assert!(like.builder.start().await.is_ok());
}
