//! Clients of a sandbox, none of which ever waits. All that names the client's own builder is here.

use koodrive_ext::clock::Clock;
use koodrive_ext::jitter::Random;
use koodrive_ext::{
    AccessToken, AppCredentials, BackupRecord, BackupRecordsQuery, Client, ClientBuilder,
    Credentials, Items, ModuleCode, UserClient,
};
use koodrive_sandbox::Sandbox;

use crate::clock::TestClock;

/// The listing of a query, record by record.
pub type Records = Items<BackupRecord>;
/// The listing of a query, page by page.
pub type Pages = koodrive_ext::Pages<BackupRecord>;
/// One of its pages.
pub type Page = koodrive_ext::Page<BackupRecord>;

/// Always the same jitter.
#[derive(Clone, Copy, Debug)]
pub struct FixedJitter(pub f64);

impl Random for FixedJitter {
    fn fraction(&self) -> f64 {
        self.0
    }
}

/// The sandbox's user, whose calls are signed by the sandbox's app.
///
/// # Panics
/// When no client can be built for it.
pub fn user(sandbox: &Sandbox) -> UserClient {
    client(sandbox).for_user(sandbox.user_id()).expect("a sandbox's user id is valid")
}

/// A client's settings with the sandbox's app.
pub fn signed(sandbox: &Sandbox, clock: &TestClock) -> ClientBuilder {
    at(&sandbox.url(), clock).credentials(app_of(sandbox))
}

/// A client's settings with the sandbox's token.
///
/// # Panics
/// When it is not a token.
pub fn with_token(sandbox: &Sandbox, clock: &TestClock) -> ClientBuilder {
    at(&sandbox.url(), clock).credentials(token(&sandbox.token()))
}

/// The settings of a client of any address, without credentials yet.
pub fn at(url: &str, clock: &TestClock) -> ClientBuilder {
    begun(url, clock.clone())
}

/// The same with any clock.
pub fn begun(url: &str, clock: impl Clock) -> ClientBuilder {
    Client::builder(url)
        .clock(clock)
        .random(FixedJitter(0.5))
        // A proxy of the machine that runs the tests must not see them; and without certificates to
        // read, which plain http does not need, a client is built in no time.
        .configure_http(|http| http.no_proxy().tls_certs_only([]))
}

/// User `1` of the server at `url`.
///
/// # Panics
/// When no client can be built for it.
pub fn user_at(url: &str, credentials: impl Into<Credentials>) -> UserClient {
    at(url, &TestClock::default()).credentials(credentials).build_for("1")
}

/// The last step of a builder.
pub trait BuildFor {
    /// Builds a client and takes it for this user.
    ///
    /// # Panics
    /// When a setting or the user id is invalid.
    fn build_for(self, user_id: impl AsRef<str>) -> UserClient;
}

impl BuildFor for ClientBuilder {
    fn build_for(self, user_id: impl AsRef<str>) -> UserClient {
        let client = self.build().expect("valid settings");
        client.for_user(user_id).expect("a valid user id")
    }
}

/// A client of the sandbox, whose calls are signed by the sandbox's app.
///
/// # Panics
/// When it cannot be built.
pub fn client(sandbox: &Sandbox) -> Client {
    signed(sandbox, &TestClock::default()).build().expect("a sandbox's settings are valid")
}

/// The app that a sandbox knows.
///
/// # Panics
/// When its id or secret is invalid.
pub fn app_of(sandbox: &Sandbox) -> AppCredentials {
    AppCredentials::new(sandbox.app_id(), sandbox.app_secret()).expect("a sandbox's app is valid")
}

/// An app that no sandbox knows, for servers that do not look.
///
/// # Panics
/// Never: it is valid.
pub fn any_app() -> AppCredentials {
    AppCredentials::new("app", "a-secret-to-hide").expect("it is valid")
}

/// A token.
///
/// # Panics
/// When it is invalid.
pub fn token(token: &str) -> AccessToken {
    AccessToken::new(token).expect("a valid token")
}

/// The user's albums.
pub fn album(user: &UserClient) -> BackupRecordsQuery {
    user.backup_records(ModuleCode::AlbumBackup)
}
