//! What the HTTP client below is told: nothing may be repeated or waited for behind our back.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use koodrive_ext::{AppCredentials, Client, RetryPolicy};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{BuildFor as _, album, any_app, begun};
use koodrive_tests::clock::TestClock;
use koodrive_tests::story::{first_error, list};
use reqwest::dns::{Name, Resolve, Resolving};
use tokio::net::TcpListener;
use tokio::time::Instant;

/// An HTTP/2 server that refuses every request before it looks at it, which invites a client to
/// send it again; counts them.
async fn refusing() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let count = count.clone();
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((_, mut answer))) = connection.accept().await {
                    count.fetch_add(1, Ordering::Relaxed);
                    answer.send_reset(h2::Reason::REFUSED_STREAM);
                }
            });
        }
    });
    (url, requests)
}

#[tokio::test]
async fn a_refused_stream_is_not_sent_again_below_the_retry_policy() {
    for attempts in [1, 3] {
        let (url, requests) = refusing().await;
        let user = begun(&url, TestClock::default())
            .configure_http(|http| http.no_proxy().http2_prior_knowledge())
            .credentials(any_app())
            .retry(RetryPolicy::default().max_attempts(attempts))
            .build_for("1");
        let error = first_error(album(&user).max_failures(1)).await;
        assert!(error.is_connection(), "{error}");
        assert_eq!(error.attempts(), attempts);
        assert_eq!(requests.load(Ordering::Relaxed), attempts as usize, "each signed on its own");
    }
}

/// Finds no address, ever.
struct Lost;

impl Resolve for Lost {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(pending())
    }
}

#[tokio::test(start_paused = true)]
async fn connecting_has_a_time_of_its_own() {
    let default = |builder| builder;
    let seven =
        |builder: koodrive_ext::ClientBuilder| builder.connect_timeout(Duration::from_secs(7));
    let settings: [(&dyn Fn(_) -> _, u64); 2] = [(&default, 10), (&seven, 7)];
    for (set, seconds) in settings {
        let builder = Client::builder("http://gateway.example")
            .allow_plain_http_to("gateway.example")
            // Its attempts have no end.
            .clock(TestClock::default())
            .configure_http(|http| http.no_proxy().tls_certs_only([]).dns_resolver(Arc::new(Lost)))
            .credentials(any_app())
            .retry(RetryPolicy::none());
        let user = set(builder).build_for("1");
        let begun = Instant::now();
        let first_error = first_error(album(&user));
        let error = tokio::time::timeout(Duration::from_secs(60), first_error).await;
        let error = error.expect("connecting ends");
        assert!(error.is_connection() && error.is_retryable(), "{error}");
        assert_eq!(begun.elapsed().as_secs(), seconds);
    }
}

#[tokio::test]
async fn a_client_on_the_connections_of_another_has_its_http_settings() {
    let sandbox = Sandbox::builder().records(3).start().await.unwrap();
    let addr = sandbox.addr();
    let first = begun(&sandbox.url(), TestClock::default())
        .configure_http(move |http| http.no_proxy().resolve("gateway.example", addr))
        .credentials(any_app())
        .build()
        .unwrap();
    let user = Client::builder(format!("http://gateway.example:{}", addr.port()))
        .allow_plain_http_to("gateway.example")
        .connections_of(&first)
        .credentials(AppCredentials::new(sandbox.app_id(), sandbox.app_secret()).unwrap())
        .clock(TestClock::default())
        .build_for(sandbox.user_id());
    assert_eq!(list(album(&user)).await.unwrap().len(), 3);
}
