//! Secrets never reach Debug, Display, errors or tracing.

use std::fmt::Write as _;

use koodrive_ext::{AccessToken, AppCredentials, Client, ModuleCode};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{at, begun};
use koodrive_tests::clock::TestClock;
use koodrive_tests::server;
use koodrive_tests::trace::Captured;

const SECRET: &str = "s3cr3t-that-must-not-be-seen";
const TOKEN: &str = "t0k3n-that-must-not-be-seen";

/// Lists through every kind of failure and writes down all that can be seen of it.
///
/// Returns what was sent and must not be seen: signatures, tokens, cursors.
async fn failing_run(sandbox: &Sandbox, client: &Client, out: &mut String) -> Vec<String> {
    let mut sent = Vec::new();
    for fault in [
        "status=500",
        "html502",
        "garbage",
        "gateway=401",
        "reset",
        "truncate",
        "code=13000410",
        "redirect=http://x.example/",
    ] {
        sandbox.clear_requests();
        sandbox.push_fault(format!("page=2,attempt=*:{fault}").parse().unwrap());
        let query = client.backup_records(ModuleCode::AlbumBackup).page_size(2);
        let mut records = query.clone().records();
        let mut polls = 0;
        while let Some(record) = records.next().await {
            polls += 1;
            if let Err(error) = record {
                let source = std::error::Error::source(&error).map(|e| format!("{e:?} {e}"));
                writeln!(out, "{error} {error:?} {error:#?} {source:?}").unwrap();
                let detail = (
                    error.code(),
                    error.body_start(),
                    error.request_id(),
                    error.cursor_fingerprint(),
                );
                writeln!(out, "{detail:?}").unwrap();
                if polls > 6 {
                    break;
                }
            }
        }
        writeln!(out, "{records:?} {query:?} {client:?} {:?}", records.checkpoint()).unwrap();
        sandbox.clear_faults();
        for request in sandbox.requests() {
            let authorization = request.header("authorization").unwrap_or_default();
            sent.extend(authorization.rsplit('=').next().map(str::to_owned));
            sent.extend(request.param("cursor").map(str::to_owned));
        }
    }
    sent
}

#[tokio::test]
async fn nothing_that_a_failing_run_emits_holds_a_secret_a_signature_or_a_cursor() {
    let captured = Captured::begin();
    let sandbox = Sandbox::builder()
        .records(5)
        .app("app", SECRET)
        .token(TOKEN)
        .keep_authorization(true)
        .start()
        .await
        .unwrap();
    let app = AppCredentials::new("app", SECRET).unwrap();
    let token = AccessToken::new(TOKEN).unwrap();
    let mut out = String::new();
    writeln!(out, "{app:?} {token:?}").unwrap();
    let mut sent = vec![SECRET.to_owned(), TOKEN.to_owned()];
    for builder in [
        begun(&sandbox, &TestClock::default()).credentials(app),
        begun(&sandbox, &TestClock::default()).credentials(token),
    ] {
        writeln!(out, "{builder:?}").unwrap();
        let client = builder.build().unwrap();
        sent.extend(failing_run(&sandbox, &client, &mut out).await);
    }
    let text = out + "\n" + &captured.text();
    assert!(
        text.contains("koodrive.attempt") && text.contains("trying again"),
        "spans were captured"
    );
    assert!(text.contains("hyper") || text.contains("reqwest"), "those of the libraries too");
    sent.retain(|secret| secret.len() > 5);
    assert!(sent.len() > 10);
    // What the sandbox itself says is not ours: its cursors go through no line of the client.
    let text: String = text.lines().filter(|line| !line.contains("koodrive_sandbox")).collect();
    for secret in &sent {
        assert!(!text.contains(secret.as_str()), "{secret}");
        let escaped = format!("{secret:?}");
        assert!(!text.contains(escaped.trim_matches('"')), "{secret} escaped");
    }
}

#[tokio::test]
async fn a_server_that_echoes_what_it_was_sent_teaches_the_error_nothing() {
    let (seen, mut sent) = tokio::sync::mpsc::unbounded_channel();
    let url = server::answering(move |_, request| {
        let echoed = request.replace(['\r', '\n'], " ");
        seen.send(echoed.clone()).unwrap();
        let body = serde_json::json!({"code": 401, "msg": echoed}).to_string();
        server::response("401 Unauthorized", "", &body)
    })
    .await;
    let by_token = at(&url, &TestClock::default()).credentials(AccessToken::new(TOKEN).unwrap());
    let app = AppCredentials::new("app", SECRET).unwrap();
    let by_app = at(&url, &TestClock::default()).credentials(app);
    for (builder, marker) in [(by_token, "Bearer+"), (by_app, "Signature=")] {
        let client = builder.build().unwrap();
        let query = client.backup_records(ModuleCode::AlbumBackup).cursor("a-cursor-to-hide");
        let error = query.records().try_next().await.unwrap_err().to_string();
        let request = sent.recv().await.unwrap();
        let at = request.find(marker).expect("the server did see it") + marker.len();
        let secret = request[at..].split(' ').next().unwrap();
        assert!(secret.len() > 10 && error.contains("[hidden]"), "{error}");
        assert!(!error.contains(secret) && !error.contains("a-cursor-to-hide"), "{error}");
    }
}
