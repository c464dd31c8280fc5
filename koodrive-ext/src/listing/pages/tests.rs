//! The driver over a source without a network: pages named by their number, ready when told.

use std::sync::Mutex;
use std::task::Waker;

use serde_json::Map;
use tokio::sync::Semaphore;

use super::*;
use crate::error::Context as ErrorContext;
use crate::error::unreadable::Unreadable;
use crate::error::what::What;
use crate::fingerprint::Fingerprint;
use crate::listing::cursor::{Cursor, Place};
use crate::listing::mark::Mark;
use crate::listing::source::Received;
use crate::listing::walk::Rules;

/// `pages` pages of one element each; each request waits for a permit of `gate`.
pub(crate) struct Scripted {
    pub(crate) pages: u32,
    pub(crate) gate: Semaphore,
    pub(crate) asked: Mutex<Vec<u64>>,
    pub(crate) in_flight: Mutex<(u32, u32)>,
    pub(crate) fails_at: Option<u64>,
    ledger: Ledger,
}

impl Scripted {
    pub(crate) fn new(pages: u32, permits: usize) -> Arc<Self> {
        Arc::new(Self {
            pages,
            gate: Semaphore::new(permits),
            asked: Mutex::default(),
            in_flight: Mutex::default(),
            fails_at: None,
            ledger: Ledger::default(),
        })
    }

    pub(crate) fn failing_at(pages: u32, page: u64) -> Arc<Self> {
        let mut scripted = Self::new(pages, usize::MAX >> 4);
        if let Some(scripted) = Arc::get_mut(&mut scripted) {
            scripted.fails_at = Some(page);
        }
        scripted
    }

    pub(crate) fn pages(self: &Arc<Self>, looks_ahead: bool) -> Pages<u32> {
        let rules = Rules {
            limit: None,
            max_failures: 1,
            max_empty_pages: 1,
            allow_repeated_cursors: false,
        };
        let begun = Checkpoint::new(&Fingerprint::of(&["q"]), 1, Place::default());
        Pages::new(Walk::new(begun, rules, mark), self.clone(), looks_ahead)
    }

    fn asked(&self) -> Vec<u64> {
        self.asked.lock().unwrap().clone()
    }
}

fn mark(item: &Result<u32, Unreadable>) -> Mark {
    Mark::of_id(&format!("{item:?}"))
}

/// Counts a request in flight while it lives.
struct Counted(Arc<Scripted>);

impl Counted {
    fn new(source: Arc<Scripted>) -> Self {
        let mut counts = source.in_flight.lock().unwrap();
        counts.0 += 1;
        counts.1 = counts.1.max(counts.0);
        drop(counts);
        Self(source)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.in_flight.lock().unwrap().0 -= 1;
    }
}

impl Fetch<u32> for Scripted {
    fn fetch(self: Arc<Self>, ask: Ask, _: tracing::Span) -> Fetching<u32> {
        self.asked.lock().unwrap().push(ask.page);
        Box::pin(async move {
            let _counted = Counted::new(self.clone());
            self.gate.acquire().await.unwrap().forget();
            if self.fails_at == Some(ask.page) {
                return Err(Error::new(What::CutOff));
            }
            let number = ask.cursor.map_or(0, |cursor| cursor.expose().parse().unwrap());
            let next = (number + 1 < self.pages).then(|| (number + 1).to_string());
            Ok(Received {
                items: vec![Ok(number)],
                raw: None,
                next: next.and_then(Cursor::new),
                extra: Map::new(),
                context: ErrorContext::default(),
            })
        })
    }

    fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn label(&self) -> &str {
        "test"
    }
}

async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn without_looking_ahead_no_page_is_asked_for_before_it_is_polled_for() {
    let source = Scripted::new(3, 100);
    let mut pages = source.pages(false);
    settle().await;
    assert!(source.asked().is_empty());
    pages.try_next().await.unwrap();
    settle().await;
    assert_eq!(source.asked(), [1]);
}

#[tokio::test]
async fn looking_ahead_fetches_one_page_and_never_two_at_a_time() {
    let source = Scripted::new(5, 100);
    let mut pages = source.pages(true);
    settle().await;
    assert!(source.asked().is_empty(), "nothing before the first poll");
    for page in 1..=5 {
        assert_eq!(pages.try_next().await.unwrap().unwrap().number(), page);
        settle().await;
        assert_eq!(source.asked().len() as u64, (page + 1).min(5));
    }
    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(source.in_flight.lock().unwrap().1, 1);
}

#[tokio::test]
async fn the_checkpoint_is_what_was_yielded_and_not_what_was_fetched() {
    let (ahead, plain) = (Scripted::new(4, 100), Scripted::new(4, 100));
    let (mut ahead, mut plain) = (ahead.pages(true), plain.pages(false));
    for _ in 0..4 {
        ahead.try_next().await.unwrap();
        plain.try_next().await.unwrap();
        settle().await;
        assert_eq!(ahead.checkpoint(), plain.checkpoint());
    }
    assert!(ahead.checkpoint().is_end());
}

#[tokio::test]
async fn an_error_that_was_fetched_ahead_comes_behind_the_pages_before_it() {
    let source = Scripted::failing_at(5, 3);
    let mut pages = source.pages(true);
    for number in 1..=2 {
        assert_eq!(pages.try_next().await.unwrap().unwrap().number(), number);
        settle().await;
    }
    assert!(pages.try_next().await.is_err());
    assert!(pages.is_ended() && !pages.checkpoint().is_end());
}

#[tokio::test]
async fn dropping_a_listing_cancels_what_it_fetches_ahead() {
    let source = Scripted::new(5, 1);
    let mut pages = source.pages(true);
    pages.try_next().await.unwrap();
    settle().await;
    assert_eq!(source.in_flight.lock().unwrap().0, 1);
    drop(pages);
    settle().await;
    assert_eq!(source.in_flight.lock().unwrap().0, 0);
}

#[test]
fn a_listing_goes_on_on_another_runtime_by_asking_again() {
    for looks_ahead in [false, true] {
        let source = Scripted::new(2, 1);
        let mut pages = source.pages(looks_ahead);
        let first = tokio::runtime::Builder::new_current_thread().build().unwrap();
        first.block_on(async {
            pages.try_next().await.unwrap();
            // Cut off while it waits.
            let mut next = Box::pin(pages.next());
            let mut cx = Context::from_waker(Waker::noop());
            assert!(next.as_mut().poll(&mut cx).is_pending());
        });
        drop(first);
        source.gate.add_permits(1);
        let second = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let page = second.block_on(pages.try_next()).unwrap().unwrap();
        assert_eq!((page.number(), source.asked()), (2, vec![1, 2, 2]), "{looks_ahead}");
    }
}

#[tokio::test]
async fn a_future_of_next_that_is_dropped_loses_nothing() {
    let source = Scripted::new(2, 0);
    let mut pages = source.pages(false);
    for _ in 0..3 {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(Box::pin(pages.next()).as_mut().poll(&mut cx).is_pending());
    }
    source.gate.add_permits(2);
    assert_eq!(pages.try_collect().await.unwrap().len(), 2);
    assert_eq!(source.asked(), [1, 2]);
}

#[tokio::test]
async fn the_stream_is_terminated_at_its_end_and_not_before() {
    let mut pages = Scripted::new(2, 2).pages(false);
    for _ in 0..2 {
        assert!(!pages.is_terminated());
        pages.try_next().await.unwrap().unwrap();
    }
    assert!(pages.is_terminated());
}
