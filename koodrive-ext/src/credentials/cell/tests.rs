use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};

use super::*;
use crate::clock::interleaved::{self, Virtual};
use crate::credentials::provider::TokenFuture;

/// Answers `<user>-<n>`, each time after `pending` polls; fails the calls named in `failing`.
#[derive(Default)]
struct Counting {
    asked: AtomicU32,
    failing: Vec<u32>,
    hangs_for: Option<&'static str>,
}

impl TokenProvider for Counting {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async move {
            if self.hangs_for == Some(request.user_id()) {
                std::future::pending::<()>().await;
            }
            let n = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
            tokio::task::yield_now().await;
            if self.failing.contains(&n) {
                return Err(format!("failure {n}").into());
            }
            Ok(AccessToken::new(format!("{}-{n}", request.user_id()))?)
        })
    }
}

fn token(text: &str) -> AccessToken {
    AccessToken::new(text).unwrap()
}

async fn ask(
    cells: &TokenCells,
    provider: &Counting,
    user: &str,
    refused: Option<&str>,
) -> Result<String, Error> {
    let refused = refused.map(token);
    cells.token(provider, user, refused.as_ref()).await.map(|t| t.expose_bare().to_owned())
}

#[tokio::test]
async fn users_have_tokens_of_their_own() {
    let (cells, provider) = (TokenCells::default(), Counting::default());
    assert_eq!(ask(&cells, &provider, "ann", None).await.unwrap(), "ann-1");
    assert_eq!(ask(&cells, &provider, "bob", None).await.unwrap(), "bob-2");
    assert_eq!(ask(&cells, &provider, "ann", None).await.unwrap(), "ann-1");
    assert_eq!(ask(&cells, &provider, "bob", Some("bob-2")).await.unwrap(), "bob-3");
    assert_eq!(ask(&cells, &provider, "ann", None).await.unwrap(), "ann-1");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_all_who_had_it() {
    let (cells, provider) = (TokenCells::default(), Counting::default());
    ask(&cells, &provider, "ann", None).await.unwrap();
    let calls = (0..20).map(|_| Box::pin(ask(&cells, &provider, "ann", Some("ann-1"))));
    for found in futures_util::future::join_all(calls).await {
        assert_eq!(found.unwrap(), "ann-2");
    }
    assert_eq!(provider.asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_failed_renewal_fails_for_all_who_waited_and_the_next_call_asks_again() {
    let provider = Counting { failing: vec![1], ..Counting::default() };
    let cells = TokenCells::default();
    let calls = (0..20).map(|_| Box::pin(ask(&cells, &provider, "ann", None)));
    for found in futures_util::future::join_all(calls).await {
        let error = found.unwrap_err();
        assert!(error.to_string().contains("failure 1") && error.is_retryable(), "{error}");
    }
    assert_eq!(ask(&cells, &provider, "ann", None).await.unwrap(), "ann-2");
}

#[tokio::test]
async fn nobody_whose_token_is_good_waits_for_a_renewal_that_hangs() {
    let cells = TokenCells::default();
    let good = Counting::default();
    ask(&cells, &good, "ann", None).await.unwrap();
    let hanging = Counting { hangs_for: Some("bob"), ..Counting::default() };
    let mut renewal = Box::pin(ask(&cells, &hanging, "bob", None));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(matches!(renewal.as_mut().poll(&mut cx), Poll::Pending));
    assert_eq!(ask(&cells, &hanging, "ann", None).await.unwrap(), "ann-1");
    // A call with an older token than the current one needs no renewal either.
    assert_eq!(ask(&cells, &hanging, "ann", Some("ann-0")).await.unwrap(), "ann-1");
}

#[tokio::test]
async fn a_renewal_that_is_dropped_leaves_the_turn_to_the_next_call() {
    let cells = TokenCells::default();
    let hanging = Counting { hangs_for: Some("ann"), ..Counting::default() };
    let mut renewal = Box::pin(ask(&cells, &hanging, "ann", None));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(matches!(renewal.as_mut().poll(&mut cx), Poll::Pending));
    drop(renewal);
    assert_eq!(ask(&cells, &Counting::default(), "ann", None).await.unwrap(), "ann-1");
}

#[tokio::test]
async fn a_provider_that_repeats_the_refused_token_is_believed() {
    struct Same;
    impl TokenProvider for Same {
        fn token<'a>(&'a self, _: TokenRequest<'a>) -> TokenFuture<'a> {
            Box::pin(async { Ok(AccessToken::new("same")?) })
        }
    }
    let cells = TokenCells::default();
    let refused = token("same");
    for _ in 0..2 {
        let found = cells.token(&Same, "ann", Some(&refused)).await.unwrap();
        assert!(found.same_as(&refused));
    }
}

#[test]
fn tokens_of_users_that_nobody_uses_are_forgotten_when_there_are_too_many() {
    let cells = TokenCells::default();
    let used = cells.of("used");
    for n in 0..MAX_USERS + 10 {
        cells.of(&n.to_string());
    }
    assert!(lock(&cells.0).len() <= MAX_USERS);
    assert!(Arc::ptr_eq(&used, &cells.of("used")));
}

/// Answers after some polls, now and then with a failure; counts who asks at the same time.
struct Office {
    random: Mutex<fastrand::Rng>,
    inside: AtomicU32,
    asked: AtomicU32,
    failed: AtomicU32,
}

/// Counts one who asks, until dropped.
struct Inside<'a>(&'a AtomicU32);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Office {
    fn of(seed: u64) -> Self {
        Self {
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            inside: AtomicU32::new(0),
            asked: AtomicU32::new(0),
            failed: AtomicU32::new(0),
        }
    }

    fn draw(&self, below: u32) -> u32 {
        self.random.lock().unwrap().u32(..below)
    }
}

impl TokenProvider for Office {
    fn token<'a>(&'a self, _: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async move {
            assert_eq!(self.inside.fetch_add(1, Ordering::Relaxed), 0, "two ask at once");
            let _inside = Inside(&self.inside);
            let n = self.asked.fetch_add(1, Ordering::Relaxed);
            for _ in 0..self.draw(4) {
                yield_once().await;
            }
            if self.draw(5) == 0 {
                self.failed.fetch_add(1, Ordering::Relaxed);
                return Err("a failure".into());
            }
            Ok(AccessToken::new(format!("token-{n}"))?)
        })
    }
}

async fn yield_once() {
    let mut is_second = false;
    std::future::poll_fn(|cx| {
        cx.waker().wake_by_ref();
        if std::mem::replace(&mut is_second, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[test]
fn in_any_order_of_calls_refusals_and_cancellations_one_asks_and_nobody_gets_what_was_refused() {
    for seed in 0..1500 {
        let (cells, office, clock) = (TokenCells::default(), Office::of(seed), Virtual::default());
        let refusals = AtomicU32::new(0);
        let call = || async {
            let mut refused: Option<AccessToken> = None;
            for _ in 0..3 {
                match cells.token(&office, "ann", refused.as_ref()).await {
                    Ok(token) => {
                        let again = refused.as_ref().is_some_and(|refused| refused.same_as(&token));
                        assert!(!again, "seed {seed}: the refused token came again");
                        if office.draw(2) == 0 {
                            return;
                        }
                        refusals.fetch_add(1, Ordering::Relaxed);
                        refused = Some(token);
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), crate::error::kind::ErrorKind::TokenProvider)
                    }
                }
                yield_once().await;
            }
        };
        // In every fourth run some are dropped in the middle.
        let drops = if seed % 4 == 0 { 3 } else { 0 };
        interleaved::run(seed, &clock, (0..6).map(|_| call()), drops);
        let (asked, failed) = (office.asked.into_inner(), office.failed.into_inner());
        let needed = 1 + refusals.into_inner() + failed;
        assert!(drops > 0 || asked <= needed, "seed {seed}: asked {asked}, needed {needed}");
        let mut cx = Context::from_waker(Waker::noop());
        let late = Box::pin(cells.of("ann").turn.lock()).as_mut().poll(&mut cx).is_ready();
        assert!(late, "seed {seed}: nobody asks, and the turn is taken");
    }
}
