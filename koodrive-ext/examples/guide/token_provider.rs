//! Sign users in, and renew their tokens when the service refuses them.

use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};

use koodrive_ext::{AccessToken, Client, ModuleCode, TokenFuture, TokenProvider, TokenRequest};
use koodrive_sandbox::Sandbox;

/// Where tokens come from: an identity service, in an application.
struct SignIn {
    token: String,
    asked: AtomicU32,
}

impl TokenProvider for SignIn {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async move {
            let first = self.asked.fetch_add(1, Ordering::Relaxed) == 0;
            let why = if request.refused().is_some() { "refused" } else { "needed" };
            println!("a token of user {} is {why}", request.user_id());
            // The first one has lapsed, so that this example shows a renewal.
            Ok(AccessToken::new(if first { "lapsed-token" } else { &self.token })?)
        })
    }
}

pub(crate) async fn run(sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    let client = Client::builder(sandbox.url())
        .credentials(SignIn { token: sandbox.token().to_owned(), asked: AtomicU32::new(0) })
        .configure_http(|http| http.no_proxy())
        .build()?;
    let user = client.for_user(sandbox.user_id())?;
    let records = user.backup_records(ModuleCode::AlbumBackup).records().try_collect().await?;
    println!("{} records", records.len());
    Ok(())
}
