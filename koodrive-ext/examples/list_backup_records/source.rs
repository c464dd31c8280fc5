//! Makes the client: of the service that was named, or of a sandbox in this process.

use clap::error::ErrorKind;
use koodrive_ext::{AppCredentials, Client, ClientBuilder};
use koodrive_sandbox::Sandbox;

use crate::args::{Access, Args, usage};
use crate::report::Report;

const SANDBOX_RECORDS: u64 = 250;

/// A client and, while it is needed, the sandbox that answers it.
pub(crate) struct Source {
    pub(crate) client: Client,
    _sandbox: Option<Sandbox>,
}

pub(crate) async fn open(args: &Args, report: &Report) -> Result<Source, String> {
    match args.access() {
        Some(access) => Ok(Source { client: service(access)?, _sandbox: None }),
        None => in_process(report).await,
    }
}

fn service(access: Access) -> Result<Client, String> {
    let Access { endpoint, user_id, credentials } = access;
    build(Client::builder(endpoint).credentials(credentials).user(user_id))
}

async fn in_process(report: &Report) -> Result<Source, String> {
    let sandbox = Sandbox::builder()
        .records(SANDBOX_RECORDS)
        .keep_requests(0)
        .start()
        .await
        .map_err(|e| e.to_string())?;
    let app = AppCredentials::new(sandbox.app_id(), sandbox.app_secret());
    let client = build(
        Client::builder(sandbox.url())
            .credentials(app.map_err(|e| e.to_string())?)
            .user(sandbox.user_id())
            // A proxy would look for the sandbox on its own machine.
            .configure_http(|http| http.no_proxy()),
    )?;
    report.note(&format!(
        "no --endpoint: listing a sandbox in this process, {SANDBOX_RECORDS} made-up records of each module"
    ));
    Ok(Source { client, _sandbox: Some(sandbox) })
}

fn build(client: ClientBuilder) -> Result<Client, String> {
    client.build().map_err(|e| {
        if e.is_invalid_input() {
            usage(ErrorKind::ValueValidation, &e.to_string());
        }
        e.to_string()
    })
}
