//! The request that a listing waits for: polled by the listing, or by a task of its own where it
//! goes on while nobody waits.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use sync_wrapper::SyncFuture;
use tokio::runtime::{Handle, Id};
use tokio::task::JoinHandle;

use crate::error::Error;
use crate::listing::source::Received;

/// A page on its way.
pub(crate) type Fetching<T> = Pin<Box<dyn Future<Output = Result<Received<T>, Error>> + Send>>;

pub(crate) struct InFlight<T> {
    work: Work<T>,
    /// Timers and connections belong to this runtime.
    runtime: Option<Id>,
}

enum Work<T> {
    Polled(SyncFuture<Fetching<T>>),
    Spawned(JoinHandle<Result<Received<T>, Error>>),
}

impl<T: Send + 'static> InFlight<T> {
    /// Begins the request; in a task of its own if it `goes_on` by itself.
    pub(crate) fn begin(fetching: Fetching<T>, goes_on: bool) -> Self {
        let handle = Handle::try_current().ok();
        let runtime = handle.as_ref().map(Handle::id);
        let work = match handle.filter(|_| goes_on) {
            Some(handle) => Work::Spawned(handle.spawn(fetching)),
            None => Work::Polled(SyncFuture::new(fetching)),
        };
        Self { work, runtime }
    }

    /// Whether it was begun on the runtime that is current here.
    pub(crate) fn is_here(&self) -> bool {
        self.runtime == Handle::try_current().ok().map(|handle| handle.id())
    }

    /// What came of it; `None` where it ended with its runtime.
    pub(crate) fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Received<T>, Error>>> {
        match &mut self.work {
            Work::Polled(future) => Pin::new(future).poll(cx).map(Some),
            Work::Spawned(task) => match ready!(Pin::new(task).poll(cx)) {
                Ok(done) => Poll::Ready(Some(done)),
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => resume_unwind(panic),
                    Err(_) => Poll::Ready(None),
                },
            },
        }
    }
}

impl<T> Drop for InFlight<T> {
    fn drop(&mut self) {
        if let Work::Spawned(task) = &self.work {
            task.abort();
        }
    }
}
