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
//!     .build()?;
//!
//! let user = client.for_user("1505084218764547200")?;
//! let mut records = user.backup_records(ModuleCode::AlbumBackup).records();
//! while let Some(record) = records.try_next().await? {
//!     println!("{:?} {:?}", record.record_id(), record.status());
//! }
//! assert!(records.checkpoint().is_end());
//! # Ok(())
//! # }
//! ```
//!
//! - [`Client`] is a deployment's, [`UserClient`] one user's: it lists, and [`UserClient::api`] is
//!   the generated client, whose operations go out signed, with [retries](RetryPolicy).
//! - [`Items`] and [`Pages`] walk the cursors of a [`Query`]; a [`Checkpoint`] says where to go on.
//! - [`Error`] is the one error; the table of [`ErrorKind`] says what to do about each kind.
//! - [`ModuleCode`] and [`BackupStatus`] keep what they do not know; [`BackupRecordExt`] gives the
//!   generated record typed accessors.
//! - [`signing`] is the signature as pure functions.
//!
//! # Features
//! - `rustls` (default), `native-tls`: the HTTP client's TLS; without either only plain http works.
//! - `schemars`: `JsonSchema` (schemars 1.x) on [`ModuleCode`], [`BackupStatus`], [`Checkpoint`],
//!   [`BackupRecord`] and the other types of answers.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod backup;
mod client;
pub mod clock;
mod credentials;
mod error;
mod exchange;
mod fingerprint;
pub mod jitter;
mod listing;
pub mod signing;

pub use backup::listings::{Listings, Target};
pub use backup::module_code::{ModuleCode, module_name};
pub use backup::query::{BackupRecords, BackupRecordsQuery};
pub use backup::record::BackupRecordExt;
pub use backup::status::BackupStatus;
pub use client::builder::ClientBuilder;
pub use client::{Client, UserClient};
pub use credentials::Credentials;
pub use credentials::app::AppCredentials;
pub use credentials::provider::{TokenFuture, TokenProvider, TokenRequest};
pub use credentials::token::{AccessToken, TokenPrefix};
pub use error::Error;
pub use error::kind::ErrorKind;
pub use error::unreadable::Unreadable;
pub use exchange::retry::{Backoff, RetryPolicy};
pub use koodrive_api as api;
pub use koodrive_api::types::{BackupRecord, DeviceEntity};
pub use listing::checkpoint::Checkpoint;
pub use listing::items::Items;
pub use listing::many::Event;
pub use listing::page::{Page, PageItems};
pub use listing::pages::Pages;
pub use listing::query::Query;
pub use listing::source::{Fetched, PageAsk, PageFuture, Source};
pub use listing::stats::Stats;
pub use signing::signed_headers::SignedHeaders;
pub use signing::x_date::XDate;

/// The HTTP client in [`ClientBuilder::configure_http`] and in [`api`].
pub use reqwest;

/// The time types of [`BackupRecordExt`].
pub use jiff;

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Entrances for the fuzzers and the benches alone.
#[cfg(any(fuzzing, koodrive_internals))]
#[doc(hidden)]
pub mod internals;
