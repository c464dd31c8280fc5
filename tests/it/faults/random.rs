//! A thousand listings while every fifth answer goes wrong.

use koodrive_ext::BackupRecordExt as _;
use koodrive_sandbox::{FaultKind, Sandbox};
use koodrive_tests::story::kept;
use koodrive_tests::{album, user};

const LISTINGS: usize = 1_000;

#[tokio::test]
async fn a_thousand_listings_under_20_percent_faults_yield_every_record_once() {
    let kinds: Vec<FaultKind> = [
        "status=500",
        "status=503,retry-after=1",
        "status=429",
        "status=408",
        "reset",
        "truncate",
        "html502",
        "gateway=502",
        "garbage",
        "null-data",
        "unknown-values",
        "unreadable",
        "code=13000500",
        "wrong-content-type",
    ]
    .iter()
    .map(|kind| kind.parse().unwrap())
    .collect();
    let seed = 20_260_212;
    let sandbox =
        Sandbox::builder().records(20).random_faults(0.2, seed, kinds).start().await.unwrap();
    let user = user(&sandbox);
    let (mut whole, mut errors, mut unreadable, mut retries) = (Vec::new(), 0, 0, 0);
    for listing in 0..LISTINGS {
        let mut query = album(&user).page_size(8);
        let mut ids = Vec::new();
        loop {
            let mut records = query.records();
            while let Some(record) = records.next().await {
                match record {
                    Ok(record) => ids.push(record.record_id().unwrap().to_owned()),
                    Err(error) if error.is_unreadable_record() => unreadable += 1,
                    Err(error) => {
                        assert!(
                            error.is_retryable() || error.code() == Some("13000500"),
                            "{error}"
                        );
                        errors += 1;
                    }
                }
            }
            retries += records.stats().retries;
            if records.checkpoint().is_end() {
                break;
            }
            query = album(&user).page_size(8).resume(kept(&records.checkpoint()));
        }
        if whole.is_empty() {
            whole.clone_from(&ids);
            assert_eq!(whole.len(), 20);
        }
        assert_eq!(ids, whole, "listing {listing} (seed {seed})");
    }
    let faulty = sandbox.requests().iter().filter(|request| !request.faults().is_empty()).count();
    let share = faulty as f64 / sandbox.requests().len() as f64;
    assert!((0.15..0.25).contains(&share), "{share}");
    assert!(retries > 300 && errors > 50 && unreadable > 20, "{retries} {errors} {unreadable}");
}
