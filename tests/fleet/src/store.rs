//! The database: our tables beside the engine's, on SQLite or PostgreSQL.
//!
//! Every statement here runs on both. What is written for a listing happens in one transaction
//! that holds only while the listing's epoch is the writer's: [`claim`], [`page`], [`give_back`].

pub mod claim;
pub mod engine_jobs;
pub mod enqueue;
pub mod give_back;
pub mod page;
pub mod read;
pub mod schema;
pub mod status;

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Database, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::error::Error;

/// How long a writer waits for another one. A paused process may hold SQLite's only write lock.
const PATIENCE: Duration = Duration::from_secs(120);

/// A pool of connections to one of the two databases.
#[derive(Clone)]
pub enum Store {
    /// A file on this machine.
    Sqlite(SqlitePool),
    /// A server that many machines share.
    Postgres(PgPool),
}

/// The same code on both pools.
macro_rules! on_store {
    ($store:expr, $pool:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite($pool) => $body,
            $crate::store::Store::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on_store;

impl Store {
    /// Connects, and sets the tables up where there are none.
    ///
    /// # Errors
    /// A URL of another kind, no connection, or tables that cannot be set up.
    pub async fn open(url: &str, connections: u32) -> Result<Self, Error> {
        let store = match url.split_once(':').map_or("", |(scheme, _)| scheme) {
            "sqlite" => Self::sqlite(url, connections).await?,
            "postgres" | "postgresql" => Self::postgres(url, connections).await?,
            "" => return Err(Error::DatabaseUrl("has no scheme".to_owned())),
            other => return Err(Error::DatabaseUrl(format!("has the scheme {other:?}"))),
        };
        schema::set_up(&store).await?;
        Ok(store)
    }

    async fn sqlite(url: &str, connections: u32) -> Result<Self, Error> {
        if url.contains(":memory:") {
            return Err(Error::DatabaseUrl("is in memory, where no other process sees it".into()));
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|_| Error::DatabaseUrl("is not a SQLite URL".to_owned()))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(PATIENCE);
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        Ok(Self::Sqlite(pool))
    }

    async fn postgres(url: &str, connections: u32) -> Result<Self, Error> {
        // The parser's own message may repeat the password.
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| Error::DatabaseUrl("is not a PostgreSQL URL".to_owned()))?
            .application_name("koodrive-fleet")
            // A worker paused inside a transaction would hold its listing's row for ever.
            .options([("idle_in_transaction_session_timeout", "30s")]);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Closes all connections.
    pub async fn close(&self) {
        on_store!(self, pool => pool.close().await);
    }
}

/// Begins a transaction that is going to write.
pub(crate) trait Writing {
    type Db: Database;

    async fn writing(&self) -> Result<Transaction<'static, Self::Db>, sqlx::Error>;
}

impl Writing for SqlitePool {
    type Db = Sqlite;

    /// Takes the write lock at once: a reader that becomes a writer later can be refused without
    /// any waiting.
    async fn writing(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.begin_with("BEGIN IMMEDIATE").await
    }
}

impl Writing for PgPool {
    type Db = Postgres;

    async fn writing(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.begin().await
    }
}
