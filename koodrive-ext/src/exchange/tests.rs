use koodrive_sandbox::Sandbox;

use super::*;
use crate::client::Client;
use crate::credentials::app::AppCredentials;
use crate::exchange::retry::{Backoff, RetryPolicy};

/// Not through the proxy that the environment may name.
fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("an HTTP client")
}

async fn sent(method: Method, body: Option<reqwest::Body>) -> (usize, Error) {
    let fault = "*:reset".parse().expect("a fault");
    let sandbox = Sandbox::builder().records(1).fault(fault).start().await.expect("a sandbox");
    let client = Client::builder(sandbox.url())
        .credentials(AppCredentials::new(sandbox.app_id(), sandbox.app_secret()).expect("an app"))
        .retry(RetryPolicy::default().backoff(Backoff::exponential(Duration::ZERO, Duration::ZERO)))
        .configure_http(reqwest::ClientBuilder::no_proxy)
        .build()
        .expect("a client");
    let user = client.for_user(sandbox.user_id()).expect("a user");
    let exchanger = Exchanger { caller: user.caller().clone(), ledger: Arc::default() };
    let url = format!("{}/koodrive/ose/v1/backup/record", sandbox.url());
    let mut request = Request::new(method, url.parse().expect("a URL"));
    *request.body_mut() = body;
    let error = exchanger.run(&http(), request, "test").await.err();
    (sandbox.requests().len(), error.expect("a failure"))
}

#[tokio::test]
async fn only_a_method_that_may_be_repeated_safely_is_repeated() {
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        assert_eq!(sent(method.clone(), None).await.0, 5, "{method}");
    }
    for method in [Method::POST, Method::PATCH] {
        let (requests, error) = sent(method.clone(), None).await;
        assert_eq!((requests, error.attempts()), (1, 1), "{method}");
        assert!(error.to_string().contains("not a call that can be repeated safely"), "{error}");
    }
}

#[tokio::test]
async fn a_body_in_memory_is_signed_and_a_streamed_one_is_refused_unsent() {
    let (requests, error) = sent(Method::PUT, Some("{}".into())).await;
    assert_eq!((requests, error.is_connection()), (5, true), "{error}");
    let stream = reqwest::Body::wrap(reqwest::Body::from("{}"));
    let (requests, error) = sent(Method::PUT, Some(stream)).await;
    assert_eq!((requests, error.is_invalid_input()), (0, true), "{error}");
}

#[test]
fn the_query_is_sent_as_it_is_signed() {
    for (given, expected) in [
        ("?b=1&a=x+y*~&c", Some("a=x%20y%2A~&b=1&c=")),
        ("?cursor=%2fA%7e", Some("cursor=%2FA~")),
        ("?&", None),
        ("?", None),
        ("", None),
    ] {
        let url = format!("https://example.com/x{given}").parse().expect("a URL");
        let mut request = Request::new(Method::GET, url);
        spell_query(request.url_mut());
        assert_eq!(request.url().query(), expected, "{given}");
    }
}
