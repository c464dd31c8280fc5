//! A client from environment variables, by the names that the example command uses.

use std::env::VarError;

use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::credentials::Credentials;
use crate::credentials::app::AppCredentials;
use crate::credentials::token::AccessToken;
use crate::error::Error;

impl Client {
    /// Begins a client whose endpoint and credentials are those of the environment:
    /// `KOODRIVE_ENDPOINT`, and either `KOODRIVE_APP_ID` with `KOODRIVE_APP_SECRET` or
    /// `KOODRIVE_TOKEN`.
    ///
    /// ```no_run
    /// # fn run() -> Result<(), koodrive_ext::Error> {
    /// let client = koodrive_ext::Client::from_env()?.max_concurrent_requests(8).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Invalid input that names the variable, when one is missing, empty or not UTF-8, or when
    /// both kinds of credentials are set.
    pub fn from_env() -> Result<ClientBuilder, Error> {
        from(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => {
                Err(Error::invalid(format!("the variable {name} is not UTF-8")))
            }
        })
    }
}

fn from(read: impl Fn(&str) -> Result<Option<String>, Error>) -> Result<ClientBuilder, Error> {
    let optional = |name: &str| match read(name)? {
        Some(value) if value.is_empty() => Err(Error::invalid(format!(
            "the variable {name} is empty: give it a value, or unset it"
        ))),
        value => Ok(value),
    };
    let needed = |name: &str| {
        optional(name)?.ok_or_else(|| Error::invalid(format!("the variable {name} is not set")))
    };
    let builder = Client::builder(needed("KOODRIVE_ENDPOINT")?);
    let credentials: Credentials = match (optional("KOODRIVE_TOKEN")?, optional("KOODRIVE_APP_ID")?)
    {
        (Some(_), Some(_)) => {
            return Err(Error::invalid(
                "both KOODRIVE_TOKEN and KOODRIVE_APP_ID are set: a client has one kind of \
                 credentials",
            ));
        }
        (Some(token), None) => AccessToken::new(token)?.into(),
        (None, Some(app_id)) => AppCredentials::new(app_id, needed("KOODRIVE_APP_SECRET")?)?.into(),
        (None, None) => {
            return Err(Error::invalid(
                "neither KOODRIVE_APP_ID nor KOODRIVE_TOKEN is set: a client needs credentials",
            ));
        }
    };
    Ok(builder.credentials(credentials))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: (&str, &str) = ("KOODRIVE_ENDPOINT", "https://koodrive.example");
    const ID: (&str, &str) = ("KOODRIVE_APP_ID", "my-app");
    const SECRET: (&str, &str) = ("KOODRIVE_APP_SECRET", "hush-hush");
    const TOKEN: (&str, &str) = ("KOODRIVE_TOKEN", "hush-hush");

    fn with(variables: &[(&str, &str)]) -> Result<Client, Error> {
        let find = |name: &str| variables.iter().find(|(n, _)| *n == name);
        from(|name| Ok(find(name).map(|(_, value)| (*value).to_owned())))?.build()
    }

    #[test]
    fn an_app_or_a_token_makes_a_client() {
        assert!(with(&[ENDPOINT, ID, SECRET]).is_ok());
        assert!(with(&[ENDPOINT, TOKEN]).is_ok());
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_secret_is_shown() {
        for (variables, name) in [
            (&[ID, SECRET][..], "KOODRIVE_ENDPOINT is not set"),
            (&[ENDPOINT], "neither KOODRIVE_APP_ID nor KOODRIVE_TOKEN"),
            (&[ENDPOINT, ID], "KOODRIVE_APP_SECRET is not set"),
            (&[ENDPOINT, ID, ("KOODRIVE_APP_SECRET", "")], "KOODRIVE_APP_SECRET is empty"),
            (&[ENDPOINT, ID, SECRET, TOKEN], "both KOODRIVE_TOKEN and KOODRIVE_APP_ID"),
            (&[ENDPOINT, ("KOODRIVE_TOKEN", "hush\n")], "the access token"),
        ] {
            let error = with(variables).unwrap_err();
            assert!(error.is_invalid_input() && error.to_string().contains(name), "{error}");
            assert!(!error.to_string().contains("hush"), "{error}");
        }
    }
}
