//! The client, with credentials from the environment alone.

use koodrive_ext::{AccessToken, AppCredentials, Client, Credentials};

use crate::error::Error;

const APP_ID: &str = "KOODRIVE_APP_ID";
const APP_SECRET: &str = "KOODRIVE_APP_SECRET";
const TOKEN: &str = "KOODRIVE_TOKEN";

/// Builds the client of a worker, with the credentials that `variable` answers by name.
///
/// The user agent names the worker, so that the service's log tells them apart.
///
/// # Errors
/// Missing or invalid credentials, or an endpoint that is not one.
pub fn client(
    endpoint: &str,
    worker: &str,
    concurrency: usize,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Client, Error> {
    let agent = format!("koodrive-fleet/{} ({worker})", env!("CARGO_PKG_VERSION"));
    let client = Client::builder(endpoint)
        .credentials(credentials(variable)?)
        .max_concurrent_requests(concurrency)
        .configure_http(move |http| http.user_agent(agent))
        .build()?;
    Ok(client)
}

fn credentials(variable: impl Fn(&str) -> Option<String>) -> Result<Credentials, Error> {
    let get = |name| variable(name).filter(|value| !value.is_empty());
    match (get(APP_ID), get(APP_SECRET), get(TOKEN)) {
        (Some(id), Some(secret), _) => Ok(AppCredentials::new(id, secret)?.into()),
        (None, None, Some(token)) => Ok(AccessToken::new(token)?.into()),
        (Some(_), None, _) => {
            Err(Error::Input(format!("the app secret is missing: set {APP_SECRET}")))
        }
        (None, Some(_), _) => Err(Error::Input(format!("the app id is missing: set {APP_ID}"))),
        (None, None, None) => Err(Error::Input(format!(
            "credentials are missing: set {APP_ID} and {APP_SECRET}, or {TOKEN}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_and_no_secret_is_shown() {
        let with = |set: &[(&str, &str)]| {
            let set: Vec<_> = set.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            client("http://127.0.0.1:1", "w", 1, move |name| {
                set.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
            })
        };
        assert!(with(&[(APP_ID, "a"), (APP_SECRET, "hush")]).is_ok());
        assert!(with(&[(TOKEN, "hush")]).is_ok());
        for (set, named) in [
            (&[(APP_ID, "a")][..], APP_SECRET),
            (&[(APP_SECRET, "hush"), (TOKEN, "")], APP_ID),
            (&[], TOKEN),
        ] {
            let error = with(set).unwrap_err().to_string();
            assert!(error.contains(named) && !error.contains("hush"), "{error}");
        }
    }
}
