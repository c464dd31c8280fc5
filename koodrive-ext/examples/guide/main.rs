//! The guide: one short file per subject, each what an application would copy.
//!
//! `cargo run --example guide` lists them; `cargo run --example guide -- resume` runs one against
//! a sandbox that it starts.

mod axum_errors;
mod blocking;
mod many_users;
mod paused_time;
mod proxy_and_ca;
mod resume;
mod spans;
mod times;
mod token_provider;

use std::error::Error;

use koodrive_ext::{AppCredentials, Client};
use koodrive_sandbox::Sandbox;

const SUBJECTS: &[(&str, &str)] = &[
    ("resume", "go on after a crash, from a checkpoint in a file"),
    ("token_provider", "sign users in, and renew their tokens"),
    ("many_users", "all modules of many users, side by side"),
    ("axum_errors", "what a service answers its own caller"),
    ("spans", "what there is to trace, and in OpenTelemetry"),
    ("proxy_and_ca", "through a proxy, with a certificate authority of one's own"),
    ("paused_time", "test pauses and deadlines without waiting"),
    ("blocking", "call it from code that is not async"),
    ("times", "convert times to other crates' types"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let Some(subject) = std::env::args().nth(1) else {
        for (name, what) in SUBJECTS {
            println!("{name:16} {what}");
        }
        return Ok(());
    };
    match subject.as_str() {
        "blocking" => return blocking::run(),
        "paused_time" => return paused_time::run(),
        _ => {}
    }
    tokio::runtime::Runtime::new()?.block_on(async {
        let sandbox = Sandbox::builder().records(250).start().await?;
        match subject.as_str() {
            "resume" => resume::run(&client(&sandbox)?.for_user(sandbox.user_id())?).await,
            "token_provider" => token_provider::run(&sandbox).await,
            "many_users" => many_users::run(&client(&sandbox)?, sandbox.user_id()).await,
            "axum_errors" => axum_errors::run(client(&sandbox)?, sandbox.user_id()).await,
            "spans" => spans::run(&client(&sandbox)?.for_user(sandbox.user_id())?).await,
            "proxy_and_ca" => proxy_and_ca::run(),
            "times" => times::run(&client(&sandbox)?.for_user(sandbox.user_id())?).await,
            other => Err(format!("{other:?} is not a subject; without one they are listed").into()),
        }
    })
}

/// A client of the sandbox; an application reads endpoint and secret from its configuration.
fn client(sandbox: &Sandbox) -> Result<Client, koodrive_ext::Error> {
    Client::builder(sandbox.url())
        .credentials(AppCredentials::new(sandbox.app_id(), sandbox.app_secret())?)
        .configure_http(|http| http.no_proxy())
        .build()
}
