//! Access tokens that lapse: what supplies new ones.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::credentials::token::AccessToken;

/// Future of [`TokenProvider::token`].
pub type TokenFuture<'a> = Pin<
    Box<
        dyn Future<Output = Result<AccessToken, Box<dyn std::error::Error + Send + Sync>>>
            + Send
            + 'a,
    >,
>;

/// Whose token is asked for, and why.
#[derive(Clone, Copy)]
pub struct TokenRequest<'a> {
    user_id: &'a str,
    refused: Option<&'a AccessToken>,
}

impl<'a> TokenRequest<'a> {
    pub(crate) fn new(user_id: &'a str, refused: Option<&'a AccessToken>) -> Self {
        Self { user_id, refused }
    }

    /// The user whose calls the token is for.
    pub fn user_id(&self) -> &'a str {
        self.user_id
    }

    /// The token that the service has just refused; `None` where none is known yet.
    pub fn refused(&self) -> Option<&'a AccessToken> {
        self.refused
    }
}

impl fmt::Debug for TokenRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("user_id", &self.user_id)
            .field("refused", &self.refused.is_some())
            .finish()
    }
}

/// Supplies access tokens, for example from a sign-in that can be renewed.
///
/// - A token belongs to a user: each user's token is kept apart, and the provider is told whose it
///   is asked for.
/// - It is asked before a user's first call, and again after the service refused that user's token
///   (HTTP 401, or 400 "authentication failed"), at most once per call for that reason.
/// - Per user it is asked once at a time. Calls that need the answer wait for it, and if it fails
///   they all fail with it; a call whose token is good does not wait.
/// - It has as long as one attempt ([`attempt_timeout`](crate::RetryPolicy::attempt_timeout)). A
///   provider that fails or hangs is asked again as often as the retry policy has attempts.
///
/// ```
/// use koodrive_ext::{AccessToken, TokenFuture, TokenProvider, TokenRequest};
///
/// struct SignIn;
///
/// impl TokenProvider for SignIn {
///     fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
///         Box::pin(async move {
///             let age = if request.refused().is_some() { "renewed" } else { "first" };
///             Ok(AccessToken::new(format!("{age}-token-of-{}", request.user_id()))?)
///         })
///     }
/// }
///
/// let credentials = koodrive_ext::Credentials::from(SignIn);
/// ```
pub trait TokenProvider: Send + Sync + 'static {
    /// A token that should be accepted now.
    ///
    /// # Errors
    /// Whatever kept the provider from one; it becomes the cause of the call's error.
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a>;
}
