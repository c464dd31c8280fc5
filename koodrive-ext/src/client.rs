//! The client: the generated one, signed.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use koodrive_api::Transport;

use crate::clock::{Clock, Random};
use crate::credentials::Source;
use crate::exchange::{Exchanger, Ledger};
use crate::identifier::UserId;
use crate::query::BackupRecords;
use crate::retry::{Budget, RetryPolicy};
use crate::signing::SignedHeaders;
use crate::skew::Skew;
use crate::token::TokenCell;
use crate::{ClientBuilder, Error, ModuleCode};

/// What all users and listings of a client share.
pub(crate) struct Core {
    pub(crate) source: Source,
    pub(crate) tokens: TokenCell,
    pub(crate) signing: SigningSettings,
    pub(crate) skew: Skew,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) max_body: u64,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

pub(crate) struct SigningSettings {
    pub(crate) headers: SignedHeaders,
    pub(crate) host: Option<HeaderValue>,
    pub(crate) margin: Duration,
}

/// A KooDrive client that acts for one user. Cheap to clone; clones share connections, tokens,
/// the measured clock difference and the retry budget.
///
/// It derefs to the generated [`koodrive_api::Client`]: every generated operation goes out
/// signed, with retries. Convert such an operation's error by `koodrive_ext::Error::from`.
///
/// ```no_run
/// # async fn run() -> Result<(), koodrive_ext::Error> {
/// use koodrive_ext::{AppCredentials, BackupRecordExt as _, Client, ModuleCode};
///
/// let client = Client::builder("https://intl.myhuaweicloud-koodrive.com")
///     .credentials(AppCredentials::new("my-app", std::env::var("KOODRIVE_APP_SECRET").unwrap_or_default())?)
///     .user("1505084218764547200")
///     .build()?;
///
/// let mut records = client.backup_records(ModuleCode::AlbumBackup).records();
/// while let Some(record) = records.try_next().await? {
///     println!("{:?} {:?}", record.record_id(), record.status());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    api: koodrive_api::Client,
    core: Arc<Core>,
    http: reqwest::Client,
    base: Arc<str>,
    user: UserId,
    ledger: Arc<Ledger>,
}

impl Client {
    /// Begins a client of the deployment at `endpoint`, for example
    /// `https://intl.myhuaweicloud-koodrive.com` or `https://cn.myhuaweicloud-koodrive.com`.
    pub fn builder(endpoint: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(endpoint.into())
    }

    pub(crate) fn assemble(
        core: Arc<Core>,
        http: reqwest::Client,
        base: Arc<str>,
        user: UserId,
    ) -> Self {
        let ledger = Arc::new(Ledger::default());
        let exchanger =
            Exchanger { core: core.clone(), user: user.clone(), ledger: ledger.clone() };
        let api =
            koodrive_api::Client::new_with_client(&base, http.clone(), Transport::new(exchanger));
        Self { api, core, http, base, user, ledger }
    }

    /// A client for another user of the same application: cheap, and shares everything else.
    ///
    /// # Errors
    /// Invalid input when the user id is empty, longer than 256 characters, or holds anything but
    /// visible ASCII without `,` `;` `=` `"`.
    pub fn for_user(&self, user_id: impl AsRef<str>) -> Result<Self, Error> {
        Ok(self.with_user(UserId::new(user_id.as_ref())?))
    }

    /// The user id that calls are made for.
    pub fn user_id(&self) -> &str {
        self.user.as_str()
    }

    /// Begins a query of the user's backup records of `module`; nothing is sent yet.
    pub fn backup_records(&self, module: impl Into<ModuleCode>) -> BackupRecords {
        BackupRecords::new(self.clone(), module.into())
    }

    /// The same client with a ledger of its own, so that a listing counts only its own requests.
    pub(crate) fn with_own_ledger(&self) -> Self {
        self.with_user(self.user.clone())
    }

    fn with_user(&self, user: UserId) -> Self {
        Self::assemble(self.core.clone(), self.http.clone(), self.base.clone(), user)
    }

    /// Host and path of the endpoint. Not the port: a tunnel or a test has another one each time.
    pub(crate) fn deployment(&self) -> String {
        match url::Url::parse(&self.base) {
            Ok(url) => format!("{}{}", url.host_str().unwrap_or_default(), url.path()),
            Err(_) => self.base.to_string(),
        }
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

impl Deref for Client {
    type Target = koodrive_api::Client;

    fn deref(&self) -> &koodrive_api::Client {
        &self.api
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.base)
            .field("user_id", &self.user)
            .finish_non_exhaustive()
    }
}
