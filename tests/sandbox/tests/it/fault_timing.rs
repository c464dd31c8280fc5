//! When faults strike.

use crate::common::{Answer, builder, listing, page, pages, start};
use koodrive_sandbox::{Fault, FaultKind, Sandbox};

async fn with(faults: &[&str]) -> Sandbox {
    let faults = faults.iter().map(|text| text.parse::<Fault>().expect(text));
    start(builder().records(25).faults(faults)).await
}

async fn statuses(sandbox: &Sandbox, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(page(sandbox, &listing("101", "10"), None).await.status);
    }
    statuses
}

#[tokio::test]
async fn requests_are_met_by_number() {
    for (when, expected) in [
        ("2", [200, 503, 200, 200]),
        ("2-3", [200, 503, 503, 200]),
        ("3-", [200, 200, 503, 503]),
        ("*", [503, 503, 503, 503]),
        ("next", [503, 200, 200, 200]),
        ("9", [200, 200, 200, 200]),
    ] {
        let sandbox = with(&[&format!("{when}:status=503")]).await;
        assert_eq!(statuses(&sandbox, 4).await, expected, "{when}");
    }
}

#[tokio::test]
async fn a_page_is_met_at_its_first_attempt_only() {
    let sandbox = with(&["page=2:status=503"]).await;
    let params = listing("101", "10");
    let cursor = page(&sandbox, &params, None).await.next_cursor();
    let second = async || page(&sandbox, &params, cursor.as_deref()).await;
    assert_eq!(second().await.status, 503);
    let answer = second().await;
    assert_eq!(answer.status, 200);
    let third = page(&sandbox, &params, answer.next_cursor().as_deref()).await;
    assert_eq!(third.status, 200);
    let attempts: Vec<_> = sandbox.requests().iter().map(|r| (r.page(), r.attempt())).collect();
    assert_eq!(
        attempts,
        [(Some(1), Some(1)), (Some(2), Some(1)), (Some(2), Some(2)), (Some(3), Some(1))]
    );
}

#[tokio::test]
async fn attempts_at_a_page_can_be_chosen() {
    for (when, expected) in [
        ("page=1,attempt=2", [200, 503, 200, 200]),
        ("page=1,attempt=2-3", [200, 503, 503, 200]),
        ("page=1,attempt=*", [503, 503, 503, 503]),
    ] {
        let sandbox = with(&[&format!("{when}:status=503")]).await;
        assert_eq!(statuses(&sandbox, 4).await, expected, "{when}");
    }
}

#[tokio::test]
async fn each_listing_counts_its_own_attempts() {
    let sandbox = with(&["page=1:status=503"]).await;
    for module in ["100", "101", "102"] {
        for size in ["10", "20"] {
            let params = listing(module, size);
            assert_eq!(page(&sandbox, &params, None).await.status, 503);
            assert_eq!(page(&sandbox, &params, None).await.status, 200);
        }
    }
}

#[tokio::test]
async fn the_last_page_is_the_one_with_the_last_record() {
    let sandbox = with(&["page=last:unknown-values"]).await;
    for size in ["10", "25", "24"] {
        let answers = pages(&sandbox, &listing("101", size)).await;
        let hit = |answer: &Answer| answer.json().get("serverRegion").is_some();
        let (last, others) = answers.split_last().expect("a page");
        assert!(hit(last) && !others.iter().any(hit), "{size}");
    }
}

#[tokio::test]
async fn the_same_seed_meets_the_same_requests() {
    let kinds = || vec![FaultKind::status(500), FaultKind::Html502];
    let run = async |seed| {
        let builder = builder().random_faults(0.3, seed, kinds());
        statuses(&start(builder).await, 60).await
    };
    let first = run(7).await;
    assert_eq!(first, run(7).await);
    assert_ne!(first, run(8).await);
    for status in [200, 500, 502] {
        assert!(first.contains(&status), "{first:?}");
    }
}

#[tokio::test]
async fn a_probability_of_0_never_strikes_and_one_of_1_always() {
    let sandbox = with(&["p=0:status=500"]).await;
    assert_eq!(statuses(&sandbox, 5).await, [200; 5]);
    let sandbox = with(&["p=1,seed=3:status=500"]).await;
    assert_eq!(statuses(&sandbox, 5).await, [500; 5]);
}

#[tokio::test]
async fn of_two_faults_that_replace_an_answer_the_first_one_counts() {
    let sandbox = with(&["1:status=503", "1:html502", "2:html502", "2:status=503"]).await;
    assert_eq!(statuses(&sandbox, 3).await, [503, 502, 200]);
    assert_eq!(sandbox.requests()[0].faults(), [FaultKind::status(503)]);
}

#[tokio::test]
async fn faults_can_be_added_and_taken_off_while_running() {
    let sandbox = with(&[]).await;
    assert_eq!(statuses(&sandbox, 2).await, [200, 200]);
    sandbox.push_fault(Fault::next(FaultKind::status(503))).expect("good");
    assert_eq!(statuses(&sandbox, 2).await, [503, 200]);
    sandbox.push_fault(Fault::always(FaultKind::gateway(429))).expect("good");
    assert_eq!(statuses(&sandbox, 1).await, [429]);
    sandbox.clear_faults();
    assert_eq!(statuses(&sandbox, 1).await, [200]);
}

#[tokio::test]
async fn clearing_the_requests_counts_from_one_again() {
    let sandbox = with(&["2:status=503"]).await;
    assert_eq!(statuses(&sandbox, 3).await, [200, 503, 200]);
    sandbox.clear_requests();
    assert_eq!(statuses(&sandbox, 3).await, [200, 503, 200]);
    assert_eq!(sandbox.requests()[0].number(), 1);
    assert_eq!(sandbox.requests()[2].attempt(), Some(3));
}
