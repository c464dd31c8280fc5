//! Sets a sandbox up.

mod open_questions;

use std::{
    collections::HashMap,
    fmt,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::SystemTime,
};

use serde_json::Value;

use crate::{
    clock::Clock,
    error::Error,
    fault::{Fault, FaultKind},
    fault_book::{FaultBook, Rule},
    habits::Habits,
    module::Module,
    paging::LastPage,
    records::Catalogue,
    request_log::RequestRecord,
    sandbox::Sandbox,
    settings::{App, Settings, check_token},
    shared::Shared,
};

const DEMO_APP_ID: &str = "5d1f0c7e9ab24386b7e0d4c1528f36a95d1f0c7e9ab24386b7e0d4c1528f36a9";
const DEMO_APP_SECRET: &str = "sandbox-demo-secret-1f8e6b0c4d2a97538e6b0c4d2a97531f";
const DEMO_TOKEN: &str = "sandbox-demo-token-60f4ccc7b1a94e20b83dd9a68068";
const DEMO_USER: &str = "1505084218764547200";

const MOST_RECORDS: u64 = 20_000_000;
const MOST_USERS: usize = 10_000;
const MOST_DEVICES: u64 = 10_000;

/// Sets a [`Sandbox`] up.
///
/// Without a call it has 250 records of each module on 3 devices, one app, one token and the user
/// `1505084218764547200`; it listens on a free port of `127.0.0.1`, keeps the machine's time and
/// has no faults. Bad settings are reported by [`start`](Self::start).
///
/// ```
/// use koodrive_sandbox::{LastPage, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::builder()
///     .records(1_000)
///     .user("1505084218764547200")
///     .token("a-token")
///     .last_page(LastPage::Null)
///     .fault("3:status=503,retry-after=1".parse()?)
///     .start()
///     .await?;
/// assert_eq!(sandbox.token(), "a-token");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct SandboxBuilder {
    pub(crate) settings: Settings,
    tokens: Vec<String>,
    per_module: u64,
    devices: u64,
    given: Vec<(String, Vec<Value>)>,
    bind: SocketAddr,
    rules: Vec<Rule>,
}

impl Sandbox {
    /// Starts with the defaults that [`SandboxBuilder`] lists.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            settings: Settings {
                apps: Vec::new(),
                users: Vec::new(),
                clock: Clock::default(),
                last_page: LastPage::default(),
                empty_every: None,
                require_date_with_token: true,
                signature_failure_status: 401,
                habits: Habits::default(),
                keep_authorization: false,
                keep_requests: 100_000,
                on_request: None,
            },
            tokens: Vec::new(),
            per_module: 250,
            devices: 3,
            given: Vec::new(),
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            rules: Vec::new(),
        }
    }
}

impl SandboxBuilder {
    /// How many records each user has of each module: 250 means 250 folder, 250 album and 250
    /// address book records. They are made up when asked for, so millions cost nothing; at most 20
    /// million.
    pub fn records(mut self, of_each_module: u64) -> Self {
        self.per_module = of_each_module;
        self
    }

    /// Exactly these as the records of one module (`100`, `101` or `102`), for every user, sent as
    /// they are. They may be any JSON, also what no client can read. The device filter looks at
    /// their `deviceInfo.deviceId`.
    pub fn records_of(mut self, module: &str, records: Vec<Value>) -> Self {
        self.given.push((module.to_owned(), records));
        self
    }

    /// How many devices the records are spread over, in turn, from 1 to 10,000. The first is
    /// always `1842812272691451648`, that of the documented example request.
    pub fn devices(mut self, devices: u64) -> Self {
        self.devices = devices;
        self
    }

    /// Adds an app that may sign. Without a call there is a demo one.
    pub fn app(mut self, app_id: impl Into<String>, app_secret: impl Into<String>) -> Self {
        self.settings.apps.push(App { id: app_id.into(), secret: app_secret.into() });
        self
    }

    /// Adds a good access token, without a scheme. Without a call there is a demo one.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.tokens.push(token.into());
        self
    }

    /// Adds a user. Each has records of the same kind under other record ids. Without a call
    /// there is `1505084218764547200`. At most 10,000.
    pub fn user(mut self, user_id: impl Into<String>) -> Self {
        self.settings.users.push(user_id.into());
        self
    }

    /// Puts the server's clock so many seconds ahead of [`now`](Self::now) (behind it, if
    /// negative). It decides on X-Date and is what the `Date` header says.
    pub fn clock_offset(mut self, seconds: i64) -> Self {
        self.settings.clock.set_offset(seconds);
        self
    }

    /// Replaces the machine's time.
    pub fn now(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.settings.clock.set_source(now);
        self
    }

    /// Listens on this port of `127.0.0.1`; 0 takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.bind = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        self
    }

    /// Listens on this address, which may be open to other machines.
    pub fn bind(mut self, addr: SocketAddr) -> Self {
        self.bind = addr;
        self
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.rules.push(Rule::One(fault));
        self
    }

    /// Adds faults. Of those that meet the same request all apply that can; of those that replace
    /// its answer the first one.
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.rules.extend(faults.into_iter().map(Rule::One));
        self
    }

    /// Makes each request meet, with this probability from 0 to 1, one of these kinds. The same
    /// seed gives the same draws for the same request numbers.
    pub fn random_faults(mut self, probability: f64, seed: u64, kinds: Vec<FaultKind>) -> Self {
        self.rules.push(Rule::AnyOf { probability, seed, kinds });
        self
    }

    /// What `nextCursor` is on the last page; left out by default.
    pub fn last_page(mut self, last_page: LastPage) -> Self {
        self.settings.last_page = last_page;
        self
    }

    /// Makes every n-th page of a listing an empty one with a cursor that leads on; n is at
    /// least 2. The records move on to later pages, so that none is lost.
    pub fn empty_page_every(mut self, n: u64) -> Self {
        self.settings.empty_every = Some(n);
        self
    }

    /// Whether X-Date is needed, and checked, with a token too. It is by default, as the contract
    /// makes it mandatory.
    pub fn require_date_with_token(mut self, is_required: bool) -> Self {
        self.settings.require_date_with_token = is_required;
        self
    }

    /// The status, 400 to 599, of a signature that is refused and of an X-Date outside the window;
    /// 401 by default. The contract leaves it open.
    pub fn signature_failure_status(mut self, status: u16) -> Self {
        self.settings.signature_failure_status = status;
        self
    }

    /// Whether [`Sandbox::requests`] shows `Authorization` as it came; by default its credentials
    /// are replaced by a fingerprint.
    pub fn keep_authorization(mut self, is_kept: bool) -> Self {
        self.settings.keep_authorization = is_kept;
        self
    }

    /// How many requests [`Sandbox::requests`] remembers at most, the newest ones; 100,000 by
    /// default.
    pub fn keep_requests(mut self, at_most: usize) -> Self {
        self.settings.keep_requests = at_most;
        self
    }

    /// Calls this for each request when its answer is about to be sent, or when its client has
    /// hung up, for a log. It runs on the server's task, so it should be quick; it may ask the
    /// sandbox.
    pub fn on_request(mut self, callback: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.settings.on_request = Some(Arc::new(callback));
        self
    }

    /// Starts to listen, on the Tokio runtime that it is awaited in (with I/O and time enabled).
    ///
    /// # Errors
    ///
    /// A setting that cannot be kept, an address that cannot be listened on, or no runtime.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let (settings, tokens) = self.checked()?;
        let mut by_module = HashMap::new();
        for (code, records) in self.given {
            let module = Module::from_code(&code).ok_or_else(|| {
                Error::setting(format!("records_of takes module 100, 101 or 102, not {code:?}"))
            })?;
            by_module.insert(module, records);
        }
        let mut faults = FaultBook::default();
        for rule in self.rules {
            faults.add(rule);
        }
        let catalogue =
            Catalogue { per_module: self.per_module, devices: self.devices, given: by_module };
        let first_token = tokens[0].clone();
        let shared = Shared::new(settings, catalogue, tokens, faults);
        Sandbox::listen(self.bind, shared, first_token).await
    }

    /// The settings and tokens with their defaults filled in.
    pub(crate) fn checked(&self) -> Result<(Settings, Vec<String>), Error> {
        let mut settings = self.settings.clone();
        let mut tokens = self.tokens.clone();
        if settings.apps.is_empty() {
            settings
                .apps
                .push(App { id: DEMO_APP_ID.to_owned(), secret: DEMO_APP_SECRET.to_owned() });
        }
        if tokens.is_empty() {
            tokens.push(DEMO_TOKEN.to_owned());
        }
        if settings.users.is_empty() {
            settings.users.push(DEMO_USER.to_owned());
        }
        settings.check()?;
        tokens.iter().try_for_each(|token| check_token(token))?;
        self.rules.iter().try_for_each(Rule::check)?;
        check_stock(settings.users.len(), self.per_module, self.devices)?;
        Ok((settings, tokens))
    }
}

fn check_stock(users: usize, per_module: u64, devices: u64) -> Result<(), Error> {
    // Beyond these the made-up ids would meet each other.
    if per_module > MOST_RECORDS {
        return Err(Error::setting(format!(
            "there may be at most {MOST_RECORDS} records of each module"
        )));
    }
    if users > MOST_USERS {
        return Err(Error::setting(format!("there may be at most {MOST_USERS} users")));
    }
    if !(1..=MOST_DEVICES).contains(&devices) {
        return Err(Error::setting(format!("there must be from 1 to {MOST_DEVICES} devices")));
    }
    Ok(())
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("settings", &self.settings)
            .field("per_module", &self.per_module)
            .field("devices", &self.devices)
            .field("bind", &self.bind)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
