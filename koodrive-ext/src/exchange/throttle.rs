//! The pace of a client: what all its calls share when the service asks for fewer requests.
//!
//! After such an answer nobody sends until its pause is over. Then half as many requests go out at
//! a time as before, and with each success a few more (additive increase, multiplicative decrease,
//! as TCP does: RFC 5681).

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Notify;

use crate::clock::Clock;
use crate::jitter::Random;

/// Over so much time the calls that waited are spread.
const SPREAD: Duration = Duration::from_secs(1);

pub(crate) struct Throttle {
    max: usize,
    state: Mutex<State>,
    /// A place has become free, or the limit has grown.
    changed: Notify,
}

struct State {
    /// When sending begins again.
    open_at: Duration,
    /// How many requests may be in flight; infinite until the service asks for fewer.
    limit: f64,
    /// The limit at which it is infinite again.
    recovered_at: f64,
    /// When the limit was last lowered.
    lowered_at: Option<Duration>,
    /// The requests in flight, and when each has had its time. A future that nobody polls must not
    /// hold up the others for longer.
    inside: BTreeMap<u64, Duration>,
    next: u64,
}

/// A place for one request, until it is dropped.
pub(crate) struct Place<'a> {
    throttle: &'a Throttle,
    number: u64,
    entered: Duration,
}

impl Throttle {
    /// At most `max` requests are ever in flight, at least one.
    pub(crate) fn new(max: usize) -> Self {
        let state = State {
            open_at: Duration::ZERO,
            limit: f64::INFINITY,
            recovered_at: f64::INFINITY,
            lowered_at: None,
            inside: BTreeMap::new(),
            next: 0,
        };
        Self { max: max.max(1), state: Mutex::new(state), changed: Notify::new() }
    }

    /// Waits for a place, which is the call's for at most `stay`.
    ///
    /// # Errors
    /// How long the service's pause lasts yet, when that is longer than `patience`; or `patience`
    /// itself, when no place became free in that time.
    pub(crate) async fn enter(
        &self,
        clock: &dyn Clock,
        random: &dyn Random,
        stay: Duration,
        patience: Duration,
    ) -> Result<Place<'_>, Duration> {
        let begun = clock.elapsed();
        // A clock of a test may not count its own pauses; they are over all the same.
        let mut slept = Duration::ZERO;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // From here on no change is missed.
            changed.as_mut().enable();
            let now = clock.elapsed().max(begun.saturating_add(slept));
            let left = patience.saturating_sub(now.saturating_sub(begun));
            match self.try_enter(now, stay) {
                Ok(place) => return Ok(place),
                Err(Wait::Pause(pause)) if pause >= left => return Err(pause),
                Err(Wait::Pause(pause)) => {
                    let spread =
                        SPREAD.min(left - pause).mul_f64(random.fraction().clamp(0.0, 1.0));
                    clock.sleep(pause + spread).await;
                    slept += pause + spread;
                }
                Err(Wait::Place(_)) if left.is_zero() => return Err(patience),
                Err(Wait::Place(ends)) => {
                    let patience = ends.min(left);
                    let mut over = clock.timeout(patience);
                    let is_over = poll_fn(|cx| match changed.as_mut().poll(cx) {
                        Poll::Ready(()) => Poll::Ready(false),
                        Poll::Pending => over.as_mut().poll(cx).map(|()| true),
                    });
                    if is_over.await {
                        slept += patience;
                    }
                }
            }
        }
    }

    fn try_enter(&self, now: Duration, stay: Duration) -> Result<Place<'_>, Wait> {
        let mut state = self.lock();
        if now < state.open_at {
            return Err(Wait::Pause(state.open_at - now));
        }
        state.inside.retain(|_, ends| now < *ends);
        let inside = state.inside.len();
        if inside >= self.max || inside as f64 >= state.limit.max(1.0).floor() {
            let ends = state.inside.values().min().copied().unwrap_or(now);
            return Err(Wait::Place(ends - now));
        }
        let number = state.next;
        state.next += 1;
        state.inside.insert(number, now.saturating_add(stay));
        Ok(Place { throttle: self, number, entered: now })
    }

    /// The service answered the request of `place` by asking for fewer: nobody sends for `pause`.
    pub(crate) fn slow_down(&self, place: &Place<'_>, pause: Duration, now: Duration) {
        let mut state = self.lock();
        state.open_at = state.open_at.max(now.saturating_add(pause));
        // Requests that were in flight together are one overload, not one each.
        if state.lowered_at.is_none_or(|lowered| place.entered > lowered) {
            let inside = state.inside.len().max(1) as f64;
            if state.limit.is_infinite() {
                state.recovered_at = 2.0 * inside.max(8.0);
            }
            state.limit = (state.limit.min(inside) / 2.0).max(1.0);
            state.lowered_at = Some(now);
        }
    }

    /// A request succeeded.
    pub(crate) fn speed_up(&self) {
        let mut state = self.lock();
        if state.limit.is_infinite() {
            return;
        }
        state.limit += 1.0 / state.limit;
        if state.limit >= state.recovered_at {
            state.limit = f64::INFINITY;
        }
        drop(state);
        self.changed.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Wait {
    /// Until sending begins again.
    Pause(Duration),
    /// For a place; the first one to have had its time does so after this long.
    Place(Duration),
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.throttle.lock().inside.remove(&self.number);
        self.throttle.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
