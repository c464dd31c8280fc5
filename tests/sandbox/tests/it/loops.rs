//! Faults that last: cursors in a circle, and empty pages without end.

use crate::common::{listing, page};
use crate::faults::{is_whole, with};
use koodrive_sandbox::Sandbox;
use serde_json::json;

/// The cursors that a client follows, from the first answer on.
async fn cursors(sandbox: &Sandbox, count: usize) -> Vec<String> {
    let mut cursors: Vec<String> = Vec::new();
    for _ in 0..count {
        let answer = page(sandbox, &listing("101", "10"), cursors.last().map(String::as_str)).await;
        cursors.push(answer.next_cursor().expect("a loop has no end"));
    }
    cursors
}

#[tokio::test]
async fn a_loop_repeats_its_cursors_with_its_period_until_the_faults_are_cleared() {
    for page in [1_usize, 2, 3] {
        for period in [1_usize, 2, 3, 5] {
            let sandbox = with(&format!("page={page}:loop={period}")).await;
            let cursors = cursors(&sandbox, page + 3 * period).await;
            let looping = &cursors[page - 1..];
            for (index, cursor) in looping.iter().enumerate() {
                assert_eq!(cursor, &looping[index % period], "page {page}, period {period}");
            }
            let mut distinct = looping[..period].to_vec();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), period, "page {page}, period {period}");

            sandbox.clear_faults();
            let last = cursors.last().map(String::as_str);
            let answer = crate::common::page(&sandbox, &listing("101", "10"), last).await;
            assert_eq!(answer.status, 200);
            is_whole(&sandbox).await;
        }
    }
}

#[tokio::test]
async fn a_loop_of_another_listing_does_not_hold_the_cursors_of_one_that_was_cleared() {
    let sandbox = with("page=1:loop=3").await;
    let led_back = cursors(&sandbox, 1).await.pop();
    sandbox.clear_faults();
    sandbox.push_fault("next:loop=3".parse().expect("a fault")).expect("it can be added");
    page(&sandbox, &listing("100", "10"), None).await;
    let mut cursor = led_back;
    for _ in 0..4 {
        let Some(known) = cursor else { return };
        cursor = page(&sandbox, &listing("101", "10"), Some(&known)).await.next_cursor();
    }
    assert_eq!(cursor, None, "it has three pages");
}

#[tokio::test]
async fn a_loop_leads_back_to_a_cursor_that_was_given_out_before() {
    let sandbox = with("page=3:loop=2").await;
    let cursors = cursors(&sandbox, 5).await;
    assert_eq!(cursors[2], cursors[0]);
    assert_eq!(cursors[3], cursors[1]);
}

#[tokio::test]
async fn empty_pages_go_on_with_new_cursors_until_the_faults_are_cleared() {
    let sandbox = with("page=2:empty-forever").await;
    let params = listing("101", "10");
    let mut cursors = vec![page(&sandbox, &params, None).await.next_cursor()];
    for _ in 0..20 {
        let cursor = cursors.last().and_then(Option::as_deref);
        let answer = page(&sandbox, &params, cursor).await;
        assert_eq!(answer.json()["data"], json!([]));
        assert!(!cursors.contains(&answer.next_cursor()));
        cursors.push(answer.next_cursor());
    }
    sandbox.clear_faults();
    let cursor = cursors.last().and_then(Option::as_deref);
    let second = page(&sandbox, &params, cursor).await;
    let third = page(&sandbox, &params, second.next_cursor().as_deref()).await;
    assert_eq!(second.record_ids().len(), 10);
    assert_eq!(third.record_ids().len(), 5);
    assert_eq!(third.next_cursor(), None);
}
