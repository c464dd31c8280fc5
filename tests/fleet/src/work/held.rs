//! One handler per listing within a process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::job::Job;

/// The listings that this process has in hand.
///
/// A process that was paused for longer than the lease may get its own job a second time while the
/// first handler still runs. If the second one claimed at once, the first would lose the listing
/// and hand the job back, the engine would give it out again, and so on. So it waits.
#[derive(Clone, Default)]
pub struct Held(Arc<Mutex<HashMap<Job, Arc<AsyncMutex<()>>>>>);

impl Held {
    /// Waits until no other handler of this process has the listing.
    pub async fn take(&self, job: &Job) -> Holding {
        let place = {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            held.entry(job.clone()).or_default().clone()
        };
        Holding { guard: Some(place.lock_owned().await), job: job.clone(), held: self.clone() }
    }
}

/// Ends with the handler.
pub struct Holding {
    guard: Option<OwnedMutexGuard<()>>,
    job: Job,
    held: Held,
}

impl Drop for Holding {
    fn drop(&mut self) {
        let mut held = self.held.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.guard = None;
        // Ours is the map's alone unless somebody waits: they got it while the map was locked.
        if held.get(&self.job).is_some_and(|place| Arc::strong_count(place) == 1) {
            held.remove(&self.job);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_handler_of_a_listing_waits_for_the_first_and_nothing_is_kept() {
        let held = Held::default();
        let job =
            |user: &str| Job { run: "r".into(), user_id: user.into(), module_code: "101".into() };
        let first = held.take(&job("1")).await;
        let other = held.take(&job("2")).await;
        let second = tokio::spawn({
            let (held, job) = (held.clone(), job("1"));
            async move { held.take(&job).await }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        drop(first);
        drop(second.await.unwrap());
        drop(other);
        assert!(held.0.lock().unwrap().is_empty());
    }
}
