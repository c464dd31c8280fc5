//! The rules, without a server: a script of pages, and a driver that tells what it was yielded.

mod properties;
mod rules;

use serde_json::Map;

use super::*;
use crate::error::what::Answer;
use crate::fingerprint::Fingerprint;

pub(super) type Item = u32;

fn mark(item: &Result<Item, Unreadable>) -> Mark {
    match item {
        Ok(id) => Mark::of_id(&id.to_string()),
        Err(unreadable) => Mark::of_id(unreadable.raw_json()),
    }
}

pub(super) fn rules() -> Rules {
    Rules { limit: None, max_failures: 5, max_empty_pages: 3, allow_repeated_cursors: false }
}

pub(super) fn start() -> Checkpoint {
    Checkpoint::new(&Fingerprint::of(&["q"]), 10, Place::default())
}

pub(super) fn at(cursor: &str, offset: u32, after: Option<Item>) -> Checkpoint {
    let after = after.map(|id| mark(&Ok(id)));
    start().moved_to(Position::At(Place { cursor: Cursor::new(cursor), offset, after }))
}

pub(super) fn walk(begun: Checkpoint, rules: Rules) -> Walk<Item> {
    Walk::new(begun, rules, mark)
}

pub(super) fn page(items: impl IntoIterator<Item = Item>, next: &str) -> Received<Item> {
    Received {
        items: items.into_iter().map(Ok).collect(),
        raw: None,
        next: Cursor::new(next),
        extra: Map::new(),
        context: Context::default(),
    }
}

pub(super) fn transient() -> Error {
    Error::transient(What::CutOff)
}

pub(super) fn refused(status: u16) -> Error {
    Error::new(What::Answer(Answer { status, ..Answer::default() }))
}

/// The page that is asked for next, or panics.
pub(super) fn asked(walk: &mut Walk<Item>) -> Ask {
    match walk.next_step() {
        Step::Ask(ask) => ask,
        other => panic!("expected a request, found {other:?}"),
    }
}

pub(super) fn cursor_asked(walk: &mut Walk<Item>) -> String {
    asked(walk).cursor.map_or(String::new(), |cursor| cursor.expose().to_owned())
}

/// Hands in a page that must be taken; returns its elements.
pub(super) fn take(walk: &mut Walk<Item>, received: Received<Item>) -> Vec<Item> {
    let page = walk.handle_page(received).expect("taken at once").expect("a page");
    page.items.into_iter().map(|item| item.expect("readable")).collect()
}

pub(super) fn failure(walk: &mut Walk<Item>) -> Error {
    match walk.next_step() {
        Step::Fail(error) => error,
        other => panic!("expected a failure, found {other:?}"),
    }
}

pub(super) fn is_at_end(walk: &mut Walk<Item>) -> bool {
    walk.is_ended() && matches!(walk.next_step(), Step::End)
}
