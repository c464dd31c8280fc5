//! All that this crate says in the engine's own tables.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::{PgConnection, SqliteConnection};

use crate::error::Error;
use crate::job::QUEUE;
use crate::store::Store;

/// Puts a job off. The engine has no way of its own: what it calls "retry after" leaves the job
/// locked, so that on SQLite nobody ever gets it again.
pub(crate) trait PutOff {
    async fn put_off(&mut self, task_id: &str, after: Duration) -> Result<(), sqlx::Error>;
}

impl PutOff for SqliteConnection {
    async fn put_off(&mut self, task_id: &str, after: Duration) -> Result<(), sqlx::Error> {
        let query = sqlx::query("UPDATE Jobs SET run_at = $1 WHERE id = $2");
        query.bind(from_now(after)).bind(task_id).execute(self).await?;
        Ok(())
    }
}

impl PutOff for PgConnection {
    async fn put_off(&mut self, task_id: &str, after: Duration) -> Result<(), sqlx::Error> {
        let query = "UPDATE apalis.jobs SET run_at = to_timestamp($1::bigint) WHERE id = $2";
        sqlx::query(query).bind(from_now(after)).bind(task_id).execute(self).await?;
        Ok(())
    }
}

/// Seconds since 1970, as the engine counts.
fn from_now(after: Duration) -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from((since + after).as_secs()).unwrap_or(i64::MAX)
}

/// Lets the planner know how many there are now.
///
/// - Without that SQLite takes the engine's index by status, or by worker, for better than the one
///   by id, and reads all waiting and all finished jobs for each one that it locks and acknowledges.
/// - PostgreSQL counts by itself, but only after a minute, and until then reads all unfinished
///   listings for each one that is claimed or stored.
///
/// # Errors
/// The database's.
pub async fn count_for_the_planner(store: &Store) -> Result<(), Error> {
    match store {
        Store::Sqlite(pool) => {
            // Enough rows to see that nearly all have the same status.
            sqlx::raw_sql("PRAGMA analysis_limit = 1000; ANALYZE Jobs").execute(pool).await?;
        }
        Store::Postgres(pool) => {
            sqlx::raw_sql("ANALYZE listing; ANALYZE apalis.jobs").execute(pool).await?;
        }
    }
    Ok(())
}

/// Whether the engine has a job that is to be done, or that a dead worker has not given back.
///
/// # Errors
/// The database's.
pub async fn has_unfinished(store: &Store) -> Result<bool, Error> {
    let found: Option<(String,)> = match store {
        Store::Sqlite(pool) => {
            let query = "SELECT id FROM Jobs WHERE job_type = $1 \
                         AND status IN ('Pending', 'Queued', 'Running', 'Failed') LIMIT 1";
            sqlx::query_as(query).bind(QUEUE).fetch_optional(pool).await?
        }
        Store::Postgres(pool) => {
            let query = "SELECT id FROM apalis.jobs WHERE job_type = $1 \
                         AND status IN ('Pending', 'Queued', 'Running', 'Failed') LIMIT 1";
            sqlx::query_as(query).bind(QUEUE).fetch_optional(pool).await?
        }
    };
    Ok(found.is_some())
}
