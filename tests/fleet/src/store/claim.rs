//! Taking a listing: by raising its epoch, whoever had it before.

use crate::error::Error;
use crate::job::Job;
use crate::store::{Store, Writing as _, on_store};

/// What came of a claim.
#[derive(Debug)]
pub enum Claim {
    /// The listing is the caller's until somebody else claims it.
    Mine(Claimed),
    /// It had its last attempt before; it is failed now.
    GivenUp,
    /// It is done or failed already, or there is no such listing.
    Finished,
}

/// A listing as its new owner finds it.
#[derive(Debug, sqlx::FromRow)]
pub struct Claimed {
    /// Number of this claim. What the caller writes counts only while the row still has it.
    pub epoch: i64,
    /// Where the listing goes on; `None` at its start.
    pub checkpoint: Option<String>,
    /// Elements stored before.
    pub records: i64,
    /// Claims since the last page that was stored, this one among them.
    pub attempts: i64,
}

const CLAIM: &str = "\
    UPDATE listing SET epoch = epoch + 1, attempts = attempts + 1, state = 'running' \
    WHERE run = $1 AND user_id = $2 AND module_code = $3 \
        AND state IN ('pending', 'running') AND attempts < $4 \
    RETURNING epoch, checkpoint, records, attempts";

/// The epoch goes up here too: whoever is still at it must not finish a failed listing.
const GIVE_UP: &str = "\
    UPDATE listing SET epoch = epoch + 1, state = 'failed', last_error = COALESCE(last_error, $4) \
    WHERE run = $1 AND user_id = $2 AND module_code = $3 AND state IN ('pending', 'running')";

/// Whether the last owner of a listing vanished between its claim and its first page. One that
/// failed in order has given the listing back, so that it is pending.
///
/// # Errors
/// The database's.
pub async fn is_suspect(store: &Store, job: &Job) -> Result<bool, Error> {
    let query = "SELECT attempts FROM listing \
                 WHERE run = $1 AND user_id = $2 AND module_code = $3 \
                     AND state = 'running' AND attempts > 0";
    let found: Option<(i64,)> = on_store!(store, pool => sqlx::query_as(query)
        .bind(&job.run)
        .bind(&job.user_id)
        .bind(&job.module_code)
        .fetch_optional(pool)
        .await?);
    Ok(found.is_some())
}

/// Claims a listing, unless `max_attempts` claims in a row have stored no page.
///
/// The engine hands out the jobs of a dead worker again without looking at how often that
/// happened, so a listing that kills its worker would do so for ever.
///
/// # Errors
/// The database's.
pub async fn claim(store: &Store, job: &Job, max_attempts: i64) -> Result<Claim, Error> {
    on_store!(store, pool => {
        let mut tx = pool.writing().await?;
        let claimed = sqlx::query_as(CLAIM)
            .bind(&job.run)
            .bind(&job.user_id)
            .bind(&job.module_code)
            .bind(max_attempts)
            .fetch_optional(&mut *tx)
            .await?;
        let claim = match claimed {
            Some(claimed) => Claim::Mine(claimed),
            None => {
                let reason = format!(
                    "given up: {max_attempts} workers in a row ended while they had it, without \
                     storing a page"
                );
                let given_up = sqlx::query(GIVE_UP)
                    .bind(&job.run)
                    .bind(&job.user_id)
                    .bind(&job.module_code)
                    .bind(reason)
                    .execute(&mut *tx)
                    .await?;
                if given_up.rows_affected() == 0 { Claim::Finished } else { Claim::GivenUp }
            }
        };
        tx.commit().await?;
        Ok(claim)
    })
}
