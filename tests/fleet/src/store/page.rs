//! Storing a page: its records, the checkpoint behind it and the count, all or nothing.

use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::error::Error;
use crate::job::Job;
use crate::rows::{PageRows, RecordRow, UnreadableRow};
use crate::store::{Store, Writing as _, on_store};

/// The first statement of the transaction: it locks the listing's row, and changes nothing unless
/// the epoch is still the writer's.
const ADVANCE: &str = "\
    UPDATE listing SET checkpoint = $5, records = records + $6, state = $7, \
        attempts = 0, last_error = NULL \
    WHERE run = $1 AND user_id = $2 AND module_code = $3 AND epoch = $4 AND state = 'running'";

/// Stores a page for the claim `epoch`. `false` when somebody else has claimed the listing since:
/// then nothing was stored, and the caller stops.
///
/// # Errors
/// The database's. Whether the page was stored may then be unknown; the row knows.
pub async fn store_page(
    store: &Store,
    job: &Job,
    epoch: i64,
    page: &PageRows,
) -> Result<bool, Error> {
    on_store!(store, pool => {
        let mut tx = pool.writing().await?;
        let advanced = sqlx::query(ADVANCE)
            .bind(&job.run)
            .bind(&job.user_id)
            .bind(&job.module_code)
            .bind(epoch)
            .bind(&page.checkpoint)
            .bind(page.len())
            .bind(if page.is_last { "done" } else { "running" })
            .execute(&mut *tx)
            .await?;
        if advanced.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        for rows in page.rounds() {
            record_query(job, &rows).build().execute(&mut *tx).await?;
        }
        if !page.unreadable.is_empty() {
            unreadable_query(job, &page.unreadable).build().execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(true)
    })
}

fn record_query<DB: Database>(job: &Job, rows: &[&RecordRow]) -> QueryBuilder<DB>
where
    String: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
    Option<String>: Type<DB> + for<'q> Encode<'q, DB>,
    Option<i64>: Type<DB> + for<'q> Encode<'q, DB>,
{
    let mut query = QueryBuilder::new(
        "INSERT INTO backup_record \
         (user_id, module_code, record_id, position, status, created_at, body, run, writes) ",
    );
    query.push_values(rows, |mut values, row| {
        values
            .push_bind(job.user_id.clone())
            .push_bind(job.module_code.clone())
            .push_bind(row.record_id.clone())
            .push_bind(row.position)
            .push_bind(row.status)
            .push_bind(row.created_at.clone())
            .push_bind(row.body.clone())
            .push_bind(job.run.clone())
            .push_bind(1_i64);
    });
    query.push(
        " ON CONFLICT (user_id, module_code, record_id) DO UPDATE SET \
         position = excluded.position, status = excluded.status, \
         created_at = excluded.created_at, body = excluded.body, run = excluded.run, \
         writes = CASE WHEN backup_record.run = excluded.run \
                  THEN backup_record.writes + 1 ELSE 1 END",
    );
    query
}

fn unreadable_query<DB: Database>(job: &Job, rows: &[UnreadableRow]) -> QueryBuilder<DB>
where
    String: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let mut query = QueryBuilder::new(
        "INSERT INTO unreadable_record (run, user_id, module_code, position, body, reason) ",
    );
    query.push_values(rows, |mut values, row| {
        values
            .push_bind(job.run.clone())
            .push_bind(job.user_id.clone())
            .push_bind(job.module_code.clone())
            .push_bind(row.position)
            .push_bind(row.body.clone())
            .push_bind(row.reason.clone());
    });
    // Only after a listing began again, since its cursor had expired.
    query.push(
        " ON CONFLICT (run, user_id, module_code, position) DO UPDATE SET \
         body = excluded.body, reason = excluded.reason",
    );
    query
}
