//! What fuzzers and benches call, which nobody else can: compiled with `--cfg fuzzing` or
//! `--cfg koodrive_internals` alone.

mod ready;

use std::time::SystemTime;

use http::{HeaderMap, HeaderValue, Method};
use url::Url;

use crate::credentials::app::AppCredentials;
use crate::error::Error;
use crate::exchange::answer::judge;
use crate::exchange::redact::Redactor;
use crate::exchange::retry_after;
use crate::exchange::skew::Skew;
use crate::exchange::spell_query;
use crate::listing::decode::tolerant;
use crate::signing::canonical::EMPTY_SHA256;
use crate::signing::signature::{SigningRequest, prove_spelled};
use crate::signing::signed_headers::SignedHeaders;
use crate::signing::x_date::XDate;

/// The judgement of an answer.
pub fn judge_answer(status: u16, body: &[u8]) -> Result<(), Error> {
    judge(status, &HeaderMap::new(), body, &Redactor::default())
}

/// The reading of a page element by element: how many there are.
pub fn read_page(body: &[u8]) -> Result<usize, Error> {
    let content = tolerant::<koodrive_api::types::BackupRecord>(body, &Redactor::default())?;
    Ok(content.items.len())
}

/// What signs a request: its query is spelled, and its `Authorization` made.
pub fn authorize(
    url: &mut Url,
    headers: &HeaderMap,
    app: &AppCredentials,
    date: XDate,
    signed: &SignedHeaders,
) -> Result<HeaderValue, Error> {
    spell_query(url);
    let request = SigningRequest::new(&Method::GET, url, headers, EMPTY_SHA256);
    Ok(prove_spelled(request, app, date, signed)?.authorization)
}

pub use crate::internals::ready::items_of;

/// `Retry-After`, as the pause in seconds.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<u64> {
    retry_after::retry_after(headers, now).map(|pause| pause.as_secs())
}

/// `Date`, and the difference that it shows.
pub fn date(headers: &HeaderMap) -> Option<SystemTime> {
    Skew::new(true).server_time(headers)
}
