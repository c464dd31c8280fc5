//! The loop that one writes by hand: reqwest, strict structs, a signature by string formatting. It
//! has no retry, no checkpoint, no clock correction, and loses a page with an odd record.

use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};
use hmac::{Hmac, KeyInit as _, Mac as _};
use koodrive_ext::XDate;
use sha2::{Digest as _, Sha256};

use crate::input::{APP_ID, APP_SECRET, USER_ID};
use crate::peer::strict;

const PATH: &str = "/koodrive/ose/v1/backup/record";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Lists everything that `address` has; returns how many records.
pub async fn list(http: &reqwest::Client, address: &str) -> Result<u64> {
    let (mut cursor, mut records) = (None, 0);
    loop {
        let page = fetch(http, address, cursor.as_deref()).await?;
        for record in page.data {
            records += u64::from(record.record_id.is_some());
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(records);
        }
    }
}

async fn fetch(
    http: &reqwest::Client,
    address: &str,
    cursor: Option<&str>,
) -> Result<strict::Page> {
    let query = match cursor {
        // In order and free of escapes, which saves the loop that signing needs in general.
        Some(cursor) => format!("cursor={cursor}&moduleCode=101&pageSize=100"),
        None => "moduleCode=101&pageSize=100".to_owned(),
    };
    let date = XDate::at(SystemTime::now()).to_string();
    let canonical = format!(
        "GET\n{PATH}/\n{query}\nhost:{address}\nx-date:{date}\nx-user-id:{USER_ID}\n\nhost;x-date;x-user-id\n{EMPTY}"
    );
    let to_sign = format!("HMAC-SHA256\n{}", hex(&Sha256::digest(canonical)));
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes())?;
    mac.update(to_sign.as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    let answer = http
        .get(format!("http://{address}{PATH}?{query}"))
        .header("x-user-id", USER_ID)
        .header("x-date", date)
        .header(
            "authorization",
            format!("HMAC-SHA256 AppId={APP_ID},SignedHeaders=host;x-date;x-user-id,Signature={signature}"),
        )
        .send()
        .await?
        .error_for_status()?;
    let page = strict::decode(&answer.bytes().await?).context("a page")?;
    ensure!(page.code == 0, "code {}", page.code);
    Ok(page)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
