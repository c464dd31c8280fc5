//! Neither the report nor the exchanges show what is a user's.

use koodrive_probe::Report;
use koodrive_sandbox::{Fault, FaultKind, LastPage, Sandbox};
use serde_json::{Value, json};

use crate::support::{Probed, With, probed};

/// Texts of records that are nobody else's.
fn records() -> Vec<Value> {
    (0..250)
        .map(|i| {
            json!({
                "recordId": format!("18428627632951846{i:03}"),
                "moduleCode": "101",
                "status": 1,
                "properties": format!("{{\"path\":\"Private-Folder-{i}\"}}"),
                "version": 1,
                "createTime": "2025-12-17T07:59:20.752Z",
                "owner": { "name": "Grace Private" },
                "18428627632951840": "Private-Value",
                "deviceInfo": { "deviceId": "1842812272691451648", "deviceName": "Grace's Private Phone" },
            })
        })
        .collect()
}

async fn private() -> Probed {
    let builder = Sandbox::builder().records_of("101", records()).keep_authorization(true);
    probed(builder.last_page(LastPage::Null), With::Both).await
}

fn texts(probed: &Probed) -> Vec<String> {
    let outcome = &probed.outcome;
    let exchanges = serde_json::to_string_pretty(&outcome.exchanges).unwrap();
    let debug = format!("{:?}", outcome);
    vec![
        outcome.report.to_json(),
        outcome.report.to_markdown(),
        exchanges,
        debug,
        probed.progress.join("\n"),
    ]
}

#[tokio::test]
async fn nothing_of_a_user_is_shown() {
    let probed = private().await;
    let mut secrets = vec![
        "Private".to_owned(),
        "Grace".to_owned(),
        "184286276".to_owned(),
        "1842812272691451648".to_owned(),
        "2025-12-17".to_owned(),
        "a-token-that-has-lapsed".to_owned(),
        probed.sandbox.token(),
    ];
    secrets.extend(
        [probed.sandbox.app_id(), probed.sandbox.app_secret(), probed.sandbox.user_id()]
            .map(str::to_owned),
    );
    for request in probed.sandbox.requests() {
        secrets.extend(request.param("cursor").map(str::to_owned));
        secrets.extend(request.header("authorization").map(str::to_owned));
        secrets.push(request.trace_id().to_owned());
    }
    assert!(secrets.len() > 50, "cursors and signatures were seen");
    for text in texts(&probed) {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn what_the_service_echoes_is_not_shown_either() {
    // The gateway's request id, and a Location with a secret in it.
    let faults = [
        Fault::on_request(7, FaultKind::gateway(403)),
        Fault::on_request(9, FaultKind::Redirect("https://example.com/?token=Private".to_owned())),
    ];
    let probed = probed(Sandbox::builder().faults(faults), With::Both).await;
    let seventh = probed.sandbox.requests()[6].trace_id().to_owned();
    for text in texts(&probed) {
        assert!(!text.contains("Private") && !text.contains(&seventh), "{text}");
    }
}

#[tokio::test]
async fn a_report_is_read_back_as_it_was_also_with_exchanges() {
    let outcome = private().await.outcome;
    assert_eq!(Report::from_json(&outcome.report.to_json()).unwrap(), outcome.report);
    let mut saved = json!(outcome.report);
    saved["exchanges"] = json!(outcome.exchanges);
    assert_eq!(Report::from_json(&saved.to_string()).unwrap(), outcome.report);
    assert_eq!(outcome.exchanges.len(), outcome.report.requests as usize);
    for text in ["", "{}", "{\"probe\":2}"] {
        assert!(Report::from_json(text).is_err(), "{text}");
    }
}

#[tokio::test]
async fn the_markdown_has_every_question_with_its_answer() {
    let report = private().await.outcome.report;
    let markdown = report.to_markdown();
    for finding in &report.findings {
        let row = format!("| {} | {} |", finding.question, finding.answer);
        assert!(markdown.contains(&row), "{row} in {markdown}");
    }
    for contradiction in &report.contradictions {
        assert!(markdown.contains(&contradiction.seen), "{markdown}");
    }
    assert!(markdown.contains("another deployment"));
}
