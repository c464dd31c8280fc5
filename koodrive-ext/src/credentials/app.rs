//! Application id and secret.

use std::fmt;

use hmac::{Hmac, KeyInit as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::credentials::identifier;
use crate::error::Error;

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
    /// The HMAC keyed by the secret, so that a signature does not start by hashing the key.
    mac: Hmac<Sha256>,
}

impl AppCredentials {
    /// Takes an app id and its secret, both as issued. The secret is never trimmed.
    ///
    /// # Errors
    /// Invalid input when the app id is empty, longer than 256 characters, or holds anything but
    /// visible ASCII without `,` `;` `=` `"`; or when the secret is empty.
    pub fn new(app_id: impl Into<String>, secret: impl Into<String>) -> Result<Self, Error> {
        let app_id = app_id.into();
        let secret = SecretString::from(secret.into());
        identifier::check("app id", &app_id)?;
        if secret.expose_secret().is_empty() {
            return Err(Error::invalid(
                "the app secret is empty, and an HMAC without a key protects nothing",
            ));
        }
        let mac = Hmac::new_from_slice(secret.expose_secret().as_bytes())
            .map_err(|_| Error::invalid("the app secret cannot be used as a key"))?;
        Ok(Self { app_id, mac })
    }

    /// The app id.
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    pub(crate) fn mac(&self) -> Hmac<Sha256> {
        self.mac.clone()
    }
}

impl fmt::Debug for AppCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppCredentials").field("app_id", &self.app_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_the_secret() {
        let app = AppCredentials::new("id", "hush-hush").unwrap();
        assert_eq!(format!("{app:?}"), "AppCredentials { app_id: \"id\", .. }");
    }

    #[test]
    fn an_empty_secret_is_refused() {
        assert!(AppCredentials::new("id", "").unwrap_err().is_invalid_input());
    }
}
