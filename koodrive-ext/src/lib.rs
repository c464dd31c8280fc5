//! KooDrive backup records from Rust: signed requests, typed enums, and listings that lose nothing.
//!
//! KooDrive is Huawei Cloud's drive service. This crate is unofficial; it stands on
//! [`koodrive_api`], which is generated from a hand-written OpenAPI document of
//! `GET /koodrive/ose/v1/backup/record`.
//!
//! ```no_run
//! use koodrive_ext::{AppCredentials, BackupRecordExt as _, Client, ModuleCode};
//!
//! # async fn run(app_id: String, app_secret: String) -> Result<(), koodrive_ext::Error> {
//! let client = Client::builder("https://intl.myhuaweicloud-koodrive.com")
//!     .credentials(AppCredentials::new(app_id, app_secret)?)
//!     .user("1505084218764547200")
//!     .build()?;
//!
//! let mut records = client.backup_records(ModuleCode::AlbumBackup).records();
//! while let Some(record) = records.try_next().await? {
//!     println!("{:?} {:?}", record.record_id(), record.status());
//! }
//! assert!(records.checkpoint().is_end());
//! # Ok(())
//! # }
//! ```
//!
//! - [`Client`] derefs to the generated client: every operation of it goes out signed, with
//!   [retries](RetryPolicy).
//! - [`Records`] and [`Pages`] walk the cursors; an error is not the end, and a [`Checkpoint`]
//!   says where to go on.
//! - [`ModuleCode`] and [`BackupStatus`] keep what they do not know; [`BackupRecordExt`] gives the
//!   generated record typed accessors.
//! - [`signing`] is the signature as pure functions.
//!
//! # Features
//! - `rustls` (default), `native-tls`: the HTTP client's TLS; without either only plain http works.
//! - `schemars`: `JsonSchema` (schemars 1.x) on [`ModuleCode`], [`BackupStatus`], [`Checkpoint`].
#![forbid(unsafe_code)]

mod answer;
mod attempt;
mod backup_status;
mod builder;
mod canonical;
mod checkpoint;
mod client;
pub mod clock;
mod credentials;
mod endpoint;
mod error;
mod exchange;
mod fingerprint;
mod identifier;
mod loop_guard;
mod module_code;
mod names;
mod page;
mod pages;
mod query;
mod record;
mod records;
mod retry;
mod retry_after;
mod signature;
pub mod signing;
mod skew;
mod stats;
mod telemetry;
mod token;
mod x_date;

pub use backup_status::BackupStatus;
pub use builder::ClientBuilder;
pub use checkpoint::{Checkpoint, Position};
pub use client::Client;
pub use credentials::{AccessToken, AppCredentials, Credentials, TokenPrefix};
pub use error::Error;
pub use koodrive_api::types::{BackupRecord, DeviceEntity};
pub use koodrive_api::{self as api, wire::Unreadable};
pub use module_code::ModuleCode;
pub use page::{Page, PageRecords};
pub use pages::Pages;
pub use query::BackupRecords;
pub use record::BackupRecordExt;
pub use records::Records;
pub use retry::{Backoff, RetryPolicy};
pub use signature::SignedHeaders;
pub use stats::Stats;
pub use token::{TokenFuture, TokenProvider};
pub use x_date::XDate;

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The judgement of an answer, for the fuzzer alone.
#[cfg(fuzzing)]
#[doc(hidden)]
pub fn judge_for_fuzzing(status: u16, body: &[u8]) -> Result<(), Error> {
    answer::judge(status, &http::HeaderMap::new(), body, &answer::Hidden::default())
}
