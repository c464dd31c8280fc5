//! Clients of a sandbox.

use koodrive_ext::clock::Random;
use koodrive_ext::{AccessToken, AppCredentials, Client, ClientBuilder, Error};
use koodrive_sandbox::Sandbox;

use crate::clock::TestClock;

/// Always the same jitter.
#[derive(Clone, Copy, Debug)]
pub struct FixedJitter(pub f64);

impl Random for FixedJitter {
    fn fraction(&self) -> f64 {
        self.0
    }
}

/// A client by app signature that never waits.
///
/// # Errors
/// None, with a sandbox's own settings.
pub fn by_app(sandbox: &Sandbox, clock: &TestClock) -> Result<ClientBuilder, Error> {
    Ok(begun(sandbox, clock)
        .credentials(AppCredentials::new(sandbox.app_id(), sandbox.app_secret())?))
}

/// A client by token that never waits.
///
/// # Errors
/// None, with a sandbox's own settings.
pub fn by_token(sandbox: &Sandbox, clock: &TestClock) -> Result<ClientBuilder, Error> {
    Ok(begun(sandbox, clock).credentials(AccessToken::new(sandbox.token())?))
}

/// A client without credentials yet.
pub fn begun(sandbox: &Sandbox, clock: &TestClock) -> ClientBuilder {
    at(&sandbox.url(), clock).user(sandbox.user_id())
}

/// A client of any address, without credentials yet.
pub fn at(url: &str, clock: &TestClock) -> ClientBuilder {
    Client::builder(url)
        .user("1")
        .clock(clock.clone())
        .random(FixedJitter(0.5))
        // A proxy of the machine that runs the tests must not see them.
        .configure_http(reqwest::ClientBuilder::no_proxy)
}
