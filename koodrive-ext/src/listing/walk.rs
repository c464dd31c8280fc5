//! The rules of a listing, as a state machine without I/O, time or futures.
//!
//! A driver asks for the [`next_step`](Walk::next_step), carries it out, and hands in what came of
//! it: a page or a failure.

use std::time::Duration;

use crate::error::kind::ErrorKind;
use crate::error::outcome::Outcome;
use crate::error::unreadable::Unreadable;
use crate::error::what::What;
use crate::error::{Context, Error};
use crate::listing::checkpoint::{Checkpoint, Position};
use crate::listing::cursor::{Cursor, Place};
use crate::listing::cycle::Cycle;
use crate::listing::mark::Mark;
use crate::listing::page::Page;
use crate::listing::source::Received;

/// What a listing may do.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Elements after which it ends.
    pub(crate) limit: Option<u64>,
    /// Failed requests for a page in a row that end it.
    pub(crate) max_failures: u32,
    /// Empty pages in a row that end it.
    pub(crate) max_empty_pages: u32,
    pub(crate) allow_repeated_cursors: bool,
}

/// How the mark of an element is made.
pub(crate) type Marker<T> = fn(&Result<T, Unreadable>) -> Mark;

#[derive(Debug)]
enum State {
    /// The page at the current place is to be asked for; so often in a row that failed.
    Asking {
        failures: u32,
        retry_after: Option<Duration>,
    },
    /// This comes next, and nothing after it.
    Failing(Error),
    Ended,
}

/// What a driver does next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Ask for a page, after a pause if it failed before.
    Ask(Ask),
    Fail(Error),
    End,
}

/// The page to ask for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ask {
    /// Its number, from 1, counted since the listing began or was resumed.
    pub(crate) page: u64,
    pub(crate) cursor: Option<Cursor>,
    /// How often in a row it failed.
    pub(crate) failures: u32,
    /// How long the service asked to be left alone when it failed last.
    pub(crate) retry_after: Option<Duration>,
}

#[derive(Debug)]
pub(crate) struct Walk<T> {
    rules: Rules,
    mark: Marker<T>,
    /// Where everything before was yielded.
    checkpoint: Checkpoint,
    state: State,
    left: Option<u64>,
    empty_run: u32,
    cycle: Cycle,
    pages: u64,
    is_resumed: bool,
    /// Whether the page at the current place was asked for again because it had changed.
    has_rechecked: bool,
}

impl<T> Walk<T> {
    pub(crate) fn new(begun: Checkpoint, rules: Rules, mark: Marker<T>) -> Self {
        Self {
            is_resumed: !begun.is_start(),
            checkpoint: begun,
            state: State::Asking { failures: 0, retry_after: None },
            left: rules.limit,
            rules,
            mark,
            empty_run: 0,
            cycle: Cycle::default(),
            pages: 0,
            has_rechecked: false,
        }
    }

    /// A walk that yields `error` and nothing else, whatever the limit is. It keeps the checkpoint
    /// that it was given, so that a good one is not lost to a wrong setting.
    pub(crate) fn refused(begun: Checkpoint, rules: Rules, mark: Marker<T>, error: Error) -> Self {
        Self { state: State::Failing(error), ..Self::new(begun, rules, mark) }
    }

    pub(crate) fn next_step(&mut self) -> Step {
        if let Some(ask) = self.next_ask() {
            return Step::Ask(ask);
        }
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Failing(error) => Step::Fail(error),
            _ => Step::End,
        }
    }

    /// The page to ask for, if that is the next step.
    pub(crate) fn next_ask(&self) -> Option<Ask> {
        match self.state {
            State::Asking { failures, retry_after } if !self.is_ended() => {
                let cursor = self.place().cursor;
                Some(Ask { page: self.pages + 1, cursor, failures, retry_after })
            }
            _ => None,
        }
    }

    /// Whether the next step is the end.
    pub(crate) fn is_ended(&self) -> bool {
        match self.state {
            State::Asking { .. } => self.left == Some(0) || self.checkpoint.is_end(),
            State::Failing(_) => false,
            State::Ended => true,
        }
    }

    /// Where everything before was yielded.
    pub(crate) fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    pub(crate) fn is_resumed(&self) -> bool {
        self.is_resumed
    }

    /// Takes a page that arrived; `None` where it has to be asked for again first.
    pub(crate) fn handle_page(&mut self, received: Received<T>) -> Option<Result<Page<T>, Error>> {
        let Received { mut items, raw, next, extra, mut context } = received;
        let place = self.place();
        self.put_place(&mut context);
        if !self.fits(&items, &place) {
            return self.changed(&place, items.len(), context).map(Err);
        }
        self.has_rechecked = false;
        self.state = State::Asking { failures: 0, retry_after: None };
        self.pages += 1;
        self.empty_run = if items.is_empty() && next.is_some() { self.empty_run + 1 } else { 0 };

        let before = items.drain(..place.offset as usize).next_back();
        let before = before.as_ref().map(self.mark);
        let left = self.left.map(|left| usize::try_from(left).unwrap_or(usize::MAX));
        let is_cut = left.is_some_and(|left| left < items.len());
        items.truncate(left.unwrap_or(usize::MAX));
        self.left = self.left.map(|left| left - items.len() as u64);

        let has_next = next.is_some();
        let broken =
            if is_cut { None } else { self.broken_paging(place.cursor.as_ref(), next.as_ref()) };
        let position = if is_cut || broken.is_some() {
            // Where paging is broken, the way on may yet be found on this page.
            let after = items.last().map(self.mark).or(place.after.clone());
            let offset = place.offset.saturating_add(items.len() as u32);
            Position::At(Place { cursor: place.cursor.clone(), offset, after })
        } else {
            next.map_or(Position::End, |next| Position::At(Place::at(Some(next))))
        };
        self.checkpoint.position = position;
        if let Some(what) = broken.filter(|_| self.left != Some(0)) {
            let context = context.clone();
            self.state = State::Failing(Error::new(what).with_context(|c| *c = context));
        }
        let checkpoint = self.checkpoint.clone();
        Some(Ok(Page {
            number: self.pages,
            items,
            raw: raw.map(|raw| raw.into_iter().skip(place.offset as usize).collect()),
            has_next,
            context,
            extra,
            start: Place { after: before, ..place },
            checkpoint,
        }))
    }

    /// Takes an error; the page is asked for again unless that cannot help, or was tried often
    /// enough.
    pub(crate) fn handle_failure(&mut self, error: Error) -> Error {
        let failures = self.failures().saturating_add(1);
        let is_enough = failures >= self.rules.max_failures.max(1);
        self.state = match error.outcome() {
            Outcome::Transient(retry_after) if !is_enough => {
                State::Asking { failures, retry_after }
            }
            _ => State::Ended,
        };
        let is_cursors_fault = self.is_resumed
            && self.pages == 0
            && self.place().cursor.is_some()
            && error.kind() == ErrorKind::Refused
            && error.http_status().is_some_and(|status| !(300..400).contains(&status));
        let has_given_up = is_enough && error.is_retryable() && failures > 1;
        error.with_context(|context| {
            self.put_place(context);
            context.cursor_refused = is_cursors_fault;
            if has_given_up {
                let reason =
                    format!("the page failed {failures} times in a row, so the listing ends");
                context.gave_up = Some(match context.gave_up.take() {
                    Some(before) => format!("{before}; {reason}"),
                    None => reason,
                });
            }
        })
    }

    fn failures(&self) -> u32 {
        match self.state {
            State::Asking { failures, .. } => failures,
            _ => 0,
        }
    }

    fn place(&self) -> Place {
        self.checkpoint.place().cloned().unwrap_or_default()
    }

    fn put_place(&self, context: &mut Context) {
        context.page = Some(self.pages + 1);
        context.cursor = self.place().cursor.as_ref().map(Cursor::fingerprint);
    }

    /// Whether the elements before the place still end with the one that was there.
    fn fits(&self, items: &[Result<T, Unreadable>], place: &Place) -> bool {
        let Some(last) = (place.offset as usize).checked_sub(1) else { return true };
        match (items.get(last), &place.after) {
            (Some(item), Some(expected)) => (self.mark)(item) == *expected,
            (found, None) => found.is_some(),
            (None, _) => false,
        }
    }

    /// A page that changed is asked for once more: it may have been answered without its data.
    fn changed(&mut self, place: &Place, length: usize, context: Context) -> Option<Error> {
        if !self.has_rechecked {
            self.has_rechecked = true;
            let failures = self.failures() + 1;
            self.state = State::Asking { failures, retry_after: None };
            return None;
        }
        self.state = State::Ended;
        let what = What::PageChanged { offset: place.offset, length };
        Some(Error::new(what).with_context(|c| *c = context))
    }

    /// Why `next` cannot be followed, if so.
    fn broken_paging(&mut self, current: Option<&Cursor>, next: Option<&Cursor>) -> Option<What> {
        let next = next?;
        if let Some(length) = next.excess() {
            return Some(What::CursorTooLong(length));
        }
        if !self.rules.allow_repeated_cursors {
            let fingerprint = next.fingerprint().to_string();
            let is_known = self.checkpoint.repeats.as_ref() == Some(&fingerprint);
            if self.cycle.comes_back(current, next) || is_known {
                self.checkpoint.repeats = Some(fingerprint);
                return Some(What::CursorCycle);
            }
        }
        let is_too_long = self.empty_run >= self.rules.max_empty_pages.max(1);
        is_too_long.then_some(What::EmptyPages(self.empty_run))
    }
}

#[cfg(test)]
mod tests;
