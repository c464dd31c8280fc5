//! What is sent and never shown.

use std::fmt;

use koodrive_ext::AppCredentials;

/// Credentials and the user, whose values no output has.
#[derive(Clone)]
pub struct Secrets {
    pub(crate) user_id: String,
    pub(crate) app: Option<AppCredentials>,
    pub(crate) token: Option<String>,
    pub(crate) lapsed_token: Option<String>,
    app_secret: Option<String>,
}

/// Shorter values would be found by chance.
const MIN_LENGTH: usize = 6;

impl Secrets {
    /// An app's id and secret, a token, or both.
    ///
    /// # Errors
    /// When a value cannot be sent, or there are neither an app nor a token.
    pub fn new(
        user_id: &str,
        app: Option<(&str, &str)>,
        token: Option<&str>,
        lapsed_token: Option<&str>,
    ) -> Result<Self, String> {
        if app.is_none() && token.is_none() {
            return Err("there are no credentials: set KOODRIVE_APP_ID and KOODRIVE_APP_SECRET, or KOODRIVE_TOKEN, or all of them".to_owned());
        }
        check("the user id", user_id)?;
        Ok(Self {
            user_id: user_id.to_owned(),
            app: app
                .map(|(id, secret)| AppCredentials::new(id, secret))
                .transpose()
                .map_err(|e| e.to_string())?,
            token: token.map(|token| bare("KOODRIVE_TOKEN", token)).transpose()?,
            lapsed_token: lapsed_token
                .map(|token| bare("KOODRIVE_LAPSED_TOKEN", token))
                .transpose()?,
            app_secret: app.map(|(_, secret)| secret.to_owned()),
        })
    }

    /// Whether a text has one of the values in it.
    pub fn are_in(&self, text: &str) -> bool {
        let app_id = self.app.as_ref().map(AppCredentials::app_id);
        [
            Some(self.user_id.as_str()),
            app_id,
            self.app_secret.as_deref(),
            self.token.as_deref(),
            self.lapsed_token.as_deref(),
        ]
        .into_iter()
        .flatten()
        .any(|value| value.len() >= MIN_LENGTH && text.contains(value))
    }
}

/// A token without its scheme, since the probe tries several.
fn bare(name: &str, token: &str) -> Result<String, String> {
    let scheme = token.split_at_checked("Bearer+".len()).filter(|(scheme, _)| {
        ["bearer+", "bearer "].iter().any(|known| known.eq_ignore_ascii_case(scheme))
    });
    let token = scheme.map_or(token, |(_, rest)| rest);
    check(name, token)?;
    Ok(token.to_owned())
}

fn check(name: &str, value: &str) -> Result<(), String> {
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    Err(format!("{name} must be visible ASCII without spaces, and not empty"))
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_with_and_without_its_scheme() {
        for token in ["hush-hush", "Bearer+hush-hush", "bearer hush-hush"] {
            let secrets = Secrets::new("150508", None, Some(token), None).unwrap();
            assert_eq!(secrets.token.as_deref(), Some("hush-hush"));
            assert!(secrets.are_in("<hush-hush>") && secrets.are_in("150508"));
            assert_eq!(format!("{secrets:?}"), "Secrets(..)");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused_by_name_alone() {
        for (user, app, token) in [
            ("15 05", None, Some("hush-hush")),
            ("1505", None, Some("hush\nhush")),
            ("1505", Some(("i d", "hush-hush")), None),
            ("1505", None, None),
        ] {
            let error = Secrets::new(user, app, token, None).unwrap_err();
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
