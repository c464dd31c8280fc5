//! Access tokens that lapse: asked for when needed, renewed once for everybody.

use std::future::Future;
use std::pin::Pin;
use std::sync::PoisonError;

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
    /// How many renewals failed, and how the last one did.
    failed: std::sync::Mutex<(u64, Option<Error>)>,
}

impl TokenCell {
    pub(crate) fn new() -> Self {
        Self { current: Mutex::new(None), failed: std::sync::Mutex::default() }
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
    /// the provider works, so that everybody waits for one answer, also where that is a failure; a
    /// caller that is dropped while it waits leaves the old token in place and the next one asks.
    pub(crate) async fn renew(
        &self,
        source: &dyn TokenProvider,
        refused: &AccessToken,
    ) -> Result<(), Error> {
        let (failures, _) = self.failed();
        let mut current = self.current.lock().await;
        if current.as_ref().is_some_and(|token| !token.same_as(refused)) {
            return Ok(());
        }
        if let (now, Some(error)) = self.failed()
            && now > failures
        {
            return Err(error);
        }
        let renewed = ask(source, Some(refused)).await;
        if let Err(error) = &renewed {
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) =
                (failures + 1, Some(error.clone()));
        }
        *current = Some(renewed?);
        Ok(())
    }

    fn failed(&self) -> (u64, Option<Error>) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
