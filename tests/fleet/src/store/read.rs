//! Reading the mirror back, a page of rows at a time.

use crate::error::Error;
use crate::store::{Store, on_store};

/// A stored record.
#[derive(Debug, sqlx::FromRow)]
pub struct StoredRecord {
    /// Code of its module.
    pub module_code: String,
    /// Its id.
    pub record_id: String,
    /// Its JSON as it came.
    pub body: String,
    /// The run that wrote it last.
    pub run: String,
}

/// Records of a user behind `(module, record)`, in that order, at most `limit`.
///
/// # Errors
/// The database's.
pub async fn records(
    store: &Store,
    user_id: &str,
    module_code: Option<&str>,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<StoredRecord>, Error> {
    let query = "\
        SELECT module_code, record_id, body, run FROM backup_record \
        WHERE user_id = $1 AND (CAST($2 AS TEXT) IS NULL OR module_code = $2) \
            AND (module_code, record_id) > ($3, $4) \
        ORDER BY module_code, record_id LIMIT $5";
    Ok(on_store!(store, pool => sqlx::query_as(query)
        .bind(user_id)
        .bind(module_code)
        .bind(after.0)
        .bind(after.1)
        .bind(limit)
        .fetch_all(pool)
        .await?))
}

/// Whether the database answers.
///
/// # Errors
/// The database's.
pub async fn ping(store: &Store) -> Result<(), Error> {
    on_store!(store, pool => { sqlx::query("SELECT 1").execute(pool).await?; });
    Ok(())
}
