//! One scenario against the sandbox; `cargo xtask interop` sets the environment and reads what is
//! printed.

mod client;
mod signer;
mod vectors;

use std::collections::BTreeSet;

use client::{Credentials, Failure, Outcome, connect, page};
use koodrive_client::apis::configuration::Configuration;
use koodrive_client::models::BackupRecord;

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn to(endpoint: &str, credentials: Credentials) -> Configuration {
    connect(&env(endpoint), &env("KOODRIVE_USER_ID"), credentials, None, None::<vectors::Capture>)
}

async fn every_record(client: Configuration) -> Vec<BackupRecord> {
    let (mut all, mut cursor, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        match page(&client, "101", 40, cursor.as_deref()).await {
            Outcome::Page { records, unreadable: 0, next_cursor } => {
                all.extend(records);
                cursor = next_cursor;
                pages += 1;
            }
            other => panic!("{other:?}"),
        }
        let Some(cursor) = &cursor else { break };
        assert!("+/=&% é".chars().all(|mark| cursor.contains(mark)), "{cursor}");
    }
    assert_eq!((pages, all.len()), (7, 250));
    all
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = env("KOODRIVE_VECTORS");
    let mut count = vectors::signing(&folder);
    println!("ok signing vectors");
    count += vectors::requests(&folder).await;
    println!("ok request vectors");
    let limits = vectors::read(&env("KOODRIVE_LIMITS"));
    let (responses, plain, pages) = vectors::responses(&folder, &env("KOODRIVE_ANSWERS"), &limits["rust"]).await;
    count += responses;
    println!("ok response vectors");

    let app = |secret: String| Credentials::App { id: env("KOODRIVE_APP_ID"), secret };
    let signed = every_record(to("KOODRIVE_ENDPOINT", app(env("KOODRIVE_APP_SECRET")))).await;
    let ids: BTreeSet<_> = signed.iter().map(|record| &record.record_id).collect();
    assert_eq!((ids.len(), signed[0].record_id.as_deref()), (250, Some("1842862763295184641")));
    println!("ok app signature");
    let by_token = every_record(to("KOODRIVE_ENDPOINT", Credentials::Token(env("KOODRIVE_TOKEN")))).await;
    assert_eq!(vectors::told(&by_token), vectors::told(&signed));
    println!("ok token");
    let odd = every_record(to("KOODRIVE_ODD_ENDPOINT", app(env("KOODRIVE_APP_SECRET")))).await;
    assert_eq!(odd.iter().filter(|record| record.module_code.as_deref() == Some("199")).count(), 7);
    assert_eq!(odd.iter().filter(|record| record.status == Some(9)).count(), 7);
    println!("ok unknown values");
    for credentials in [app("another".to_owned()), Credentials::Token("lapsed".to_owned())] {
        let answer = page(&to("KOODRIVE_ENDPOINT", credentials), "101", 40, None).await;
        assert!(matches!(&answer, Outcome::Failure(Failure { http_status: Some(401), unauthorized: true, .. })), "{answer:?}");
    }
    println!("ok refused\nvectors {count}\nread {plain} of {pages}");
}
