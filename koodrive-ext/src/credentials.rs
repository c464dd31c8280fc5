//! Who calls: an application with a secret, or a signed-in user with a token.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use crate::token::TokenProvider;
use crate::{Error, identifier};

/// Application id and secret, for App ID authentication. The secret is wiped from memory on drop.
///
/// ```
/// use koodrive_ext::AppCredentials;
///
/// let app = AppCredentials::new("a378331eca14", "not-shown")?;
/// assert!(!format!("{app:?}").contains("not-shown"));
/// # Ok::<(), koodrive_ext::Error>(())
/// ```
#[derive(Clone)]
pub struct AppCredentials {
    app_id: String,
    secret: SecretSlice<u8>,
}

impl AppCredentials {
    /// Takes an app id and its secret, both as issued. The secret is never trimmed.
    ///
    /// # Errors
    /// Invalid input when the app id is empty, longer than 256 characters, or holds anything but
    /// visible ASCII without `,` `;` `=` `"`; or when the secret is empty.
    pub fn new(app_id: impl Into<String>, secret: impl Into<String>) -> Result<Self, Error> {
        let app_id = app_id.into();
        let secret = SecretSlice::from(secret.into().into_bytes());
        identifier::check("app id", &app_id)?;
        if secret.expose_secret().is_empty() {
            return Err(Error::invalid(
                "the app secret is empty, and an HMAC without a key protects nothing",
            ));
        }
        Ok(Self { app_id, secret })
    }

    /// The app id.
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    pub(crate) fn secret_bytes(&self) -> &[u8] {
        self.secret.expose_secret()
    }
}

impl fmt::Debug for AppCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppCredentials").field("app_id", &self.app_id).finish_non_exhaustive()
    }
}

/// Access token of a signed-in user, wiped from memory on drop.
///
/// A token that carries its scheme (`Bearer …` or `Bearer+…`) is sent as it is; another gets
/// `Bearer+` put before it, the form that the API reference shows. Public pages do not settle
/// whether that plus is literal: [`with_prefix`](Self::with_prefix) changes it.
#[derive(Clone)]
pub struct AccessToken {
    token: SecretString,
    prefix: &'static str,
}

impl AccessToken {
    /// Takes a token as issued, with or without its scheme.
    ///
    /// # Errors
    /// Invalid input when the token is empty or holds anything but visible ASCII (one space after
    /// a scheme is allowed).
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        let token = SecretString::from(token.into());
        let text = token.expose_secret();
        let bare = without_scheme(text).unwrap_or(text);
        if bare.is_empty() {
            return Err(Error::invalid("the access token is empty"));
        }
        if let Some(at) = bare.bytes().position(|b| !b.is_ascii_graphic()) {
            return Err(Error::invalid(format!(
                "the access token holds something that is not visible ASCII at byte {at}: a line break or a space from copying?"
            )));
        }
        let prefix = if bare.len() == text.len() { "Bearer+" } else { "" };
        Ok(Self { token, prefix })
    }

    /// What to put before a token that carries no scheme; `"Bearer+"` unless set, `""` for the
    /// bare token. A token that carries one is not changed.
    pub fn with_prefix(mut self, prefix: TokenPrefix) -> Self {
        if without_scheme(self.token.expose_secret()).is_none() {
            self.prefix = prefix.as_str();
        }
        self
    }

    /// Value of the `Authorization` header, marked sensitive.
    pub(crate) fn authorization(&self) -> Result<HeaderValue, Error> {
        let text = SecretString::from(format!("{}{}", self.prefix, self.token.expose_secret()));
        let mut value = HeaderValue::try_from(text.expose_secret())
            .map_err(|_| Error::invalid("the access token is not a header value"))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Whether both hold the same token, so that a provider can see if its own was the refused one.
    pub fn same_as(&self, other: &Self) -> bool {
        self.token.expose_secret() == other.token.expose_secret()
    }

    /// The token without its scheme, since that is how it may be echoed.
    pub(crate) fn expose_bare(&self) -> &str {
        let text = self.token.expose_secret();
        without_scheme(text).unwrap_or(text)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(..)")
    }
}

/// What goes before an access token that carries no scheme of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenPrefix {
    /// `Bearer+`, as the API reference's tables and examples write it.
    #[default]
    BearerPlus,
    /// `Bearer` and a space, as RFC 6750 and some other pages have it.
    BearerSpace,
    /// Nothing: the bare value.
    Bare,
}

impl TokenPrefix {
    fn as_str(self) -> &'static str {
        match self {
            Self::BearerPlus => "Bearer+",
            Self::BearerSpace => "Bearer ",
            Self::Bare => "",
        }
    }
}

fn without_scheme(token: &str) -> Option<&str> {
    let (scheme, rest) = token.split_at_checked("Bearer+".len())?;
    let known = ["bearer+", "bearer "].iter().any(|s| s.eq_ignore_ascii_case(scheme));
    known.then_some(rest)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(token: AccessToken) -> String {
        token.authorization().unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn a_token_without_scheme_gets_the_documented_one() {
        assert_eq!(sent(AccessToken::new("60f4").unwrap()), "Bearer+60f4");
    }

    #[test]
    fn a_token_with_scheme_is_sent_as_it_is() {
        for token in ["Bearer+60f4", "bearer+60f4", "Bearer 60f4", "BEARER 60f4"] {
            assert_eq!(sent(AccessToken::new(token).unwrap()), token);
            let prefixed = AccessToken::new(token).unwrap().with_prefix(TokenPrefix::Bare);
            assert_eq!(sent(prefixed), token);
        }
    }

    #[test]
    fn the_prefix_can_be_changed() {
        let token = || AccessToken::new("60f4").unwrap();
        assert_eq!(sent(token().with_prefix(TokenPrefix::BearerSpace)), "Bearer 60f4");
        assert_eq!(sent(token().with_prefix(TokenPrefix::Bare)), "60f4");
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_showing_it() {
        for token in ["", "Bearer+", "Bearer ", "abc\n", "abc def", "tökén"] {
            let error = AccessToken::new(token).unwrap_err();
            assert!(error.is_invalid_input());
            assert!(!error.to_string().contains("abc"), "{error}");
        }
    }

    #[test]
    fn debug_shows_neither_secret_nor_token() {
        let app = AppCredentials::new("id", "hush-hush").unwrap();
        let token = AccessToken::new("hush-hush").unwrap();
        let shown = format!(
            "{app:?} {token:?} {:?} {:?}",
            Credentials::from(app.clone()),
            Credentials::from(token.clone())
        );
        assert!(!shown.contains("hush"), "{shown}");
        assert!(token.authorization().unwrap().is_sensitive());
    }
}
