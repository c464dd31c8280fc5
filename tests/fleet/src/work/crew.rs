//! What the listings of a worker process share, and the engine's handler.

use std::sync::Arc;
use std::time::Duration;

use apalis::prelude::{BoxDynError, Data, TaskId};
use tracing::Instrument as _;

use crate::job::Job;
use crate::store::Store;
use crate::work::alone::Alone;
use crate::work::held::Held;
use crate::work::mirror::{Outcome, mirror};
use crate::work::stop::Stop;

/// How listings are made.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Claims in a row without a stored page after which a listing is failed.
    pub max_attempts: i64,
    /// Pause after the first failed attempt.
    pub retry_delay: Duration,
    /// Records per page.
    pub page_size: u32,
}

/// One per process.
pub struct Crew {
    /// The database.
    pub store: Store,
    /// One connection pool, one pace, one cache of tokens for all users.
    pub client: koodrive_ext::Client,
    /// How listings are made.
    pub rules: Rules,
    /// When to end.
    pub stop: Stop,
    /// The listings in hand.
    pub held: Held,
    /// Who may be before its first page at the same time.
    pub alone: Alone,
}

/// Why the engine must keep a job.
#[derive(Debug, thiserror::Error)]
#[error("the listing is not finished ({}): it is to be handed out again", .0.name())]
struct NotFinished(Outcome);

/// The engine's handler. An error means "hand it out again".
pub(crate) async fn handle(job: Job, id: TaskId, crew: Data<Arc<Crew>>) -> Result<(), BoxDynError> {
    let span =
        tracing::info_span!("listing", run = job.run, user = job.user_id, module = job.module_code);
    let (crew, task_id) = (Arc::clone(&crew), id.to_string());
    // A task of its own: the engine polls all handlers, its heartbeat and its fetching in one, and
    // a panic ends this listing only.
    let task = tokio::spawn(
        async move {
            let _holding = crew.held.take(&job).await;
            metrics::gauge!("koodrive_fleet_listings_in_hand").increment(1.0);
            let outcome = mirror(&crew, &job, &task_id).await;
            metrics::gauge!("koodrive_fleet_listings_in_hand").decrement(1.0);
            let name = outcome.as_ref().map_or("error", |outcome| outcome.name());
            metrics::counter!("koodrive_fleet_jobs_total", "outcome" => name).increment(1);
            match &outcome {
                Ok(outcome) => tracing::info!(outcome = name, is_final = outcome.is_final()),
                Err(error) => tracing::error!(%error, "the listing stays claimed"),
            }
            outcome
        }
        .instrument(span),
    );
    match task.await?? {
        outcome if outcome.is_final() => Ok(()),
        outcome => Err(NotFinished(outcome).into()),
    }
}
