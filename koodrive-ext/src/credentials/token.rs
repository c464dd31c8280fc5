//! Access token of a signed-in user.

use std::fmt;

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;

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
    fn debug_does_not_show_the_token() {
        let token = AccessToken::new("hush-hush").unwrap();
        assert_eq!(format!("{token:?}"), "AccessToken(..)");
        assert!(token.authorization().unwrap().is_sensitive());
    }
}
