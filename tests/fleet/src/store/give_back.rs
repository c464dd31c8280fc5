//! Giving a listing back before it is complete.

use std::time::Duration;

use crate::error::Error;
use crate::job::Job;
use crate::store::engine_jobs::PutOff as _;
use crate::store::{Store, Writing as _, on_store};

/// Why, and so what becomes of it.
#[derive(Debug)]
pub enum Reason {
    /// This process shuts down; that is no attempt of the listing.
    Shutdown,
    /// It failed in a way that may pass.
    TryAgain {
        /// What happened.
        error: String,
        /// How long the engine keeps the job before it hands it out again.
        after: Duration,
        /// Whether the checkpoint is of no use any more.
        from_start: bool,
    },
    /// It failed for good.
    Fail {
        /// What happened.
        error: String,
    },
}

const SHUTDOWN: &str = "\
    UPDATE listing SET state = 'pending', \
        attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END \
    WHERE run = $1 AND user_id = $2 AND module_code = $3 AND epoch = $4 AND state = 'running'";

const TRY_AGAIN: &str = "\
    UPDATE listing SET state = 'pending', last_error = $5, \
        checkpoint = CASE WHEN $6 THEN NULL ELSE checkpoint END, \
        records = CASE WHEN $6 THEN 0 ELSE records END \
    WHERE run = $1 AND user_id = $2 AND module_code = $3 AND epoch = $4 AND state = 'running'";

const FAIL: &str = "\
    UPDATE listing SET state = 'failed', last_error = $5 \
    WHERE run = $1 AND user_id = $2 AND module_code = $3 AND epoch = $4 AND state = 'running'";

/// Gives the claim `epoch` back. `false` when somebody else has claimed the listing since.
///
/// # Errors
/// The database's.
pub async fn give_back(
    store: &Store,
    job: &Job,
    task_id: &str,
    epoch: i64,
    reason: &Reason,
) -> Result<bool, Error> {
    let statement = match reason {
        Reason::Shutdown => SHUTDOWN,
        Reason::TryAgain { .. } => TRY_AGAIN,
        Reason::Fail { .. } => FAIL,
    };
    on_store!(store, pool => {
        let mut tx = pool.writing().await?;
        let query = sqlx::query(statement)
            .bind(&job.run)
            .bind(&job.user_id)
            .bind(&job.module_code)
            .bind(epoch);
        let query = match reason {
            Reason::Shutdown => query,
            Reason::TryAgain { error, from_start, .. } => query.bind(error).bind(*from_start),
            Reason::Fail { error } => query.bind(error),
        };
        let is_mine = query.execute(&mut *tx).await?.rows_affected() == 1;
        if let Reason::TryAgain { after, .. } = reason && is_mine {
            tx.put_off(task_id, *after).await?;
        }
        tx.commit().await?;
        Ok(is_mine)
    })
}
