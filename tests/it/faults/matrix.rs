//! The fault matrix: every fault at the first, a middle and the last page, alone and in pairs.
//!
//! Whatever happens, a listing ends with every record exactly once, or with an error from whose
//! checkpoint the rest, and only the rest, is fetched once the fault is gone.

use koodrive_ext::{BackupRecordExt as _, Checkpoint, Error, RetryPolicy};
use koodrive_sandbox::Sandbox;
use koodrive_tests::client::{BuildFor as _, UserClient, album, signed, user};
use koodrive_tests::clock::TestClock;
use koodrive_tests::story::{kept, list};

/// Gone after one answer, and worth another attempt: nobody should notice.
const PASSING: [&str; 9] = [
    "status=500",
    "status=503,retry-after=2",
    "status=429,retry-after-date=+3s",
    "status=408",
    "reset",
    "truncate",
    "html502",
    "gateway=504",
    "slow=1ms",
];

/// Odd, but a page: nobody should notice either.
const ODD: [&str; 4] = ["null-data", "unknown-values", "wrong-content-type", "unreadable"];

/// An error that the caller sees; asking again helps.
const SEEN: [&str; 3] = ["garbage", "code=13000410", "code=13000410,text"];

/// An error that ends the listing.
const FINAL: [&str; 6] = [
    "status=403",
    "gateway=401",
    "redirect=http://127.0.0.1:9/",
    "huge=64KiB",
    "loop=1",
    "empty-forever",
];

/// A circle is noticed late: some records come twice, none is lost.
const CIRCLES: [&str; 2] = ["loop=2", "loop=3"];

const PLACES: [&str; 3] = ["page=1", "page=2", "page=last"];

/// What a listing went through.
#[derive(Debug, Default)]
struct Run {
    ids: Vec<String>,
    unreadable: usize,
    errors: Vec<String>,
    streams: usize,
    /// Its records came twice.
    page_changed: bool,
}

struct Bench {
    sandbox: Sandbox,
    user: UserClient,
}

impl Bench {
    async fn new() -> Self {
        let sandbox = Sandbox::builder().records(9).start().await.unwrap();
        let user = signed(&sandbox, &TestClock::default())
            .retry(RetryPolicy::default().budget(1000, 1.0))
            .max_body_bytes(32 * 1024)
            .build_for(sandbox.user_id());
        Self { sandbox, user }
    }

    /// Begins anew with these faults; what was counted before is forgotten.
    fn with(&self, faults: &[String]) -> &Self {
        self.sandbox.clear_faults();
        self.sandbox.clear_requests();
        for fault in faults {
            self.sandbox.push_fault(fault.parse().expect(fault));
        }
        self
    }

    /// Polls to the end, whatever comes.
    async fn poll_out(&self, run: &mut Run, from: Option<Checkpoint>) -> Checkpoint {
        let query = album(&self.user).page_size(3).max_empty_pages(5);
        let query = match from {
            Some(checkpoint) => query.resume(checkpoint),
            None => query,
        };
        run.streams += 1;
        let mut records = query.records();
        while let Some(record) = records.next().await {
            match record {
                Ok(record) => run.ids.push(record.record_id().unwrap().to_owned()),
                Err(error) => note(run, &error),
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
            checkpoint = self.poll_out(&mut run, Some(kept(&checkpoint))).await;
        }
        if !checkpoint.is_end() {
            // The fault had changed the page itself, as its message says.
            run.page_changed = true;
            checkpoint = self.poll_out(&mut run, Some(kept(&checkpoint.page_start()))).await;
        }
        assert!(checkpoint.is_end(), "{run:?}");
        run
    }
}

fn note(run: &mut Run, error: &Error) {
    if error.is_unreadable_record() {
        run.unreadable += 1;
    } else {
        assert!(error.page().is_some() && error.attempts() < 6, "{error}");
        run.errors.push(error.to_string());
    }
}

/// Lists with these faults and compares with the list without any.
async fn check(bench: &Bench, faults: &[String], circles: bool) -> Run {
    let whole = bench.with(&[]).list().await.ids;
    assert_eq!(whole.len(), 9);
    let mut run = bench.with(faults).list().await;
    let inserted = faults.iter().any(|fault| fault.ends_with("unreadable"));
    assert!(inserted || !run.page_changed, "{faults:?}: {run:?}");
    if circles || run.page_changed {
        let mut seen = std::collections::BTreeSet::new();
        run.ids.retain(|id| seen.insert(id.clone()));
    }
    assert_eq!(run.ids, whole, "{faults:?}: {:?}", run.errors);
    run
}

#[tokio::test]
async fn passing_faults_are_not_noticed_anywhere() {
    let bench = Bench::new().await;
    for place in PLACES {
        for fault in PASSING {
            let run = check(&bench, &[format!("{place}:{fault}")], false).await;
            assert!(run.errors.is_empty(), "{place}:{fault} {run:?}");
        }
    }
}

#[tokio::test]
async fn odd_pages_lose_nothing_anywhere() {
    let bench = Bench::new().await;
    for place in PLACES {
        for fault in ODD {
            let run = check(&bench, &[format!("{place}:{fault}")], false).await;
            assert!(run.errors.is_empty(), "{place}:{fault} {run:?}");
            assert_eq!(run.unreadable, usize::from(fault == "unreadable"));
        }
    }
}

#[tokio::test]
async fn an_error_that_is_seen_is_not_the_end_anywhere() {
    let bench = Bench::new().await;
    for place in PLACES {
        for fault in SEEN {
            let run = check(&bench, &[format!("{place}:{fault}")], false).await;
            assert_eq!(run.errors.len(), 1, "{place}:{fault}");
            assert_eq!(run.streams, 1, "the next poll asked again");
        }
    }
}

#[tokio::test]
async fn an_error_that_cannot_be_fixed_ends_with_a_checkpoint_for_exactly_the_rest() {
    let bench = Bench::new().await;
    for place in PLACES {
        for fault in FINAL {
            // A circle on the first page brings it back once under the cursor that it then has.
            let twice = fault == "loop=1" && place == "page=1";
            let run = check(&bench, &[format!("{place}:{fault}")], twice).await;
            assert_eq!(run.errors.len(), 1, "{place}:{fault} {run:?}");
        }
    }
}

#[tokio::test]
async fn a_circle_of_any_length_is_an_error_and_loses_nothing() {
    let bench = Bench::new().await;
    for place in PLACES {
        for fault in CIRCLES {
            let run = check(&bench, &[format!("{place}:{fault}")], true).await;
            assert_eq!(run.errors.len(), 1, "{place}:{fault} {run:?}");
        }
    }
}

#[tokio::test]
async fn pairs_of_faults_lose_nothing_whether_on_one_page_or_on_two() {
    let bench = Bench::new().await;
    let all: Vec<&str> =
        PASSING.iter().chain(&ODD).chain(&SEEN).chain(&FINAL).chain(&CIRCLES).copied().collect();
    let mut runs = 0;
    for first in &all {
        for second in &all {
            let circles = [first, second].iter().any(|fault| fault.starts_with("loop"));
            for (one, two) in [("page=2", "page=2,attempt=2"), ("page=1", "page=last")] {
                check(&bench, &[format!("{one}:{first}"), format!("{two}:{second}")], circles)
                    .await;
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
        let retry = RetryPolicy::default().attempts(2);
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
