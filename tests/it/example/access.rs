//! As whom it asks.

use koodrive_sandbox::Sandbox;
use koodrive_tests::example::{bare, signed, unauthenticated};
use koodrive_tests::process::run;

/// The start of every `Authorization` that arrived, without its credentials.
fn schemes(sandbox: &Sandbox) -> Vec<String> {
    let value = |header: &str| header.split("<redacted").next().unwrap_or_default().to_owned();
    sandbox
        .requests()
        .iter()
        .map(|request| value(request.header("authorization").expect("every request has it")))
        .collect()
}

async fn sandbox() -> Sandbox {
    Sandbox::builder().records(2).start().await.expect("a sandbox")
}

#[tokio::test]
async fn an_app_signs() {
    let sandbox = sandbox().await;
    let outcome = run(signed(&sandbox).args(["--module", "album"])).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.last_line(), "2 records, 1 pages, 1 requests, 0 retries");
    assert_eq!(schemes(&sandbox), ["HMAC-SHA256 "]);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
}

#[tokio::test]
async fn a_token_is_sent() {
    let sandbox = sandbox().await;
    let mut command = unauthenticated(&sandbox);
    let outcome =
        run(command.args(["--module", "album"]).env("KOODRIVE_TOKEN", sandbox.token())).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert_eq!(schemes(&sandbox), ["Bearer+"]);
}

#[tokio::test]
async fn everything_but_the_choice_of_records_may_come_from_the_environment() {
    let sandbox = sandbox().await;
    let mut command = bare();
    command
        .env("KOODRIVE_ENDPOINT", sandbox.url())
        .env("KOODRIVE_USER_ID", sandbox.user_id())
        .env("KOODRIVE_APP_ID", sandbox.app_id())
        .env("KOODRIVE_APP_SECRET", sandbox.app_secret())
        .args(["--module", "folder"]);
    assert_eq!(run(&mut command).await.status, Some(0));
    assert_eq!(schemes(&sandbox), ["HMAC-SHA256 "]);
}

#[tokio::test]
async fn a_named_app_goes_before_a_token() {
    let sandbox = sandbox().await;
    let mut command = signed(&sandbox);
    command.env("KOODRIVE_TOKEN", "another").args(["--module", "folder"]);
    assert_eq!(run(&mut command).await.status, Some(0));
    assert_eq!(schemes(&sandbox), ["HMAC-SHA256 "]);
}

#[tokio::test]
async fn the_sandbox_in_the_process_is_asked_without_a_proxy() {
    // Nobody listens there.
    let outcome = run(bare().env("HTTP_PROXY", "http://127.0.0.1:9")).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
}
