//! How far a run is.

use serde::Serialize;

use crate::error::Error;
use crate::store::engine_jobs::has_unfinished;
use crate::store::{Store, on_store};

/// Listings of a run by state, and the records that they stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Waiting for a worker.
    pub pending: i64,
    /// With a worker, or with one that died and is not yet missed.
    pub running: i64,
    /// Complete.
    pub done: i64,
    /// Given up; `listing.last_error` says why.
    pub failed: i64,
    /// Elements of all pages stored, unreadable ones among them.
    pub records: i64,
}

impl Status {
    fn add(&mut self, state: &str, listings: i64, records: i64) {
        match state {
            "pending" => self.pending += listings,
            "running" => self.running += listings,
            "done" => self.done += listings,
            _ => self.failed += listings,
        }
        self.records += records;
    }

    /// Listings in all.
    pub fn listings(&self) -> i64 {
        self.pending + self.running + self.done + self.failed
    }
}

/// The state of one run, or of all of them.
///
/// # Errors
/// The database's.
pub async fn status(store: &Store, run: Option<&str>) -> Result<Status, Error> {
    let query = "SELECT state, COUNT(*), CAST(SUM(records) AS BIGINT) FROM listing \
                 WHERE CAST($1 AS TEXT) IS NULL OR run = $1 GROUP BY state";
    let rows: Vec<(String, i64, i64)> =
        on_store!(store, pool => sqlx::query_as(query).bind(run).fetch_all(pool).await?);
    let mut status = Status::default();
    for (state, listings, records) in rows {
        status.add(&state, listings, records);
    }
    Ok(status)
}

/// Why listings of a run failed: user, module, error; the first few.
///
/// # Errors
/// The database's.
pub async fn failures(store: &Store, run: &str, limit: i64) -> Result<Vec<Failure>, Error> {
    let query = "SELECT user_id, module_code, last_error FROM listing \
                 WHERE run = $1 AND state = 'failed' ORDER BY user_id, module_code LIMIT $2";
    Ok(on_store!(store, pool =>
        sqlx::query_as(query).bind(run).bind(limit).fetch_all(pool).await?))
}

/// User, module and last error of a listing that failed.
pub type Failure = (String, String, Option<String>);

/// Whether nothing is left to do: no run has a listing that is pending or running, and the engine
/// has no job whose end it does not know.
///
/// # Errors
/// The database's.
pub async fn is_all_finished(store: &Store) -> Result<bool, Error> {
    let query = "SELECT run FROM listing WHERE state IN ('pending', 'running') LIMIT 1";
    let found: Option<(String,)> =
        on_store!(store, pool => sqlx::query_as(query).fetch_optional(pool).await?);
    Ok(found.is_none() && !has_unfinished(store).await?)
}
