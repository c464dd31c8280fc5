//! Builds a [`Client`]; all input is checked here, before anything is sent.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use url::Url;

use crate::client::{Client, endpoint};
use crate::clock::{Clock, SystemClock};
use crate::credentials::Credentials;
use crate::credentials::cell::TokenCells;
use crate::error::Error;
use crate::error::what::What;
use crate::exchange::budget::Budget;
use crate::exchange::retry::RetryPolicy;
use crate::exchange::shared::{Shared, SigningSettings};
use crate::exchange::skew::Skew;
use crate::exchange::throttle::Throttle;
use crate::jitter::{Random, Seeded};
use crate::signing::signed_headers::SignedHeaders;

const USER_AGENT: &str = concat!("koodrive-ext/", env!("CARGO_PKG_VERSION"));

/// Time for connecting, unless set.
const CONNECT: Duration = Duration::from_secs(10);

type ConfigureHttp = Box<dyn FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send>;

impl Client {
    /// Begins a client of the deployment at `endpoint`, for example
    /// `https://intl.myhuaweicloud-koodrive.com` or `https://cn.myhuaweicloud-koodrive.com`.
    pub fn builder(endpoint: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(endpoint.into())
    }
}

/// Settings of a [`Client`], begun by [`Client::builder`].
///
/// Credentials are needed; the rest has defaults that a service can keep.
#[must_use = "nothing is built before `build`"]
pub struct ClientBuilder {
    endpoint: String,
    plain_http_hosts: Vec<String>,
    credentials: Option<Credentials>,
    headers: SignedHeaders,
    host: Option<String>,
    margin: Duration,
    correct_skew: bool,
    retry: RetryPolicy,
    connect_timeout: Option<Duration>,
    max_body: u64,
    max_concurrent: usize,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    configure_http: Option<ConfigureHttp>,
    /// The HTTP client of another client.
    connections: Option<reqwest::Client>,
}

impl ClientBuilder {
    pub(crate) fn new(endpoint: String) -> Self {
        Self {
            endpoint,
            plain_http_hosts: Vec::new(),
            credentials: None,
            headers: SignedHeaders::default(),
            host: None,
            margin: Duration::from_secs(30),
            correct_skew: true,
            retry: RetryPolicy::default(),
            connect_timeout: None,
            max_body: 16 * 1024 * 1024,
            max_concurrent: usize::MAX,
            clock: Arc::new(SystemClock::default()),
            random: Arc::new(Seeded::default()),
            configure_http: None,
            connections: None,
        }
    }

    /// How calls are authenticated: [`AppCredentials`](crate::AppCredentials), an
    /// [`AccessToken`](crate::AccessToken), or a [`TokenProvider`](crate::TokenProvider).
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = Some(credentials.into());
        self
    }

    /// Allows plain http to `host`, for example a gateway inside one's own network. Anyone who can
    /// read the traffic can replay a signature for 15 minutes. Loopback needs no allowance.
    pub fn allow_plain_http_to(mut self, host: impl Into<String>) -> Self {
        self.plain_http_hosts.push(host.into().to_ascii_lowercase());
        self
    }

    /// Headers that a signature covers; `host;x-date;x-user-id` unless set.
    pub fn signed_headers(mut self, headers: SignedHeaders) -> Self {
        self.headers = headers;
        self
    }

    /// A `Host` to sign and send instead of the endpoint's, for gateways and tunnels.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// How far signatures are dated back, 30 s unless set: a date in the service's future is
    /// refused, so this is how far the machine's clock may run ahead. At most 14 minutes.
    pub fn date_margin(mut self, margin: Duration) -> Self {
        self.margin = margin;
        self
    }

    /// Whether to try the service's clock, as `Date` shows it, after a refusal that the clock
    /// explains; on unless set. What the service then accepts is kept for all calls.
    pub fn correct_clock_skew(mut self, on: bool) -> Self {
        self.correct_skew = on;
        self
    }

    /// When and how often a failed attempt is repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Time for connecting, 10 s unless set; part of an attempt's time.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Maximum size of an answer's body in bytes, 16 MiB unless set.
    pub fn max_body_bytes(mut self, bytes: u64) -> Self {
        self.max_body = bytes;
        self
    }

    /// How many requests all calls of this client may have in flight together; unlimited unless
    /// set, at least 1. When the service asks for fewer requests, fewer are sent in any case.
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        self.max_concurrent = requests;
        self
    }

    /// Another clock than the machine's, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Another source of jitter, for tests.
    pub fn random(mut self, random: impl Random) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Changes the HTTP client's own settings: a proxy, a root certificate, a user agent.
    /// Redirects and reqwest's own retries stay off, whatever is set here.
    pub fn configure_http(
        mut self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + 'static,
    ) -> Self {
        self.configure_http = Some(Box::new(configure));
        self
    }

    /// Uses the connections of another client, which may be of another application or deployment.
    /// Its HTTP settings hold, so neither [`configure_http`](Self::configure_http) nor
    /// [`connect_timeout`](Self::connect_timeout) can be set beside it.
    pub fn connections_of(mut self, client: &Client) -> Self {
        self.connections = Some(client.http().clone());
        self
    }

    /// Checks everything and builds the client; nothing is sent.
    ///
    /// # Errors
    /// Invalid input when the endpoint is not a URL, is plain http to another host that is not
    /// allowed by name, is https while no TLS feature is on, or carries a password, query or
    /// fragment; when credentials are missing; when the host or the margin is out of bounds.
    pub fn build(self) -> Result<Client, Error> {
        let url = endpoint::check(&self.endpoint, &self.plain_http_hosts)?;
        check_tls(&url)?;
        let credentials = self.credentials.ok_or_else(|| {
            Error::invalid("no credentials are set: call .credentials(AppCredentials::new(..)?)")
        })?;
        if self.margin > Duration::from_secs(14 * 60) {
            return Err(Error::invalid(format!(
                "the date margin is {:?}, expected at most 14 minutes: the service takes dates up to 15 minutes old",
                self.margin
            )));
        }
        let host = self.host.map(checked_host).transpose()?;
        let http = match self.connections {
            None => build_http(self.connect_timeout.unwrap_or(CONNECT), self.configure_http)?,
            Some(http) if self.configure_http.is_none() && self.connect_timeout.is_none() => http,
            Some(_) => {
                return Err(Error::invalid(
                    "the connections are another client's, so connect_timeout and configure_http \
                     cannot be set here: set them on that client",
                ));
            }
        };
        // Over plain http, anybody on the way could have written `Date`.
        let is_trusted = url.scheme() == "https" || endpoint::is_loopback(&url);
        let shared = Shared {
            source: credentials.0,
            tokens: TokenCells::default(),
            signing: SigningSettings { headers: self.headers, host, margin: self.margin },
            skew: Skew::new(self.correct_skew && is_trusted),
            budget: Budget::new(self.retry.budget),
            throttle: Throttle::new(self.max_concurrent),
            retry: self.retry,
            max_body: self.max_body,
            clock: self.clock,
            random: self.random,
        };
        Ok(Client::new(shared, http, endpoint::base(&url)))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// A URL that every request would fail on is refused here, with the name of the feature.
fn check_tls(url: &Url) -> Result<(), Error> {
    if url.scheme() == "https" && !cfg!(any(feature = "rustls", feature = "native-tls")) {
        return Err(Error::invalid(
            "the endpoint is https, but koodrive-ext was built without TLS: enable its feature \
             `rustls` or `native-tls`",
        ));
    }
    Ok(())
}

fn checked_host(host: String) -> Result<HeaderValue, Error> {
    let plain =
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_graphic() && !b"/@?#,;".contains(&b));
    let value = HeaderValue::from_str(&host).ok().filter(|_| plain);
    value.ok_or_else(|| {
        Error::invalid(format!("the host {host:?} is not a host name with an optional port"))
    })
}

fn build_http(
    connect_timeout: Duration,
    configure: Option<ConfigureHttp>,
) -> Result<reqwest::Client, Error> {
    let builder =
        reqwest::Client::builder().user_agent(USER_AGENT).connect_timeout(connect_timeout);
    let builder = match configure {
        Some(configure) => configure(builder),
        None => builder,
    };
    // A redirect would carry user id and signature elsewhere; a hidden retry would not be signed again.
    builder
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .map_err(|e| Error::new(What::Setup).caused_by(e))
}
