//! Our tables, which are part of the interface, and the engine's.

use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::error::Error;
use crate::store::{Store, Writing as _};

/// The same text on both databases.
const TABLES: &str = "
    CREATE TABLE listing (
        run TEXT NOT NULL,
        user_id TEXT NOT NULL,
        module_code TEXT NOT NULL,
        checkpoint TEXT,
        epoch BIGINT NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT 'pending'
            CHECK (state IN ('pending', 'running', 'done', 'failed')),
        records BIGINT NOT NULL DEFAULT 0,
        attempts BIGINT NOT NULL DEFAULT 0,
        last_error TEXT,
        PRIMARY KEY (run, user_id, module_code)
    );
    CREATE INDEX listing_unfinished ON listing (run) WHERE state IN ('pending', 'running');
    CREATE TABLE backup_record (
        user_id TEXT NOT NULL,
        module_code TEXT NOT NULL,
        record_id TEXT NOT NULL,
        position BIGINT NOT NULL,
        status BIGINT,
        created_at TEXT,
        body TEXT NOT NULL,
        run TEXT NOT NULL,
        writes BIGINT NOT NULL,
        PRIMARY KEY (user_id, module_code, record_id)
    );
    CREATE TABLE unreadable_record (
        run TEXT NOT NULL,
        user_id TEXT NOT NULL,
        module_code TEXT NOT NULL,
        position BIGINT NOT NULL,
        body TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (run, user_id, module_code, position)
    );
";

/// Sets up what is not there yet. Any number of processes may do so at once.
///
/// Our tables are not sqlx migrations: those of the engine are, in the only table that sqlx has
/// for them, and either would take the other's for its own past.
pub(crate) async fn set_up(store: &Store) -> Result<(), Error> {
    match store {
        Store::Sqlite(pool) => {
            // The write lock, since sqlx takes none for migrations on SQLite.
            let mut tx = pool.writing().await?;
            let query = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'unreadable_record'";
            let found: i64 = sqlx::query_scalar(query).fetch_one(&mut *tx).await?;
            if found == 0 {
                SqliteStorage::migrations().run(&mut *tx).await?;
                tx.execute(AssertSqlSafe(TABLES)).await?;
            }
            tx.commit().await?;
        }
        Store::Postgres(pool) => {
            PostgresStorage::setup(pool).await.map_err(|e| Error::Engine(e.to_string()))?;
            let mut tx = pool.writing().await?;
            tx.execute("SELECT pg_advisory_xact_lock(7301505084218764)").await?;
            let query = "SELECT to_regclass('unreadable_record') IS NOT NULL";
            let found: bool = sqlx::query_scalar(query).fetch_one(&mut *tx).await?;
            if !found {
                tx.execute(AssertSqlSafe(TABLES)).await?;
            }
            tx.commit().await?;
        }
    }
    Ok(())
}
