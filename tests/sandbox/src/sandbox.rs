use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{net::TcpListener, runtime::Handle, task::JoinHandle};

use crate::{
    error::Error, fault::Fault, fault_book::Rule, request_log::RequestRecord, server::serve,
    settings::check_token, shared::Shared,
};

/// A KooDrive stand-in that is listening.
///
/// It runs on the Tokio runtime that started it and ends when it is dropped.
///
/// ```
/// use koodrive_sandbox::Sandbox;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), koodrive_sandbox::Error> {
/// let sandbox = Sandbox::builder().records(10).start().await?;
/// assert!(sandbox.url().starts_with("http://127.0.0.1:"));
/// assert!(sandbox.requests().is_empty());
/// sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    addr: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
    first_token: String,
}

impl Sandbox {
    pub(crate) async fn listen(
        bind: SocketAddr,
        shared: Shared,
        first_token: String,
    ) -> Result<Self, Error> {
        check_runtime()?;
        let listener = TcpListener::bind(bind).await.map_err(|source| Error::bind(bind, source))?;
        let addr = listener.local_addr().map_err(|source| Error::bind(bind, source))?;
        let shared = Arc::new(shared);
        let server = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { addr, shared, server, first_token })
    }

    /// The base URL, such as `http://127.0.0.1:41234`, without a slash at the end. A sandbox that
    /// listens on all addresses names the loopback one.
    #[must_use]
    pub fn url(&self) -> String {
        let mut addr = self.addr;
        if addr.ip().is_unspecified() {
            addr.set_ip(match addr {
                SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
                SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            });
        }
        format!("http://{addr}")
    }

    /// The address it listens on, with the port that was chosen.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What it received, in order, as far as
    /// [`SandboxBuilder::keep_requests`](crate::SandboxBuilder::keep_requests) reaches back.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.state().log.all()
    }

    /// Forgets what it received, and counts requests and attempts from 1 again, so that a fault
    /// "on request 3" means the third from now. Cursors stay good.
    pub fn clear_requests(&self) {
        let mut state = self.shared.state();
        state.log.clear();
        state.faults.restart();
    }

    /// The app id to sign with: the first one of several.
    #[must_use]
    pub fn app_id(&self) -> &str {
        self.shared.settings.apps.first().map_or("", |app| app.id.as_str())
    }

    /// The secret of [`app_id`](Self::app_id).
    #[must_use]
    pub fn app_secret(&self) -> &str {
        self.shared.settings.apps.first().map_or("", |app| app.secret.as_str())
    }

    /// The token that is good now, without a scheme: the first one of several. When all were
    /// revoked, the one that was good at the start.
    #[must_use]
    pub fn token(&self) -> String {
        let state = self.shared.state();
        state.tokens.first().unwrap_or(&self.first_token).clone()
    }

    /// The user to ask for: the first one of several.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.shared.settings.users.first().map_or("", String::as_str)
    }

    /// The devices that the made-up records are spread over, the documented one first.
    #[must_use]
    pub fn device_ids(&self) -> Vec<String> {
        self.shared.catalogue.device_ids()
    }

    /// Adds a fault, effective from the next request that arrives.
    ///
    /// # Errors
    ///
    /// A probability that is not from 0 to 1.
    pub fn push_fault(&self, fault: Fault) -> Result<(), Error> {
        let rule = Rule::One(fault);
        rule.check()?;
        self.shared.state().faults.add(rule);
        Ok(())
    }

    /// Takes all faults off, also loops and endless empty pages that have begun: the cursors
    /// that those gave out lead on to the records they left out.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// Makes this the only good token. All others are refused from the next request on.
    ///
    /// # Errors
    ///
    /// A token that is empty, or not visible ASCII without spaces.
    pub fn set_token(&self, token: impl Into<String>) -> Result<(), Error> {
        let token = token.into();
        check_token(&token)?;
        self.shared.state().tokens = vec![token];
        Ok(())
    }

    /// Refuses this token from the next request on. Says whether it was good until now.
    pub fn revoke_token(&self, token: &str) -> bool {
        let tokens = &mut self.shared.state().tokens;
        let before = tokens.len();
        tokens.retain(|known| known != token);
        tokens.len() < before
    }

    /// Stops listening and closes all connections, finished or not. When this returns, the port
    /// is free.
    pub async fn shutdown(mut self) {
        self.server.abort();
        // The only error is the cancellation that was just asked for.
        let _ = (&mut self.server).await;
    }
}

/// Tokio has no other way to ask whether I/O and time are enabled than to use them.
fn check_runtime() -> Result<(), Error> {
    if Handle::try_current().is_err() {
        return Err(Error::no_runtime());
    }
    let uses_both = || {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        drop(tokio::time::sleep(Duration::ZERO));
        TcpListener::from_std(listener).map(drop)
    };
    match std::panic::catch_unwind(uses_both) {
        // What is wrong with the loopback is told by the bind that follows.
        Ok(_) => Ok(()),
        Err(_) => Err(Error::no_runtime()),
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("addr", &self.addr)
            .field("settings", &self.shared.settings)
            .finish_non_exhaustive()
    }
}
