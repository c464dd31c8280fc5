//! What ends a command.

/// A command's failure: what was wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused, or is not there.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),

    /// The database is of an earlier or later version, or cannot be set up.
    #[error("the database's tables cannot be set up: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),

    /// A database URL that names no store.
    #[error(
        "the database {0}; give sqlite://FILE (such as sqlite://fleet.db) or postgres://USER@HOST/NAME"
    )]
    DatabaseUrl(String),

    /// The engine could not take a job or give one out.
    #[error("the job engine failed: {0}")]
    Engine(String),

    /// The engine's worker ended although nobody asked it to.
    #[error("the job engine's worker ended by itself, so no more jobs would be done; start again")]
    EngineEnded,

    /// The engine's worker was asked to end, and did not.
    #[error(
        "the job engine's worker does not end; its listings are given out again after the lease"
    )]
    EngineStuck,

    /// An option, variable or file that cannot be used.
    #[error("{0}")]
    Input(String),

    /// The client refused its settings, or a listing failed.
    #[error("{0}")]
    Client(#[from] koodrive_ext::Error),

    /// A file, socket or signal.
    #[error("{what}: {source}")]
    Io {
        /// What was attempted.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl Error {
    /// An I/O failure, with what was attempted: "cannot read users.txt".
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }
}
