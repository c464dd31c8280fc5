//! One attempt: sign, send, read. Signing comes last before sending, after every wait.

use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use reqwest::Request;
use url::Url;

use crate::clock::Wait;
use crate::credentials::Source;
use crate::credentials::token::AccessToken;
use crate::error::Error;
use crate::error::outcome::Outcome;
use crate::error::what::What;
use crate::exchange::answer;
use crate::exchange::caller::Caller;
use crate::exchange::redact::Redactor;
use crate::exchange::remedy::{Refusal, Trial};
use crate::exchange::retry_after::retry_after;
use crate::exchange::skew::{Refused, date_at};
use crate::signing::canonical::{EMPTY_SHA256, body_sha256};
use crate::signing::signature::{SigningRequest, prove_spelled};
use crate::signing::x_date::XDate;

pub(crate) const X_DATE: HeaderName = HeaderName::from_static("x-date");
pub(crate) const X_USER_ID: HeaderName = HeaderName::from_static("x-user-id");

/// A success, read to its end.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) version: http::Version,
    pub(crate) headers: HeaderMap,
    pub(crate) url: Url,
    pub(crate) body: Bytes,
    pub(crate) redactor: Redactor,
}

/// What became of an attempt.
pub(crate) struct Attempt {
    /// Whether a request went out.
    pub(crate) was_sent: bool,
    pub(crate) result: Result<Received, Refusal>,
}

/// The credentials sent with an attempt, and what to redact from its answer.
struct Shown {
    date: XDate,
    offset: i64,
    token: Option<AccessToken>,
    redactor: Redactor,
}

/// Carries out one attempt within `limit`.
pub(crate) async fn attempt(
    caller: &Caller,
    http: &reqwest::Client,
    mut request: Request,
    trial: &Trial,
    limit: Duration,
) -> Attempt {
    let shared = &*caller.shared;
    let was_sent = AtomicBool::new(false);
    let work = async {
        let shown = authenticate(caller, trial, &mut request).await?;
        let url = request.url().clone();
        was_sent.store(true, Ordering::Relaxed);
        let response = http.execute(request).await.map_err(transport_error)?;
        let now = shared.clock.now();
        let server_time = shared.skew.server_time(response.headers());
        let pause = retry_after(response.headers(), now);
        let received = read(response, url, shared.max_body, shown.redactor).await?;
        let status = received.status.as_u16();
        match answer::judge(status, &received.headers, &received.body, &received.redactor) {
            Ok(()) => Ok(received),
            Err(error) => {
                let is_unauthorized = error.is_unauthorized();
                let (sent, offset) = (shown.date, shown.offset);
                let refused = Refused { sent, offset, server_time, now, is_unauthorized };
                Err(refusal(caller, error, pause, &refused, shown.token))
            }
        }
    };
    let timeout = || Err(Error::transient(What::Timeout(limit)).into());
    let result = within(shared.clock.timeout(limit), work).await.unwrap_or_else(timeout);
    Attempt { was_sent: was_sent.into_inner(), result }
}

/// Puts user, date and authorization on the request, replacing what may be there.
async fn authenticate(
    caller: &Caller,
    trial: &Trial,
    request: &mut Request,
) -> Result<Shown, Error> {
    let shared = &*caller.shared;
    let mut redactor = Redactor::new(caller.sensitive, request.url());
    // A header of the caller's own may be a key to its gateway.
    caller.headers.values().flat_map(|value| value.to_str()).for_each(|text| redactor.add(text));
    let headers = request.headers_mut();
    for stale in [X_DATE, X_USER_ID, header::AUTHORIZATION, header::HOST] {
        headers.remove(stale);
    }
    headers.insert(X_USER_ID, caller.user.as_header().clone());
    if let Some(host) = &shared.signing.host {
        headers.insert(header::HOST, host.clone());
    }
    let token = match &shared.source {
        Source::App(_) => None,
        Source::Token(token) => Some(token.clone()),
        Source::Provider(provider) => {
            let user = caller.user.as_str();
            Some(shared.tokens.token(&**provider, user, trial.refused.as_ref()).await?)
        }
    };
    // After the last wait.
    let offset = trial.skew.unwrap_or_else(|| shared.skew.seconds());
    let date = date_at(shared.clock.now(), offset, shared.signing.margin);
    let authorization = match (&shared.source, &token) {
        (Source::App(app), _) => {
            let proof = prove_spelled(
                SigningRequest::new(
                    request.method(),
                    request.url(),
                    request.headers(),
                    &hash_of(request)?,
                ),
                app,
                date,
                &shared.signing.headers,
            )?;
            redactor.add(proof.signature.as_str());
            proof.authorization
        }
        (_, Some(token)) => {
            redactor.add(token.expose_bare());
            token.authorization()?
        }
        (_, None) => return Err(Error::invalid("there is neither an app nor a token")),
    };
    let headers = request.headers_mut();
    let value = HeaderValue::from_str(date.text().as_str())
        .map_err(|_| Error::invalid("the date is not a header value"))?;
    headers.insert(X_DATE, value);
    headers.insert(header::AUTHORIZATION, authorization);
    Ok(Shown { date, offset, token, redactor })
}

fn hash_of(request: &Request) -> Result<String, Error> {
    let Some(body) = request.body() else { return Ok(EMPTY_SHA256.to_owned()) };
    let bytes = body
        .as_bytes()
        .ok_or_else(|| Error::invalid("a streamed body cannot be signed: send it from memory"))?;
    Ok(body_sha256(bytes))
}

/// Reads a success to its end; of a failure, as much as comes and may be kept, since its status
/// says enough.
async fn read(
    mut response: reqwest::Response,
    url: Url,
    limit: u64,
    redactor: Redactor,
) -> Result<Received, Error> {
    let is_success = response.status().is_success();
    let too_large = || Error::new(What::BodyTooLarge(limit));
    if is_success && response.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let (status, version) = (response.status(), response.version());
    let headers = std::mem::take(response.headers_mut());
    let first = match response.chunk().await {
        Ok(chunk) => chunk.unwrap_or_default(),
        Err(error) if is_success => return Err(transport_error(error)),
        Err(_) => Bytes::new(),
    };
    let mut body = BytesMut::from(first);
    loop {
        if body.len() as u64 > limit {
            if is_success {
                return Err(too_large());
            }
            break;
        }
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Err(error) if is_success => return Err(transport_error(error)),
            Ok(None) | Err(_) => break,
        }
    }
    Ok(Received { status, version, headers, url, body: body.freeze(), redactor })
}

fn transport_error(error: reqwest::Error) -> Error {
    if error.is_builder() {
        return Error::invalid("the request cannot be built").caused_by(error.without_url());
    }
    let what = if error.is_connect() { What::Connect } else { What::CutOff };
    // The URL holds the cursor.
    Error::transient(what).caused_by(error.without_url())
}

/// Decides what the failure means, and finds all that may fix it.
fn refusal(
    caller: &Caller,
    error: Error,
    pause: Option<Duration>,
    refused: &Refused,
    token: Option<AccessToken>,
) -> Refusal {
    let shared = &*caller.shared;
    let Some(answer) = error.answer() else { return error.into() };
    let is_refusal = matches!(answer.status, 400 | 401 | 403) || refused.is_unauthorized;
    let date = if is_refusal { shared.skew.remedy(refused) } else { None };
    let has_provider = shared.source.provider().is_some();
    let token = token.filter(|_| refused.is_unauthorized && has_provider);
    let is_named = answer.code.as_ref().is_some_and(|code| caller.retry().codes.contains(code));
    let is_transient = answer.is_transient() || is_named || token.is_some();
    let outcome = if is_transient { Outcome::Transient(pause) } else { Outcome::Final };
    Refusal { error: error.decided(outcome), date, token }
}

/// The outcome of `work`, or `None` when `limit` ends first.
pub(crate) async fn within<T>(mut limit: Wait, work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => limit.as_mut().poll(cx).map(|()| None),
    })
    .await
}
