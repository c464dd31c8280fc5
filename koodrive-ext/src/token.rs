//! Access tokens that lapse: asked for when needed, renewed once for everybody.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::Mutex;

use crate::credentials::Source;
use crate::error::Kind;
use crate::{AccessToken, Error};

/// Future of [`TokenProvider::token`].
pub type TokenFuture<'a> = Pin<
    Box<
        dyn Future<Output = Result<AccessToken, Box<dyn std::error::Error + Send + Sync>>>
            + Send
            + 'a,
    >,
>;

/// Supplies access tokens, for example from a sign-in that can be renewed.
///
/// It is asked before the first call, and once more after the service refused a token (HTTP 401).
/// However many calls meet a refusal at the same time, it is asked once.
///
/// ```
/// use koodrive_ext::{AccessToken, TokenFuture, TokenProvider};
///
/// struct SignIn;
///
/// impl TokenProvider for SignIn {
///     fn token<'a>(&'a self, refused: Option<&'a AccessToken>) -> TokenFuture<'a> {
///         Box::pin(async move {
///             let token = if refused.is_some() { "renewed" } else { "first" };
///             Ok(AccessToken::new(token)?)
///         })
///     }
/// }
///
/// let credentials = koodrive_ext::Credentials::from(SignIn);
/// ```
pub trait TokenProvider: Send + Sync + 'static {
    /// A token that should be accepted now; `refused` is the one that the service just refused.
    ///
    /// # Errors
    /// Whatever kept the provider from one; it becomes the source of the call's error.
    fn token<'a>(&'a self, refused: Option<&'a AccessToken>) -> TokenFuture<'a>;
}

/// The current token of a client, shared by its clones.
pub(crate) struct TokenCell {
    current: Mutex<Option<AccessToken>>,
}

impl TokenCell {
    pub(crate) fn new() -> Self {
        Self { current: Mutex::new(None) }
    }

    /// The token to use now, from `source` where none is known yet.
    pub(crate) async fn get(&self, source: &dyn TokenProvider) -> Result<AccessToken, Error> {
        let mut current = self.current.lock().await;
        match &*current {
            Some(token) => Ok(token.clone()),
            None => Ok(current.insert(ask(source, None).await?).clone()),
        }
    }

    /// Replaces `refused`, unless somebody else has replaced it already. The lock is held while
    /// the provider works, so that everybody waits for one answer; a caller that is dropped while
    /// it waits leaves the old token in place and the next one asks.
    pub(crate) async fn renew(
        &self,
        source: &dyn TokenProvider,
        refused: &AccessToken,
    ) -> Result<(), Error> {
        let mut current = self.current.lock().await;
        if current.as_ref().is_none_or(|token| token.same_as(refused)) {
            *current = Some(ask(source, Some(refused)).await?);
        }
        Ok(())
    }
}

async fn ask(
    source: &dyn TokenProvider,
    refused: Option<&AccessToken>,
) -> Result<AccessToken, Error> {
    source.token(refused).await.map_err(|e| Error::new(Kind::TokenProvider).with_source(e))
}

impl Source {
    pub(crate) fn provider(&self) -> Option<&dyn TokenProvider> {
        match self {
            Self::Provider(provider) => Some(provider.as_ref()),
            _ => None,
        }
    }
}
