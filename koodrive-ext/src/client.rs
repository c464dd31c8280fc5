//! The client of a deployment, and the client of one of its users.

pub(crate) mod builder;
pub(crate) mod endpoint;
mod environment;

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;

use crate::credentials::identifier::UserId;
use crate::error::Error;
use crate::exchange::caller::Caller;
use crate::exchange::shared::Shared;
use crate::listing::cursor::SENSITIVE;

/// A client of a KooDrive deployment, for all users of an application.
///
/// It makes no calls: [`for_user`](Self::for_user) says for whom they are, and then
/// [`UserClient`] makes them. Cheap to clone; clones and users share connections, tokens, the
/// pace, the clock difference and the retry budget.
///
/// ```no_run
/// # async fn run() -> Result<(), koodrive_ext::Error> {
/// use koodrive_ext::{AppCredentials, BackupRecordExt as _, Client, ModuleCode};
///
/// let secret = std::env::var("KOODRIVE_APP_SECRET").unwrap_or_default();
/// let client = Client::builder("https://intl.myhuaweicloud-koodrive.com")
///     .credentials(AppCredentials::new("my-app", secret)?)
///     .build()?;
///
/// for user_id in ["1505084218764547200", "1505084218764547201"] {
///     let user = client.for_user(user_id)?;
///     let mut records = user.backup_records(ModuleCode::AlbumBackup).records();
///     while let Some(record) = records.try_next().await? {
///         println!("{user_id} {:?} {:?}", record.record_id(), record.status());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    http: reqwest::Client,
    base: Arc<str>,
}

impl Client {
    pub(crate) fn new(shared: Shared, http: reqwest::Client, base: String) -> Self {
        Self { shared: Arc::new(shared), http, base: base.into() }
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The client of one user: cheap, and shares everything else.
    ///
    /// # Errors
    /// Invalid input when the user id is empty, longer than 256 characters, or holds anything but
    /// visible ASCII without `,` `;` `=` `"`.
    pub fn for_user(&self, user_id: impl AsRef<str>) -> Result<UserClient, Error> {
        let caller = Caller {
            shared: self.shared.clone(),
            http: self.http.clone(),
            base: self.base.clone(),
            user: UserId::new(user_id.as_ref())?,
            sensitive: SENSITIVE,
            retry: None,
            headers: HeaderMap::new(),
        };
        Ok(UserClient { api: caller.api(Arc::default()), caller })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("endpoint", &self.base).finish_non_exhaustive()
    }
}

/// Makes the calls of one user; from [`Client::for_user`]. Cheap to clone.
///
/// Calls need a tokio runtime with I/O and time enabled, as `#[tokio::main]` has it. Outside of a
/// runtime they end in an error of the kind [`Setup`](crate::ErrorKind::Setup).
#[derive(Clone)]
pub struct UserClient {
    caller: Caller,
    api: koodrive_api::Client,
}

impl UserClient {
    /// The user id that calls are made for.
    pub fn user_id(&self) -> &str {
        self.caller.user.as_str()
    }

    /// The generated client: every operation of it goes out signed, with retries. Convert an
    /// operation's error by [`Error::from`].
    ///
    /// ```no_run
    /// # async fn run(user: koodrive_ext::UserClient) -> Result<(), koodrive_ext::Error> {
    /// let call = user.api().list_backup_records().module_code("101").page_size(10);
    /// let page = call.send().await.map_err(koodrive_ext::Error::from)?;
    /// println!("{:?}", page.data.as_ref().map(|records| records.len()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn api(&self) -> &koodrive_api::Client {
        &self.api
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }
}

impl fmt::Debug for UserClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserClient")
            .field("endpoint", &self.caller.base)
            .field("user_id", &self.caller.user)
            .finish_non_exhaustive()
    }
}
