//! The engine: which job next, and whose worker died.

use std::sync::Arc;
use std::time::Duration;

use apalis::prelude::{
    BackendExt as _, EventListenerExt as _, WorkerBuilder, WorkerBuilderExt as _,
};
use apalis::prelude::{Event, WorkerContext};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use uuid::Uuid;

use crate::error::Error;
use crate::job::{Job, QUEUE};
use crate::store::Store;
use crate::store::status::is_all_finished;
use crate::work::crew::{Crew, handle};
use crate::work::stop::Stop;
use crate::work::wind_down::WindDown;

/// How a worker process works.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Listings at a time.
    pub concurrency: usize,
    /// How long after its last sign of life a worker is missed; at least 3 s.
    pub lease: Duration,
    /// How often an idle worker looks for a job.
    pub poll: Duration,
    /// Whether to end when nothing is left to do.
    pub until_done: bool,
}

/// How long after its grace a process is waited for that gives its listings back.
const LAST_CALL: Duration = Duration::from_secs(10);
/// Heartbeats per lease.
const HEARTBEATS: u32 = 3;

/// A name that no other process has had: a dead worker's jobs would stay its own as long as a new
/// one reports signs of life under the same name.
pub fn worker_name() -> String {
    format!("{}-{}", std::process::id(), Uuid::new_v4())
}

/// The engine's settings, which have the same names on both databases.
///
/// - One job per fetch: while the engine holds a fetched job back, waiting for a free handler, it
///   reports no sign of life, and all its jobs are given to others.
/// - Heartbeats in whole seconds, which is how it keeps them.
macro_rules! config {
    ($config:ty, $pace:expr) => {
        <$config>::default()
            .queue(QUEUE)
            .batch_size(1)
            .heartbeat_interval(($pace.lease / HEARTBEATS).max(Duration::from_secs(1)))
            .missed_heartbeats(HEARTBEATS as usize)
    };
}

/// The same worker on both databases, whose types share no trait that is worth naming.
macro_rules! run {
    ($backend:expr, $context:expr, $crew:expr, $pace:expr) => {
        WorkerBuilder::new(&$context)
            .backend(WindDown::new($backend.poll_with_interval($pace.poll), &$crew.stop))
            .data(Arc::clone(&$crew))
            .concurrency($pace.concurrency)
            .on_event(log_event)
            .build(handle)
            .run()
    };
}

/// Works until a signal asks it to end, or until nothing is left if `until_done` is set.
///
/// # Errors
/// The engine's worker ended by itself. It does so after a single failed statement; the process
/// ends with it, loudly, so that what supervises it starts a new one.
pub async fn work(crew: Arc<Crew>, name: &str, pace: &Pace) -> Result<(), Error> {
    let context = WorkerContext::new(name);
    if pace.until_done {
        tokio::spawn(stop_when_finished(crew.store.clone(), crew.stop.clone(), pace.poll));
    }
    let running = async {
        match &crew.store {
            Store::Sqlite(pool) => {
                let storage = SqliteStorage::<Job>::new(pool);
                let backend = storage.with_config(config!(apalis_sqlite::Config, pace));
                run!(backend, context, crew, pace).await
            }
            Store::Postgres(pool) => {
                let storage = PostgresStorage::<Job>::new(pool);
                let backend = storage.with_config(config!(apalis_postgres::Config, pace));
                run!(backend, context, crew, pace).await
            }
        }
    };
    let result = until_overdue(running, &crew.stop, LAST_CALL).await;
    result.ok_or(Error::EngineStuck)?.map_err(|e| Error::Engine(e.to_string()))?;
    if crew.stop.is_asked() { Ok(()) } else { Err(Error::EngineEnded) }
}

/// `None` if the engine goes on although the pages in hand have had their time: better that this
/// process ends than that it keeps what all others wait for.
async fn until_overdue<T>(
    running: impl Future<Output = T>,
    stop: &Stop,
    last_call: Duration,
) -> Option<T> {
    tokio::select! {
        result = running => Some(result),
        () = async { stop.hurry().await; tokio::time::sleep(last_call).await } => None,
    }
}

async fn stop_when_finished(store: Store, stop: Stop, poll: Duration) {
    loop {
        match is_all_finished(&store).await {
            Ok(true) => {
                tracing::info!("nothing is left to do");
                return stop.ask();
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "cannot see whether anything is left to do"),
        }
        tokio::time::sleep(poll).await;
    }
}

fn log_event(_: &WorkerContext, event: &Event) {
    match event {
        Event::Error(error) => tracing::debug!(%error, "the engine keeps a job"),
        Event::Start | Event::Stop | Event::Exit => tracing::debug!(%event, "engine"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn an_engine_that_does_not_end_is_left_behind_after_its_grace() {
        let (stop, at_once) = (Stop::new(Duration::ZERO), Duration::ZERO);
        assert_eq!(until_overdue(ready(7), &stop, at_once).await, Some(7));
        stop.ask();
        assert_eq!(until_overdue(pending::<()>(), &stop, at_once).await, None);
    }
}
