//! The fault matrix: every fault at the first, a middle and the last page, alone and in pairs.
//!
//! Whatever happens, a listing ends with every record exactly once, or with an error from whose
//! checkpoint the rest, and only the rest, is fetched once the fault is gone.

use std::collections::BTreeSet;

use koodrive_ext::{BackupRecordExt as _, Checkpoint, Error, ErrorKind, RetryPolicy, UserClient};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{BuildFor as _, album, signed, user};
use koodrive_tests::clock::TestClock;
use koodrive_tests::story::{kept, list};

/// Gone after one answer, and worth another attempt: nobody should notice.
pub(super) const PASSING: [&str; 10] = [
    "status=500",
    "status=503,retry-after=2",
    "status=429,retry-after-date=+3s",
    "status=408",
    "reset",
    "truncate",
    "html502",
    "gateway=504",
    "garbage",
    "slow=1ms",
];

/// Odd, but a page: nobody should notice either.
pub(super) const ODD: [&str; 4] =
    ["null-data", "unknown-values", "wrong-content-type", "unreadable"];

/// An error that ends the listing.
pub(super) const FINAL: [&str; 8] = [
    "status=403",
    "gateway=401",
    "code=13000410",
    "code=13000410,text",
    "redirect=http://127.0.0.1:9/",
    "huge=64KiB",
    "loop=1",
    "empty-forever",
];

/// An error that ends the listing, perhaps after the first page came again.
const CIRCLES: [&str; 2] = ["loop=2", "loop=3"];

pub(super) const PLACES: [&str; 3] = ["page=1", "page=2", "page=last"];

const PAGE_SIZE: usize = 3;

/// What a listing went through.
#[derive(Debug, Default)]
struct Run {
    ids: Vec<String>,
    unreadable: usize,
    errors: Vec<Error>,
    streams: usize,
    /// The page of a checkpoint had changed, so its records came twice.
    page_changed: bool,
    /// What came before a circle of cursors made it begin again.
    before_circle: Vec<String>,
}

struct Bench {
    sandbox: Sandbox,
    user: UserClient,
    /// What the list is without any fault.
    whole: Vec<String>,
}

impl Bench {
    async fn new() -> Self {
        Self::with_policy(RetryPolicy::default().budget(1000, 1.0)).await
    }

    async fn with_policy(policy: RetryPolicy) -> Self {
        let sandbox = Sandbox::builder().records(9).start().await.unwrap();
        let user = signed(&sandbox, &TestClock::default())
            .retry(policy)
            .max_body_bytes(32 * 1024)
            .build_for(sandbox.user_id());
        let mut bench = Self { sandbox, user, whole: Vec::new() };
        bench.whole = bench.list().await.ids;
        assert_eq!(bench.whole.len(), 9);
        bench
    }

    /// Begins again with these faults; what was counted before is forgotten.
    fn with(&self, faults: &[String]) -> &Self {
        self.sandbox.clear_faults();
        self.sandbox.clear_requests();
        for fault in faults {
            self.sandbox.push_fault(fault.parse().expect(fault)).unwrap();
        }
        self
    }

    /// Polls to the end, whatever comes.
    async fn poll_out(&self, run: &mut Run, from: Option<Checkpoint>) -> Checkpoint {
        let query = album(&self.user).page_size(PAGE_SIZE as u32).max_empty_pages(5);
        let query = match from {
            Some(checkpoint) => query.resume(kept(&checkpoint)),
            None => query,
        };
        run.streams += 1;
        let mut records = query.records();
        while let Some(record) = records.next().await {
            match record {
                Ok(record) => run.ids.push(record.record_id().unwrap().to_owned()),
                Err(error) => note(run, error),
            }
            assert!(run.errors.len() < 20, "it ends: {run:?}");
        }
        records.checkpoint()
    }

    /// Lists, and where an error ended that, goes on without the fault from a kept checkpoint.
    async fn list(&self) -> Run {
        let mut run = Run::default();
        let mut checkpoint = self.poll_out(&mut run, None).await;
        if !checkpoint.is_end() {
            assert!(!run.errors.is_empty(), "an incomplete list says so");
            self.sandbox.clear_faults();
            checkpoint = self.poll_out(&mut run, Some(checkpoint)).await;
        }
        if !checkpoint.is_end() {
            match run.errors.last().unwrap().kind() {
                // The fault had changed the page itself, as its message says.
                ErrorKind::Checkpoint => {
                    run.page_changed = true;
                    let page = checkpoint.page_start();
                    checkpoint = self.poll_out(&mut run, Some(page)).await;
                }
                // Cursors that are known to lead in a circle are not followed again.
                ErrorKind::BrokenPaging => {
                    run.before_circle = std::mem::take(&mut run.ids);
                    checkpoint = self.poll_out(&mut run, None).await;
                }
                other => panic!("{other:?}: {run:?}"),
            }
        }
        assert!(checkpoint.is_end(), "{run:?}");
        run
    }
}

fn note(run: &mut Run, error: Error) {
    if error.is_unreadable_record() {
        run.unreadable += 1;
    } else {
        assert!(error.page().is_some() && error.attempts() < 6, "{error}");
        run.errors.push(error);
    }
}

/// Lists with these faults and compares with the list without any.
async fn check(bench: &Bench, faults: &[String]) -> Run {
    let mut run = bench.with(faults).list().await;
    let inserted = faults.iter().any(|fault| fault.ends_with("unreadable"));
    assert!(inserted || !run.page_changed, "{faults:?}: {run:?}");
    let circles = faults.iter().any(|fault| fault.contains(":loop"));
    for (place, id) in bench.whole.iter().enumerate() {
        // The first page has no cursor, and so comes again under each that leads to it.
        let most = if circles && place < PAGE_SIZE { 4 } else { 1 };
        for ids in [&run.before_circle, &run.ids] {
            let times = ids.iter().filter(|other| *other == id).count();
            assert!(times <= most || run.page_changed, "{faults:?}: {id} came {times} times");
        }
    }
    if run.page_changed || circles {
        let mut seen = BTreeSet::new();
        run.ids.retain(|id| seen.insert(id.clone()));
    }
    assert_eq!(run.ids, bench.whole, "{faults:?}: {:?}", run.errors);
    run
}

#[tokio::test]
async fn passing_faults_are_not_noticed_anywhere() {
    let bench = Bench::new().await;
    for place in PLACES {
        for fault in PASSING {
            let run = check(&bench, &[format!("{place}:{fault}")]).await;
            assert!(run.errors.is_empty(), "{place}:{fault} {run:?}");
        }
    }
}

#[tokio::test]
async fn odd_pages_lose_nothing_anywhere() {
    let bench = Bench::new().await;
    for place in PLACES {
        for fault in ODD {
            let run = check(&bench, &[format!("{place}:{fault}")]).await;
            assert!(run.errors.is_empty(), "{place}:{fault} {run:?}");
            assert_eq!(run.unreadable, usize::from(fault == "unreadable"));
        }
    }
}

#[tokio::test]
async fn an_error_that_is_seen_is_not_the_end_anywhere() {
    let bench = Bench::with_policy(RetryPolicy::none()).await;
    for place in PLACES {
        for fault in PASSING.iter().filter(|fault| !fault.starts_with("slow")) {
            let run = check(&bench, &[format!("{place}:{fault}")]).await;
            assert_eq!(run.errors.len(), 1, "{place}:{fault} {run:?}");
            assert_eq!(run.streams, 1, "the next poll asked again");
        }
    }
}

#[tokio::test]
async fn an_error_that_cannot_be_fixed_ends_with_a_checkpoint_for_exactly_the_rest() {
    let bench = Bench::new().await;
    for place in PLACES {
        for fault in FINAL {
            let run = check(&bench, &[format!("{place}:{fault}")]).await;
            assert_eq!(
                run.errors.len(),
                1 + usize::from(!run.before_circle.is_empty()),
                "{place}:{fault} {run:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_circle_is_an_error_at_its_first_return_and_loses_nothing() {
    let bench = Bench::new().await;
    for place in PLACES {
        for fault in CIRCLES {
            let run = check(&bench, &[format!("{place}:{fault}")]).await;
            assert!(run.errors.iter().all(Error::is_broken_paging), "{place}:{fault} {run:?}");
            assert!(!run.errors.is_empty(), "{place}:{fault}");
        }
    }
}

#[tokio::test]
async fn pairs_of_faults_lose_nothing_whether_on_one_page_or_on_two() {
    let bench = Bench::new().await;
    let all: Vec<&str> =
        PASSING.iter().chain(&ODD).chain(&FINAL).chain(&CIRCLES).copied().collect();
    let mut runs = 0;
    for first in &all {
        for second in &all {
            for (one, two) in [("page=2", "page=2,attempt=2"), ("page=1", "page=last")] {
                check(&bench, &[format!("{one}:{first}"), format!("{two}:{second}")]).await;
                runs += 1;
            }
        }
    }
    assert_eq!(runs, 24 * 24 * 2);
}

#[tokio::test]
async fn a_page_that_never_comes_ends_at_its_time_and_is_asked_for_again() {
    for fault in ["endless", "slow=60m"] {
        let clock = TestClock::default();
        let on_page_2 = format!("page=2,attempt=*:{fault}").parse().unwrap();
        let sandbox = Sandbox::builder().records(5).fault(on_page_2).start().await.unwrap();
        let retry = RetryPolicy::default().max_attempts(2);
        let hurried = signed(&sandbox, &clock).retry(retry).build_for(sandbox.user_id());
        let mut records = album(&hurried).page_size(3).records();
        for _ in 0..3 {
            records.try_next().await.unwrap().unwrap();
        }
        let expire_when_asked = async {
            while sandbox.requests().len() < 2 {
                tokio::task::yield_now().await;
            }
            clock.expire_attempts();
        };
        let (failed, ()) = tokio::join!(records.try_next(), expire_when_asked);
        let error = failed.unwrap_err();
        assert!(error.is_timeout() && error.is_retryable(), "{fault}: {error}");
        assert_eq!((error.attempts(), error.page()), (2, Some(2)), "{fault}");
        sandbox.clear_faults();
        let query = album(&user(&sandbox)).page_size(3).resume(records.checkpoint());
        assert_eq!(list(query).await.unwrap().len(), 2, "{fault}");
    }
}
