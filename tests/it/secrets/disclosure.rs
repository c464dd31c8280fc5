//! Secrets never reach Debug, Display, errors or tracing.

use std::fmt::Write as _;

use koodrive_ext::{AccessToken, AppCredentials, UserClient};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{BuildFor as _, at};
use koodrive_tests::clock::TestClock;
use koodrive_tests::trace::Captured;
use koodrive_tests::{album, user};

const SECRET: &str = "s3cr3t-that-must-not-be-seen";
const TOKEN: &str = "t0k3n-that-must-not-be-seen";

/// Lists through every kind of failure and writes down all that can be seen of it.
///
/// Returns what was sent and must not be seen: signatures, tokens, cursors.
async fn failing_run(sandbox: &Sandbox, user: &UserClient, out: &mut String) -> Vec<String> {
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
        sandbox.push_fault(format!("page=2,attempt=*:{fault}").parse().unwrap()).unwrap();
        let query = album(user).page_size(2);
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
        writeln!(out, "{records:?} {query:?} {user:?} {:?}", records.checkpoint()).unwrap();
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
        at(&sandbox.url(), &TestClock::default()).credentials(app),
        at(&sandbox.url(), &TestClock::default()).credentials(token),
    ] {
        writeln!(out, "{builder:?}").unwrap();
        let user = builder.build_for(sandbox.user_id());
        sent.extend(failing_run(&sandbox, &user, &mut out).await);
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
async fn debug_of_a_page_and_of_a_listing_inside_a_page_shows_no_cursor() {
    let sandbox = Sandbox::builder().records(6).start().await.unwrap();
    let user = user(&sandbox);
    let mut records = album(&user).page_size(2).records();
    for _ in 0..3 {
        records.try_next().await.unwrap();
    }
    let mut pages = album(&user).page_size(2).pages();
    pages.try_next().await.unwrap();
    let page = pages.try_next().await.unwrap().unwrap();
    let shown = format!("{records:?} {pages:?} {page:?} {:?}", page.clone().into_iter());
    let cursor =
        sandbox.requests().iter().find_map(|request| request.param("cursor").map(str::to_owned));
    assert!(!shown.contains(&cursor.unwrap()[..8]), "{shown}");
}
