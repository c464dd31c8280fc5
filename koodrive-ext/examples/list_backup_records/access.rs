//! Whom to ask and as whom: the service that was named, or a sandbox in this process.

use clap::error::ErrorKind;
use koodrive_ext::{AccessToken, AppCredentials, Client, ClientBuilder, Credentials};
use koodrive_sandbox::Sandbox;

use crate::args::Args;
use crate::report::Report;
use crate::usage::{APP_SECRET, TOKEN, invalid, missing, secret, usage};

const SANDBOX_RECORDS: u64 = 250;

/// A client, the user to ask for and, while it is needed, the sandbox that answers.
pub(crate) struct Access {
    pub(crate) client: Client,
    pub(crate) user_id: String,
    _sandbox: Option<Sandbox>,
}

impl Access {
    /// Nothing is sent yet; wrong input ends the process with status 2.
    pub(crate) async fn open(args: &Args, report: &Report) -> Result<Self, String> {
        match &args.endpoint {
            Some(endpoint) => service(args, endpoint),
            None => in_process(report).await,
        }
    }
}

fn service(args: &Args, endpoint: &str) -> Result<Access, String> {
    let Some(user_id) = &args.user_id else {
        missing("the user id is missing: give --user-id, or set KOODRIVE_USER_ID");
    };
    build(Client::builder(endpoint).credentials(credentials(args)), user_id, None)
}

async fn in_process(report: &Report) -> Result<Access, String> {
    let sandbox = Sandbox::builder()
        .records(SANDBOX_RECORDS)
        .keep_requests(0)
        .start()
        .await
        .map_err(|e| e.to_string())?;
    let app = AppCredentials::new(sandbox.app_id(), sandbox.app_secret());
    let client = Client::builder(sandbox.url())
        .credentials(app.map_err(|e| e.to_string())?)
        // A proxy would look for the sandbox on its own machine.
        .configure_http(|http| http.no_proxy());
    let user_id = sandbox.user_id().to_owned();
    let access = build(client, &user_id, Some(sandbox))?;
    report.note(&format!(
        "no --endpoint: listing a sandbox in this process, {SANDBOX_RECORDS} made-up records of each module"
    ));
    Ok(access)
}

fn build(client: ClientBuilder, user_id: &str, sandbox: Option<Sandbox>) -> Result<Access, String> {
    let client = client.build();
    // A user id that cannot be one is rather said before anything is opened.
    let checked = client.and_then(|client| client.for_user(user_id).map(|_| client));
    let client = checked.map_err(|e| {
        if e.is_invalid_input() {
            invalid(&e);
        }
        e.to_string()
    })?;
    Ok(Access { client, user_id: user_id.to_owned(), _sandbox: sandbox })
}

fn credentials(args: &Args) -> Credentials {
    match (&args.app_id, secret(APP_SECRET), secret(TOKEN)) {
        (Some(id), Some(secret), _) => {
            AppCredentials::new(id, secret).unwrap_or_else(|e| invalid(&e)).into()
        }
        (None, None, Some(token)) => AccessToken::new(token).unwrap_or_else(|e| invalid(&e)).into(),
        (Some(_), None, None) => missing(&format!("the app secret is missing: set {APP_SECRET}")),
        (Some(_), None, Some(_)) => missing(&format!(
            "the app secret is missing: set {APP_SECRET}; or, to use {TOKEN}, leave --app-id out and unset KOODRIVE_APP_ID"
        )),
        (None, Some(_), None) => {
            missing("the app id is missing: give --app-id, or set KOODRIVE_APP_ID")
        }
        (None, Some(_), Some(_)) => usage(
            ErrorKind::ArgumentConflict,
            &format!(
                "both {APP_SECRET} and {TOKEN} are set: give --app-id to sign as an app, or unset {APP_SECRET} to use the token"
            ),
        ),
        (None, None, None) => missing(&format!(
            "credentials are missing: give --app-id and set {APP_SECRET}, or set {TOKEN}"
        )),
    }
}
