//! A database of its own for a test, of either kind.

use koodrive_fleet::store::Store;
use tempfile::TempDir;

use crate::support::postgres;

/// A database that ends with the test.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    pub(crate) scratch: TempDir,
    server: Option<postgres::Lease>,
}

impl TestDatabase {
    pub(crate) fn sqlite() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", scratch.path().join("fleet.db").display());
        Self { url, scratch, server: None }
    }

    /// `None`, with a word on stderr, where there is no PostgreSQL to test with.
    pub(crate) async fn postgres() -> Option<Self> {
        let (url, server) = postgres::fresh_database().await?;
        let scratch = tempfile::tempdir().unwrap();
        Some(Self { url, scratch, server })
    }

    /// The process of its server, if it is one of the tests' own.
    pub(crate) fn server_pid(&self) -> Option<u32> {
        self.server.as_ref().map(|server| server.pid())
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.url, 4).await.unwrap()
    }
}

/// A row of `backup_record` as tests compare it: id, place, JSON, writes.
pub(crate) type Row = (String, i64, String, i64);

/// What a listing stored, in order.
pub(crate) async fn rows(store: &Store, user: &str, module: &str) -> Vec<Row> {
    let query = "SELECT record_id, position, body, writes FROM backup_record \
                 WHERE user_id = $1 AND module_code = $2 ORDER BY position";
    match store {
        Store::Sqlite(pool) => {
            sqlx::query_as(query).bind(user).bind(module).fetch_all(pool).await.unwrap()
        }
        Store::Postgres(pool) => {
            sqlx::query_as(query).bind(user).bind(module).fetch_all(pool).await.unwrap()
        }
    }
}

/// A number that a query counts.
pub(crate) async fn count(store: &Store, sqlite: &'static str, postgres: &'static str) -> i64 {
    match store {
        Store::Sqlite(pool) => sqlx::query_scalar(sqlite).fetch_one(pool).await.unwrap(),
        Store::Postgres(pool) => sqlx::query_scalar(postgres).fetch_one(pool).await.unwrap(),
    }
}

/// State, epoch, attempts and last error of a listing.
pub(crate) type ListingRow = (String, i64, i64, Option<String>);

/// The row of a listing.
pub(crate) async fn listing(store: &Store, run: &str, user: &str, module: &str) -> ListingRow {
    let query = "SELECT state, epoch, attempts, last_error FROM listing \
                 WHERE run = $1 AND user_id = $2 AND module_code = $3";
    match store {
        Store::Sqlite(pool) => {
            sqlx::query_as(query).bind(run).bind(user).bind(module).fetch_one(pool).await.unwrap()
        }
        Store::Postgres(pool) => {
            sqlx::query_as(query).bind(run).bind(user).bind(module).fetch_one(pool).await.unwrap()
        }
    }
}
