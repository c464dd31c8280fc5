//! Tokens: asked for when needed, renewed once for everybody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use koodrive_ext::{
    AccessToken, TokenFuture, TokenPrefix, TokenProvider, TokenRequest, UserClient,
};
use koodrive_sandbox::Sandbox;
use koodrive_tests::album;
use koodrive_tests::client::{BuildFor as _, at, user_at, with_token};
use koodrive_tests::clock::TestClock;
use koodrive_tests::raw_server::{RawServer, ok, response};
use koodrive_tests::story::{first_error, list, rest};
use tokio::sync::Barrier;

/// Counts how often it is asked; its n-th token is `token-n`.
#[derive(Clone, Default)]
struct Counting {
    asked: Arc<AtomicUsize>,
    refused: Arc<std::sync::Mutex<Vec<bool>>>,
}

impl TokenProvider for Counting {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async move {
            let n = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            let previous = AccessToken::new(format!("token-{}", n - 1))?;
            let names_it = request.refused().is_some_and(|refused| refused.same_as(&previous));
            self.refused.lock().unwrap().push(names_it);
            // Others get their turn while the answer is under way.
            tokio::task::yield_now().await;
            Ok(AccessToken::new(format!("token-{n}"))?)
        })
    }
}

impl Counting {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn sandbox(token: &str) -> Sandbox {
    Sandbox::builder().records(7).token(token).start().await.unwrap()
}

fn user(sandbox: &Sandbox, provider: impl TokenProvider) -> UserClient {
    at(&sandbox.url(), &TestClock::default()).credentials(provider).build_for(sandbox.user_id())
}

#[tokio::test]
async fn a_fixed_token_is_sent_in_the_documented_form() {
    let sandbox = Sandbox::builder().records(1).keep_authorization(true).start().await.unwrap();
    let list = async |prefix: TokenPrefix| {
        sandbox.clear_requests();
        let token = AccessToken::new(sandbox.token()).unwrap().with_prefix(prefix);
        let builder = at(&sandbox.url(), &TestClock::default()).credentials(token);
        let listed = list(album(&builder.build_for(sandbox.user_id()))).await;
        (listed.is_ok(), sandbox.requests()[0].header("authorization").unwrap().to_owned())
    };
    let token = sandbox.token();
    assert_eq!(list(TokenPrefix::default()).await, (true, format!("Bearer+{token}")));
    assert_eq!(list(TokenPrefix::BearerSpace).await, (true, format!("Bearer {token}")));
    assert_eq!(list(TokenPrefix::Bare).await, (false, token));
}

#[tokio::test]
async fn a_fixed_token_that_lapsed_ends_the_listing_after_one_attempt() {
    let sandbox = sandbox("token-1").await;
    let client = with_token(&sandbox, &TestClock::default()).build_for(sandbox.user_id());
    let mut records = album(&client).page_size(3).records();
    for _ in 0..3 {
        records.try_next().await.unwrap();
    }
    sandbox.revoke_token("token-1");
    let error = records.try_next().await.unwrap_err();
    assert!(error.is_unauthorized() && error.attempts() == 1, "{error}");
    assert!(records.next().await.is_none());
    assert!(!records.checkpoint().is_end());
}

#[tokio::test]
async fn a_provider_is_asked_once_and_again_only_after_a_refusal_of_which_it_learns() {
    let sandbox = sandbox("token-1").await;
    let provider = Counting::default();
    let client = user(&sandbox, provider.clone());
    let mut records = album(&client).page_size(3).records();
    for _ in 0..3 {
        records.try_next().await.unwrap();
    }
    assert_eq!(provider.asked(), 1);
    sandbox.revoke_token("token-1");
    sandbox.set_token("token-2").unwrap();
    assert_eq!(rest(&mut records).await.unwrap().len(), 4);
    assert_eq!(provider.asked(), 2);
    assert_eq!(*provider.refused.lock().unwrap(), [false, true]);
    assert_eq!(records.stats().retries, 1);
}

#[tokio::test]
async fn many_listings_that_meet_one_refusal_cause_one_renewal() {
    let sandbox = sandbox("token-2").await;
    let provider = Counting::default();
    let client = user(&sandbox, provider.clone());
    let together = Arc::new(Barrier::new(20));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (client, together) = (client.clone(), together.clone());
            tokio::spawn(async move {
                together.wait().await;
                list(album(&client)).await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().len(), 7);
    }
    assert_eq!(provider.asked(), 2, "once for the first token, once for its replacement");
}

#[tokio::test]
async fn a_renewed_token_that_is_refused_too_is_an_error_and_not_a_loop() {
    let sandbox = sandbox("none-of-these").await;
    let provider = Counting::default();
    let client = user(&sandbox, provider.clone());
    let mut records = album(&client).records();
    let error = records.try_next().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!((error.attempts(), provider.asked()), (2, 2));
    sandbox.set_token("token-3").unwrap();
    assert!(records.try_next().await.unwrap().is_some(), "the provider may come up with another");
}

#[tokio::test]
async fn a_refusal_that_is_not_about_the_credentials_does_not_cost_a_token() {
    let fault = "1:status=403".parse().unwrap();
    let sandbox =
        Sandbox::builder().records(1).token("token-1").fault(fault).start().await.unwrap();
    let provider = Counting::default();
    let client = user(&sandbox, provider.clone());
    let error = first_error(album(&client)).await;
    assert_eq!((error.http_status(), provider.asked()), (Some(403), 1));
}

#[tokio::test]
async fn a_400_that_means_a_failed_authentication_renews_the_token_too() {
    let server = RawServer::answering(|_, head| match head.contains("token-2") {
        true => ok(r#"{"code":0,"data":[]}"#),
        false => response("400 Bad Request", &[], r#"{"code":1,"msg":"Authentication failed."}"#),
    })
    .await;
    let mut records = album(&user_at(server.url(), Counting::default())).records();
    assert!(records.try_next().await.unwrap().is_none());
    assert_eq!(records.stats().requests, 2);
}
