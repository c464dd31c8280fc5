//! Jobs and their listings, added together.

use apalis::prelude::{Task, TaskBuilder};
use sqlx::QueryBuilder;

use crate::error::Error;
use crate::job::{Job, QUEUE};
use crate::store::{Store, Writing as _};

/// Listings per transaction.
pub const BATCH: usize = 500;

/// Adds a listing and its job for each that is not there yet, in one transaction; returns how many
/// were added.
///
/// A listing that exists keeps its job, so the engine never sees a key twice: on PostgreSQL it
/// would answer with an error of its unique index.
///
/// # Errors
/// The database's or the engine's; nothing was added then.
pub async fn enqueue(store: &Store, jobs: &[Job]) -> Result<usize, Error> {
    if jobs.is_empty() {
        return Ok(0);
    }
    match store {
        Store::Sqlite(pool) => {
            let mut tx = pool.writing().await?;
            let added = insert(jobs).build_query_as().fetch_all(&mut *tx).await?;
            let tasks = tasks(&added)?;
            let pushed = apalis_sqlite::queries::push_tasks(&mut *tx, QUEUE, &tasks).await;
            pushed.map_err(|e| Error::Engine(e.to_string()))?;
            tx.commit().await?;
            Ok(added.len())
        }
        Store::Postgres(pool) => {
            let mut tx = pool.writing().await?;
            let added = insert(jobs).build_query_as().fetch_all(&mut *tx).await?;
            let tasks = tasks(&added)?;
            let pushed = apalis_postgres::queries::push_tasks(&mut *tx, QUEUE, tasks).await;
            pushed.map_err(|e| Error::Engine(e.to_string()))?;
            tx.commit().await?;
            Ok(added.len())
        }
    }
}

/// Run, user and module of a listing that was added.
type Added = (String, String, String);

fn insert<DB: sqlx::Database>(jobs: &[Job]) -> QueryBuilder<DB>
where
    String: sqlx::Type<DB> + for<'q> sqlx::Encode<'q, DB>,
{
    let mut query = QueryBuilder::new("INSERT INTO listing (run, user_id, module_code) ");
    query.push_values(jobs, |mut row, job| {
        row.push_bind(job.run.clone())
            .push_bind(job.user_id.clone())
            .push_bind(job.module_code.clone());
    });
    query.push(" ON CONFLICT DO NOTHING RETURNING run, user_id, module_code");
    query
}

fn tasks(added: &[Added]) -> Result<Vec<Task<Vec<u8>>>, Error> {
    let task = |(run, user_id, module_code): &Added| {
        let (run, user_id) = (run.clone(), user_id.clone());
        let job = Job { run, user_id, module_code: module_code.clone() };
        let args = serde_json::to_vec(&job).map_err(|e| Error::Engine(e.to_string()))?;
        // Our own cap decides when to give up: the engine's does not count lost workers.
        let max_attempts = i32::MAX as usize;
        Ok(TaskBuilder::new(args).idempotency_key(job.key()).max_attempts(max_attempts).build())
    };
    added.iter().map(task).collect()
}
