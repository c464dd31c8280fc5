//! Who calls: an application with a secret, or a signed-in user with a token.

pub(crate) mod app;
pub(crate) mod cell;
pub(crate) mod identifier;
pub(crate) mod provider;
pub(crate) mod token;

use std::fmt;
use std::sync::Arc;

use crate::credentials::app::AppCredentials;
use crate::credentials::provider::TokenProvider;
use crate::credentials::token::AccessToken;

/// How calls are authenticated; made from [`AppCredentials`], an [`AccessToken`], or a
/// [`TokenProvider`].
#[derive(Clone)]
pub struct Credentials(pub(crate) Source);

#[derive(Clone)]
pub(crate) enum Source {
    App(AppCredentials),
    Token(AccessToken),
    Provider(Arc<dyn TokenProvider>),
}

impl Source {
    pub(crate) fn provider(&self) -> Option<&dyn TokenProvider> {
        match self {
            Self::Provider(provider) => Some(provider.as_ref()),
            _ => None,
        }
    }
}

impl From<AppCredentials> for Credentials {
    fn from(app: AppCredentials) -> Self {
        Self(Source::App(app))
    }
}

impl From<AccessToken> for Credentials {
    fn from(token: AccessToken) -> Self {
        Self(Source::Token(token))
    }
}

impl<P: TokenProvider> From<P> for Credentials {
    fn from(provider: P) -> Self {
        Self(Source::Provider(Arc::new(provider)))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::App(app) => app.fmt(f),
            Source::Token(token) => token.fmt(f),
            Source::Provider(_) => f.write_str("TokenProvider(..)"),
        }
    }
}
