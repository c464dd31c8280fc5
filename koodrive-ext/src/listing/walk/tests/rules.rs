use super::*;
use crate::error::kind::ErrorKind;

#[test]
fn pages_are_chained_by_their_cursors_until_there_is_none() {
    let mut walk = walk(start(), rules());
    assert_eq!(cursor_asked(&mut walk), "");
    assert_eq!(take(&mut walk, page([1, 2], "b")), [1, 2]);
    assert_eq!(cursor_asked(&mut walk), "b");
    assert_eq!(take(&mut walk, page([3], "")), [3]);
    assert!(is_at_end(&mut walk) && walk.checkpoint().is_end());
}

#[test]
fn a_transient_failure_asks_for_the_same_page_again_after_its_pause() {
    let mut walk = walk(at("b", 0, None), rules());
    let pause = Some(Duration::from_secs(7));
    let error = Error::with_outcome(What::CutOff, Outcome::Transient(pause));
    asked(&mut walk);
    let told = walk.handle_failure(error);
    assert_eq!((told.page(), told.cursor_fingerprint().is_some()), (Some(1), true));
    assert_eq!(told.cursor_fingerprint(), walk.checkpoint().cursor_fingerprint());
    let again = asked(&mut walk);
    assert_eq!((again.failures, again.retry_after, again.page), (1, pause, 1));
    take(&mut walk, page([1], "c"));
    assert_eq!(asked(&mut walk).failures, 0);
}

#[test]
fn so_many_failures_in_a_row_end_the_listing_incomplete() {
    let mut walk = walk(start(), Rules { max_failures: 3, ..rules() });
    for n in 1..=2 {
        asked(&mut walk);
        assert!(!walk.handle_failure(transient()).to_string().contains("in a row"), "{n}");
    }
    asked(&mut walk);
    let last = walk.handle_failure(transient()).to_string();
    assert!(last.contains("the page failed 3 times in a row, so the listing ends"), "{last}");
    assert!(is_at_end(&mut walk) && !walk.checkpoint().is_end());
}

#[test]
fn one_failure_is_no_row_of_them() {
    let mut walk = walk(start(), Rules { max_failures: 1, ..rules() });
    asked(&mut walk);
    let only = walk.handle_failure(transient()).to_string();
    assert!(!only.contains("in a row") && is_at_end(&mut walk), "{only}");
}

#[test]
fn a_success_between_failures_begins_their_count_again() {
    let mut walk = walk(start(), Rules { max_failures: 2, ..rules() });
    for n in 0..10_u32 {
        asked(&mut walk);
        walk.handle_failure(transient());
        asked(&mut walk);
        take(&mut walk, page([n], &n.to_string()));
    }
    assert!(!walk.is_ended());
}

#[test]
fn a_final_failure_ends_the_listing_where_it_stands() {
    for status in [200, 400, 403, 404] {
        let mut walk = walk(at("b", 0, None), rules());
        asked(&mut walk);
        walk.handle_failure(refused(status));
        assert!(is_at_end(&mut walk), "{status}");
        assert_eq!(*walk.checkpoint(), at("b", 0, None));
    }
}

#[test]
fn a_refusal_of_the_first_page_after_a_resumption_is_the_cursors() {
    let kind = |mut walk: Walk<Item>, status| {
        asked(&mut walk);
        walk.handle_failure(refused(status)).kind()
    };
    let new = |begun| walk(begun, rules());
    assert_eq!(kind(new(at("b", 0, None)), 400), ErrorKind::CursorRefused);
    assert_eq!(kind(new(at("b", 3, Some(3))), 200), ErrorKind::CursorRefused);
    let mut resumed = new(at("b", 0, None));
    asked(&mut resumed);
    let advice = resumed.handle_failure(refused(400)).to_string();
    assert!(advice.contains("begin again without the checkpoint"), "{advice}");
    assert_eq!(kind(new(start()), 400), ErrorKind::Refused);
    assert_eq!(kind(new(at("", 3, Some(3))), 400), ErrorKind::Refused);
    assert_eq!(kind(new(at("b", 0, None)), 401), ErrorKind::Unauthorized);
    assert_eq!(kind(new(at("b", 0, None)), 302), ErrorKind::Refused);
    let mut later = new(at("b", 0, None));
    asked(&mut later);
    take(&mut later, page([1], "c"));
    assert_eq!(kind(later, 400), ErrorKind::Refused);
}

#[test]
fn a_limit_ends_inside_a_page_and_at_its_end_without_another_request() {
    for (limit, yielded, place) in [
        (0, vec![], start()),
        (1, vec![1], at("", 1, Some(1))),
        (2, vec![1, 2], at("b", 0, None)),
        (3, vec![1, 2, 3], at("b", 1, Some(3))),
    ] {
        let mut walk = walk(start(), Rules { limit: Some(limit), ..rules() });
        let mut found = Vec::new();
        for received in [page([1, 2], "b"), page([3, 4], "c")] {
            if !walk.is_ended() {
                asked(&mut walk);
                found.extend(take(&mut walk, received));
            }
        }
        assert_eq!(found, yielded, "{limit}");
        assert!(is_at_end(&mut walk));
        assert_eq!(*walk.checkpoint(), place);
    }
}

#[test]
fn wrong_input_is_told_even_when_the_limit_is_0_and_keeps_the_checkpoint() {
    let limited = Rules { limit: Some(0), ..rules() };
    let mut walk = Walk::refused(at("b", 1, Some(1)), limited, mark, Error::invalid("wrong"));
    assert!(!walk.is_ended());
    assert!(failure(&mut walk).is_invalid_input());
    assert!(is_at_end(&mut walk));
    assert_eq!(*walk.checkpoint(), at("b", 1, Some(1)));
}

#[test]
fn the_first_return_of_a_cursor_is_an_error_behind_its_page() {
    let mut walk = walk(start(), rules());
    for (n, next) in [(1, "b"), (2, "c"), (3, "d"), (4, "b")] {
        asked(&mut walk);
        assert_eq!(take(&mut walk, page([n], next)), [n]);
    }
    assert_eq!(failure(&mut walk).kind(), ErrorKind::BrokenPaging);
    assert!(is_at_end(&mut walk));
    assert_eq!(walk.checkpoint().offset(), 1);
}

#[test]
fn resuming_behind_a_circle_yields_nothing_twice_and_goes_on_when_it_is_gone() {
    let mut first = walk(start(), rules());
    for (n, next) in [(1, "b"), (2, "c"), (3, "b")] {
        asked(&mut first);
        take(&mut first, page([n], next));
    }
    let kept: Checkpoint = first.checkpoint().to_string().parse().unwrap();
    let mut again = walk(kept.clone(), rules());
    assert_eq!(cursor_asked(&mut again), "c");
    assert!(take(&mut again, page([3], "b")).is_empty());
    assert!(failure(&mut again).is_broken_paging());
    let mut fixed = walk(kept, rules());
    asked(&mut fixed);
    assert!(take(&mut fixed, page([3], "d")).is_empty());
    assert_eq!(cursor_asked(&mut fixed), "d");
}

#[test]
fn repeated_cursors_can_be_allowed() {
    let mut walk = walk(start(), Rules { allow_repeated_cursors: true, ..rules() });
    for n in 0..10 {
        asked(&mut walk);
        take(&mut walk, page([n], "b"));
    }
    assert!(!walk.is_ended());
}

#[test]
fn so_many_empty_pages_in_a_row_are_an_error() {
    let mut walk = walk(start(), rules());
    for received in [page([], "b"), page([], "c"), page([1], "d"), page([], "e"), page([], "f")] {
        asked(&mut walk);
        take(&mut walk, received);
    }
    asked(&mut walk);
    take(&mut walk, page([], "g"));
    let error = failure(&mut walk);
    assert!(error.to_string().contains("3 pages in a row were empty"), "{error}");
    assert!(is_at_end(&mut walk));
}

#[test]
fn a_cursor_that_is_too_long_ends_the_list_behind_its_page() {
    let mut walk = walk(start(), rules());
    asked(&mut walk);
    assert_eq!(take(&mut walk, page([1], &"x".repeat(1001))), [1]);
    assert!(failure(&mut walk).to_string().contains("1001 characters"));
    assert_eq!(walk.checkpoint().offset(), 1);
}

#[test]
fn a_broken_cursor_behind_a_limit_is_not_told() {
    let mut walk = walk(start(), Rules { limit: Some(1), ..rules() });
    asked(&mut walk);
    take(&mut walk, page([1], &"x".repeat(1001)));
    assert!(is_at_end(&mut walk));
    assert_eq!(walk.checkpoint().offset(), 1);
}

#[test]
fn a_page_that_changed_is_asked_for_once_more_and_then_is_an_error() {
    for changed in [vec![], vec![1], vec![2, 1, 3]] {
        let mut walk = walk(at("b", 2, Some(2)), rules());
        asked(&mut walk);
        assert!(walk.handle_page(page(changed.clone(), "c")).is_none(), "{changed:?}");
        assert_eq!(asked(&mut walk).failures, 1);
        let error = walk.handle_page(page(changed, "c")).unwrap().unwrap_err();
        assert!(error.is_checkpoint_mismatch(), "{error}");
        assert!(is_at_end(&mut walk));
        assert_eq!(*walk.checkpoint(), at("b", 2, Some(2)));
    }
}

#[test]
fn a_page_that_was_answered_without_its_data_once_goes_on() {
    let mut walk = walk(at("b", 2, Some(2)), rules());
    asked(&mut walk);
    assert!(walk.handle_page(page([], "")).is_none());
    asked(&mut walk);
    assert_eq!(take(&mut walk, page([1, 2, 3], "c")), [3]);
    assert_eq!(cursor_asked(&mut walk), "c");
}

#[test]
fn a_page_that_grew_at_its_end_goes_on_behind_the_place() {
    let mut walk = walk(at("b", 2, Some(2)), rules());
    asked(&mut walk);
    assert_eq!(take(&mut walk, page([1, 2, 3, 4], "c")), [3, 4]);
}

#[test]
fn an_unreadable_element_is_marked_like_any_other() {
    let unreadable = |raw: &str| Err(Unreadable::new(raw.as_bytes(), "no", str::to_owned));
    let with = |raw: &str| Received { items: vec![Ok(1), unreadable(raw), Ok(3)], ..page([], "c") };
    let mut first = walk(start(), Rules { limit: Some(2), ..rules() });
    asked(&mut first);
    first.handle_page(with("[7]")).unwrap().unwrap();
    let kept = first.checkpoint().clone();
    let mut same = walk(kept.clone(), rules());
    asked(&mut same);
    assert_eq!(take(&mut same, with("[7]")), [3]);
    let mut other = walk(kept, rules());
    asked(&mut other);
    assert!(other.handle_page(with("[8]")).is_none());
}

#[test]
fn a_page_knows_where_it_starts_and_ends() {
    let mut walk = walk(at("b", 1, Some(1)), rules());
    asked(&mut walk);
    let page = walk.handle_page(page([1, 2], "c")).unwrap().unwrap();
    assert_eq!(page.page_start(), at("b", 1, Some(1)));
    assert_eq!(*page.checkpoint(), at("c", 0, None));
    assert_eq!((page.number(), page.len(), page.has_next()), (1, 1, true));
}

#[test]
fn a_checkpoint_at_the_end_lists_nothing() {
    let mut walk = walk(start().moved_to(Position::End), rules());
    assert!(is_at_end(&mut walk) && walk.checkpoint().is_end());
}

#[test]
fn no_offset_of_a_forged_checkpoint_panics() {
    for offset in [3, u32::MAX] {
        let mut walk = walk(at("b", offset, None), rules());
        asked(&mut walk);
        assert!(walk.handle_page(page([1, 2], "c")).is_none());
        assert!(walk.handle_page(page([1, 2], "c")).unwrap().is_err());
    }
}

#[test]
fn a_page_knows_what_came_before_it_also_when_the_checkpoint_did_not() {
    let mut walk = walk(at("b", 2, None), rules());
    asked(&mut walk);
    let page = walk.handle_page(page([1, 2, 3], "c")).unwrap().unwrap();
    assert_eq!(page.page_start(), at("b", 2, Some(2)));
}
