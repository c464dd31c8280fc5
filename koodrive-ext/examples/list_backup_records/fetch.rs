//! Walks the pages of one module, a few ahead of what is printed.

use koodrive_ext::{BackupRecord, BackupRecordsQuery, Checkpoint, Error, Page, Pages, Stats};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Pages that wait to be printed, for each module: what bounds the memory.
const PAGES_AHEAD: usize = 4;
/// Failures of the same page in a row that end a listing. Each already went through the client's
/// own retries, and the listing pauses before it asks again.
const PAGE_FAILURES: u32 = 3;

/// What becomes of a page.
// Pages are what nearly every event is.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Event {
    /// It arrived.
    Page(Page<BackupRecord>),
    /// It did not, and nothing will come after this; the checkpoint is the place before it.
    Failed(Error, Checkpoint),
}

/// A listing that goes on by itself.
pub(crate) struct Fetching {
    events: mpsc::Receiver<Event>,
    task: JoinHandle<Stats>,
}

impl Fetching {
    /// Begins; `on_failure` hears of the failures that are not the last.
    pub(crate) fn begin(
        query: BackupRecordsQuery,
        on_failure: impl Fn(&Error) + Send + Sync + 'static,
    ) -> Self {
        let (sender, events) = mpsc::channel(PAGES_AHEAD);
        let task =
            tokio::spawn(fetch(query.max_failures(PAGE_FAILURES).pages(), sender, on_failure));
        Self { events, task }
    }

    /// The next event, or `None` at the end. Cancel-safe.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Ends it, finished or not, and says what it took.
    pub(crate) async fn stop(self) -> Result<Stats, String> {
        drop(self.events);
        self.task.await.map_err(|e| format!("its task ended early: {e}"))
    }
}

async fn fetch(
    mut pages: Pages<BackupRecord>,
    events: mpsc::Sender<Event>,
    on_failure: impl Fn(&Error),
) -> Stats {
    loop {
        let next = tokio::select! {
            biased;
            () = events.closed() => break,
            next = pages.next() => next,
        };
        let event = match next {
            None => break,
            Some(Ok(page)) => Event::Page(page),
            Some(Err(error)) if pages.is_ended() => Event::Failed(error, pages.checkpoint()),
            Some(Err(error)) => {
                on_failure(&error);
                continue;
            }
        };
        let is_last = matches!(event, Event::Failed(..));
        if events.send(event).await.is_err() || is_last {
            break;
        }
    }
    pages.stats()
}
