use super::*;
use crate::error::unreadable::Unreadable;

/// Every predicate that is the kind's, by its name.
fn predicates(error: &Error) -> Vec<&'static str> {
    [
        ("invalid_input", error.is_invalid_input()),
        ("unauthorized", error.is_unauthorized()),
        ("throttled", error.is_throttled()),
        ("timeout", error.is_timeout()),
        ("connection", error.is_connection()),
        ("undecodable", error.is_undecodable()),
        ("unreadable_record", error.is_unreadable_record()),
        ("broken_paging", error.is_broken_paging()),
        ("checkpoint_mismatch", error.is_checkpoint_mismatch()),
    ]
    .into_iter()
    .filter_map(|(name, holds)| holds.then_some(name))
    .collect()
}

#[test]
fn no_more_predicates_hold_than_those_of_the_kind() {
    let answer = |status| What::Answer(Answer { status, ..Answer::default() });
    let unreadable = Unreadable::new(b"7", "no record", str::to_owned);
    for (what, expected) in [
        (What::InvalidInput(String::new()), &["invalid_input"][..]),
        (What::Checkpoint(String::new()), &["invalid_input", "checkpoint_mismatch"]),
        (What::PageChanged { offset: 1, length: 0 }, &["checkpoint_mismatch"]),
        (What::Setup, &[]),
        (What::NoRuntime, &[]),
        (What::Connect, &["connection"]),
        (What::CutOff, &["connection"]),
        (What::Timeout(Duration::ZERO), &["timeout"]),
        (What::Held(Duration::ZERO), &["throttled"]),
        (What::Undecodable(Answer::default()), &["undecodable"]),
        (What::BodyTooLarge(1), &[]),
        (What::TokenProvider, &[]),
        (What::Unreadable(unreadable), &["unreadable_record"]),
        (What::CursorCycle, &["broken_paging"]),
        (What::EmptyPages(1), &["broken_paging"]),
        (What::CursorTooLong(1001), &["broken_paging"]),
        (answer(401), &["unauthorized"]),
        (answer(429), &["throttled"]),
        (answer(404), &[]),
    ] {
        assert_eq!(predicates(&Error::new(what.clone())), expected, "{what:?}");
    }
}
