//! Tokens: asked for when needed, renewed once for everybody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use koodrive_ext::{AccessToken, ModuleCode, TokenFuture, TokenPrefix, TokenProvider};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{begun, by_token};
use koodrive_tests::clock::TestClock;
use tokio::sync::Barrier;

/// Counts how often it is asked; its n-th token is `token-n`.
#[derive(Clone, Default)]
struct Counting {
    asked: Arc<AtomicUsize>,
    refused: Arc<std::sync::Mutex<Vec<bool>>>,
    fail: bool,
}

impl TokenProvider for Counting {
    fn token<'a>(&'a self, refused: Option<&'a AccessToken>) -> TokenFuture<'a> {
        Box::pin(async move {
            let n = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            let previous = AccessToken::new(format!("token-{}", n - 1))?;
            let names_it = refused.is_some_and(|refused| refused.same_as(&previous));
            self.refused.lock().unwrap().push(names_it);
            // Others get their turn while the answer is under way.
            tokio::task::yield_now().await;
            if self.fail {
                Err("the sign-in is closed".into())
            } else {
                Ok(AccessToken::new(format!("token-{n}"))?)
            }
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

#[tokio::test]
async fn a_fixed_token_is_sent_in_the_documented_form() {
    let sandbox = Sandbox::builder().records(1).keep_authorization(true).start().await.unwrap();
    let list = async |prefix: TokenPrefix| {
        sandbox.clear_requests();
        let token = AccessToken::new(sandbox.token()).unwrap().with_prefix(prefix);
        let client = begun(&sandbox, &TestClock::default()).credentials(token).build().unwrap();
        let listed = client.backup_records(ModuleCode::AlbumBackup).records().try_collect().await;
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
    let client = by_token(&sandbox, &TestClock::default()).unwrap().build().unwrap();
    let mut records = client.backup_records(ModuleCode::AlbumBackup).page_size(3).records();
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
async fn a_provider_is_asked_once_and_again_only_after_a_refusal_which_it_is_told_of() {
    let sandbox = sandbox("token-1").await;
    let provider = Counting::default();
    let client =
        begun(&sandbox, &TestClock::default()).credentials(provider.clone()).build().unwrap();
    let mut records = client.backup_records(ModuleCode::AlbumBackup).page_size(3).records();
    for _ in 0..3 {
        records.try_next().await.unwrap();
    }
    assert_eq!(provider.asked(), 1);
    sandbox.revoke_token("token-1");
    sandbox.set_token("token-2");
    assert_eq!(records.try_collect().await.unwrap().len(), 4);
    assert_eq!(provider.asked(), 2);
    assert_eq!(*provider.refused.lock().unwrap(), [false, true]);
    assert_eq!(records.stats().retries, 1);
}

#[tokio::test]
async fn many_listings_that_meet_one_refusal_cause_one_renewal() {
    let sandbox = sandbox("token-2").await;
    let provider = Counting::default();
    let client =
        begun(&sandbox, &TestClock::default()).credentials(provider.clone()).build().unwrap();
    let together = Arc::new(Barrier::new(20));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (client, together) = (client.clone(), together.clone());
            tokio::spawn(async move {
                together.wait().await;
                client.backup_records(ModuleCode::AlbumBackup).records().try_collect().await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().len(), 7);
    }
    assert_eq!(provider.asked(), 2, "once for the first token, once for its replacement");
}

#[tokio::test]
async fn a_renewed_token_that_is_refused_too_is_an_error_and_not_a_circle() {
    let sandbox = sandbox("none-of-these").await;
    let provider = Counting::default();
    let client =
        begun(&sandbox, &TestClock::default()).credentials(provider.clone()).build().unwrap();
    let mut records = client.backup_records(ModuleCode::AlbumBackup).records();
    let error = records.try_next().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!((error.attempts(), provider.asked()), (2, 2));
    sandbox.set_token("token-3");
    assert!(records.try_next().await.unwrap().is_some(), "the provider may come up with another");
}

#[tokio::test]
async fn a_provider_that_fails_is_named_with_its_cause_and_asked_again_by_the_next_poll() {
    let sandbox = sandbox("token-1").await;
    let provider = Counting { fail: true, ..Counting::default() };
    let client =
        begun(&sandbox, &TestClock::default()).credentials(provider.clone()).build().unwrap();
    let mut records = client.backup_records(ModuleCode::AlbumBackup).records();
    for asked in 1..=2 {
        let error = records.try_next().await.unwrap_err();
        assert!(
            error.to_string().contains("the token provider failed: the sign-in is closed"),
            "{error}"
        );
        assert_eq!(provider.asked(), asked);
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_refusal_that_is_no_401_does_not_cost_a_token() {
    let fault = "1:gateway=403".parse().unwrap();
    let sandbox =
        Sandbox::builder().records(1).token("token-1").fault(fault).start().await.unwrap();
    let provider = Counting::default();
    let client =
        begun(&sandbox, &TestClock::default()).credentials(provider.clone()).build().unwrap();
    let error =
        client.backup_records(ModuleCode::AlbumBackup).records().try_next().await.unwrap_err();
    assert_eq!((error.http_status(), provider.asked()), (Some(403), 1));
}
