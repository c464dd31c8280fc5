//! Providers that fail or hang.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use koodrive_ext::{AccessToken, ErrorKind, TokenFuture, TokenProvider, TokenRequest};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{BuildFor as _, album, at, user_at};
use koodrive_tests::clock::TestClock;
use koodrive_tests::raw_server::{RawServer, ok, response};
use koodrive_tests::story::first_error;
use tokio::sync::{Barrier, mpsc};

/// Never has a token; counts how often it was asked.
#[derive(Clone, Default)]
struct Closed(Arc<AtomicUsize>);

impl TokenProvider for Closed {
    fn token<'a>(&'a self, _: TokenRequest<'a>) -> TokenFuture<'a> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Err("the sign-in is closed".into()) })
    }
}

#[tokio::test]
async fn a_provider_that_fails_is_named_with_its_cause_and_asked_again_by_the_next_poll() {
    let server = RawServer::answering(|_, _| ok("{}")).await;
    let provider = Closed::default();
    let mut records = album(&user_at(server.url(), provider.clone())).records();
    for asked in [5, 10] {
        let error = records.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenProvider);
        assert_eq!(error.cause().unwrap().to_string(), "the sign-in is closed");
        let text = error.to_string();
        assert!(text.contains("the token provider failed: the sign-in is closed"), "{text}");
        assert_eq!(provider.0.load(Ordering::Relaxed), asked, "as often as attempts allow");
    }
    assert!(server.heads().is_empty());
}

#[tokio::test]
async fn what_was_not_sent_is_not_counted() {
    let server = RawServer::answering(|_, _| ok("{}")).await;
    let mut records = album(&user_at(server.url(), Closed::default())).records();
    let error = records.try_next().await.unwrap_err();
    assert_eq!((error.attempts(), records.stats().requests), (0, 0), "{error}");
}

/// Its first token is refused; it never comes up with another.
struct Hanging;

impl TokenProvider for Hanging {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async move {
            if request.refused().is_some() {
                std::future::pending::<()>().await;
            }
            Ok(AccessToken::new("token-1")?)
        })
    }
}

#[tokio::test]
async fn a_renewal_that_hangs_ends_with_the_deadline() {
    let (asked, mut when_asked) = mpsc::unbounded_channel();
    let server = RawServer::answering(move |_, _| {
        asked.send(()).unwrap();
        response("401 Unauthorized", &[], r#"{"code":401}"#)
    })
    .await;
    let clock = TestClock::default();
    let user = at(server.url(), &clock).credentials(Hanging).build_for("1");
    let mut records = album(&user).records();
    let expire = async {
        when_asked.recv().await.unwrap();
        // Until the answer has been read and the renewal has begun.
        while clock.limits().len() < 2 {
            tokio::task::yield_now().await;
        }
        clock.expire_attempts();
    };
    let (failed, ()) = tokio::join!(records.try_next(), expire);
    assert!(failed.unwrap_err().is_timeout());
}

/// Hands out one token, and fails to renew it, slowly.
#[derive(Clone, Default)]
struct Failing(Arc<AtomicUsize>);

impl TokenProvider for Failing {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async move {
            if request.refused().is_none() {
                return Ok(AccessToken::new("token-1")?);
            }
            self.0.fetch_add(1, Ordering::Relaxed);
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
            Err("closed".into())
        })
    }
}

#[tokio::test]
async fn a_renewal_that_fails_fails_for_all_who_waited_for_it() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    let provider = Failing::default();
    let user = at(&sandbox.url(), &TestClock::default())
        .credentials(provider.clone())
        .build_for(sandbox.user_id());
    let together = Arc::new(Barrier::new(20));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (user, together) = (user.clone(), together.clone());
            tokio::spawn(async move {
                together.wait().await;
                first_error(album(&user)).await
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().to_string().contains("closed"));
    }
    let asked = provider.0.load(Ordering::Relaxed);
    assert!(asked < 20, "{asked}");
}
