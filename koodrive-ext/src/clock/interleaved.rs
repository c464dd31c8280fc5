//! Runs futures in an order that a seed decides, on a clock that stands still while anybody can go
//! on: what threads and timers do by chance happens here again and again.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use crate::clock::{Clock, Wait};

/// Time that passes only when everybody waits for it.
#[derive(Clone, Default)]
pub(crate) struct Virtual(Arc<Mutex<Sleepers>>);

#[derive(Default)]
struct Sleepers {
    now: Duration,
    wakers: BTreeMap<(Duration, u64), Waker>,
    next: u64,
}

impl Virtual {
    /// Moves to the moment for which somebody waits; `false` if nobody does.
    fn advance(&self) -> bool {
        let mut sleepers = self.0.lock().unwrap();
        let Some(((until, _), waker)) = sleepers.wakers.pop_first() else { return false };
        sleepers.now = sleepers.now.max(until);
        waker.wake();
        true
    }
}

impl Clock for Virtual {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().now
    }

    fn sleep(&self, duration: Duration) -> Wait {
        let (sleepers, until) = (self.0.clone(), self.elapsed() + duration);
        Box::pin(poll_fn(move |cx| {
            let mut sleepers = sleepers.lock().unwrap();
            if sleepers.now >= until {
                return Poll::Ready(());
            }
            let number = sleepers.next;
            sleepers.next += 1;
            sleepers.wakers.insert((until, number), cx.waker().clone());
            Poll::Pending
        }))
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls `tasks` to their ends, one at a time and mostly one that was woken; in `drops` of a
/// hundred steps one is dropped instead. Fails if those that are left wait for ever.
pub(crate) fn run<F: Future<Output = ()>>(
    seed: u64,
    clock: &Virtual,
    tasks: impl Iterator<Item = F>,
    drops: u32,
) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut left: Vec<_> =
        tasks.map(|task| (Box::pin(task), Arc::new(Flag(AtomicBool::new(true))))).collect();
    while !left.is_empty() {
        let is_woken = |i: &usize| left[*i].1.0.load(Ordering::Relaxed);
        let woken: Vec<usize> = (0..left.len()).filter(is_woken).collect();
        if woken.is_empty() {
            assert!(clock.advance(), "seed {seed}: {} wait for ever", left.len());
            continue;
        }
        // Futures may be polled without having been woken.
        let any = random.usize(..left.len());
        let chosen = if random.u8(..8) == 0 { any } else { woken[random.usize(..woken.len())] };
        if random.u32(..100) < drops {
            drop(left.swap_remove(chosen));
            continue;
        }
        let (task, flag) = &mut left[chosen];
        flag.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(flag.clone());
        if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            drop(left.swap_remove(chosen));
        }
    }
}
