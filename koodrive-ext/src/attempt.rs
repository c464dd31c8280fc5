//! One attempt: sign, send, read. Signing comes last before sending, after every wait.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, StatusCode, header};
use reqwest::Request;
use url::Url;

use crate::answer::{self, Hidden};
use crate::client::Core;
use crate::credentials::Source;
use crate::error::Kind;
use crate::identifier::UserId;
use crate::retry_after::retry_after;
use crate::signing::{self, SigningRequest};
use crate::{AccessToken, Error, XDate};

pub(crate) const X_DATE: HeaderName = HeaderName::from_static("x-date");
pub(crate) const X_USER_ID: HeaderName = HeaderName::from_static("x-user-id");

/// A success, read to its end.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) version: http::Version,
    pub(crate) headers: HeaderMap,
    pub(crate) url: Url,
    pub(crate) body: Bytes,
}

/// A failure and what may mend it.
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) remedy: Remedy,
}

pub(crate) enum Remedy {
    /// Nothing that this call could do.
    None,
    /// Time; the answer may have said how much.
    Wait(Option<Duration>),
    /// The date was outside the service's window, which is known better now.
    NewDate,
    /// Another token.
    NewToken(AccessToken),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, remedy: Remedy::None }
    }
}

/// What the service is shown, and what to remember of it.
struct Shown {
    date: XDate,
    token: Option<AccessToken>,
    hidden: Hidden,
}

/// Carries out one attempt within `limit`.
pub(crate) async fn attempt(
    core: &Core,
    http: &reqwest::Client,
    user: &UserId,
    mut request: Request,
    limit: Duration,
    on_send: impl FnOnce() + Send,
) -> Result<Received, Failure> {
    let work = async {
        let shown = authenticate(core, user, &mut request).await?;
        let url = request.url().clone();
        on_send();
        let response = http.execute(request).await.map_err(transport_failure)?;
        let now = core.clock.now();
        let there = core.skew.told_by(&url, response.headers());
        let pause = retry_after(response.headers(), now);
        let received = read(response, url, core.max_body).await?;
        let judged = answer::judge(
            received.status.as_u16(),
            &received.headers,
            &received.body,
            &shown.hidden,
        );
        match judged {
            Ok(()) => Ok(received),
            Err(error) => {
                let clock = |unauthorized| core.skew.correct(shown.date, there, now, unauthorized);
                Err(refused(core, error, pause, clock, shown.token))
            }
        }
    };
    within(core.clock.timeout(limit), work).await.unwrap_or_else(|| {
        Err(Failure { error: Error::new(Kind::Timeout(limit)), remedy: Remedy::Wait(None) })
    })
}

/// Puts user, date and authorization on the request, replacing what may be there.
async fn authenticate(core: &Core, user: &UserId, request: &mut Request) -> Result<Shown, Error> {
    let mut hidden = cursor_of(request.url());
    let headers = request.headers_mut();
    for stale in [X_DATE, X_USER_ID, header::AUTHORIZATION, header::HOST] {
        headers.remove(stale);
    }
    headers.insert(X_USER_ID, user.as_header().clone());
    if let Some(host) = &core.signing.host {
        headers.insert(header::HOST, host.clone());
    }
    let token = match &core.source {
        Source::App(_) => None,
        Source::Token(token) => Some(token.clone()),
        Source::Provider(provider) => Some(core.tokens.get(provider.as_ref()).await?),
    };
    // After the last wait.
    let date = core.skew.date(core.clock.now(), core.signing.margin);
    let authorization = match (&core.source, &token) {
        (Source::App(app), _) => {
            let body = match request.body() {
                None => &[][..],
                Some(body) => body.as_bytes().ok_or_else(|| {
                    Error::invalid("a streamed body cannot be signed: send it from memory")
                })?,
            };
            let signed = signing::sign(
                SigningRequest {
                    method: request.method(),
                    url: request.url(),
                    headers: request.headers(),
                    body_sha256: &signing::body_sha256(body),
                },
                app,
                date,
                &core.signing.headers,
            )?;
            hidden.add(signed.signature());
            signed.authorization().clone()
        }
        (_, Some(token)) => {
            hidden.add(token.expose_bare());
            token.authorization()?
        }
        (_, None) => return Err(Error::invalid("there is neither an app nor a token")),
    };
    let headers = request.headers_mut();
    let date_value = date.to_string().parse();
    headers
        .insert(X_DATE, date_value.map_err(|_| Error::invalid("the date is not a header value"))?);
    headers.insert(header::AUTHORIZATION, authorization);
    Ok(Shown { date, token, hidden })
}

/// The cursor that the request asks by, as text and as it is written in the URL.
fn cursor_of(url: &Url) -> Hidden {
    let mut hidden = Hidden::default();
    for (name, value) in url.query_pairs() {
        if name == "cursor" {
            hidden.add(value);
        }
    }
    for piece in url.query().unwrap_or_default().split('&') {
        if let Some(written) = piece.strip_prefix("cursor=") {
            hidden.add(written);
        }
    }
    hidden
}

/// Reads a success to its end; of a failure, as much as comes and may be kept, since its status
/// says enough.
async fn read(mut response: reqwest::Response, url: Url, limit: u64) -> Result<Received, Failure> {
    let success = response.status().is_success();
    let too_large = || Failure::from(Error::new(Kind::BodyTooLarge(limit)));
    if success && response.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Err(error) if success => return Err(transport_failure(error)),
            Ok(None) | Err(_) => break,
        };
        if (body.len() + chunk.len()) as u64 > limit {
            if success {
                return Err(too_large());
            }
            break;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Received {
        status: response.status(),
        version: response.version(),
        headers: response.headers().clone(),
        url,
        body: body.freeze(),
    })
}

fn transport_failure(error: reqwest::Error) -> Failure {
    if error.is_builder() {
        let error = Error::invalid("the request cannot be built").with_source(error.without_url());
        return error.into();
    }
    let kind = if error.is_connect() { Kind::Connect } else { Kind::CutOff };
    // The URL holds the cursor.
    let error = Error::new(kind).with_source(error.without_url());
    Failure { error, remedy: Remedy::Wait(None) }
}

/// Finds what may mend a refusal.
fn refused(
    core: &Core,
    error: Error,
    pause: Option<Duration>,
    correct_clock: impl FnOnce(bool) -> bool,
    token: Option<AccessToken>,
) -> Failure {
    let error = error.with_answer(|answer| {
        answer.retryable_code =
            answer.code.as_ref().is_some_and(|code| core.retry.codes.contains(code));
        // 400 is how the general page of the API reference has a failed authentication.
        answer.renewable = core.source.provider().is_some() && matches!(answer.status, 400 | 401);
    });
    let error = error.with_context(|context| context.retry_after = pause);
    let remedy = match error.kind() {
        Kind::Answer(answer) if matches!(answer.status, 400 | 401 | 403) => {
            let refused = answer.is_unauthorized();
            match token {
                _ if correct_clock(refused) => Remedy::NewDate,
                Some(token) if refused && answer.renewable => Remedy::NewToken(token),
                _ if answer.retryable_code => Remedy::Wait(pause),
                _ => Remedy::None,
            }
        }
        Kind::Answer(answer) if answer.is_retryable() => Remedy::Wait(pause),
        Kind::CutOff => Remedy::Wait(None),
        _ => Remedy::None,
    };
    Failure { error, remedy }
}

/// The outcome of `work`, or `None` when `limit` ends first.
pub(crate) async fn within<T>(
    limit: crate::clock::Wait,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = std::pin::pin!(work);
    let mut limit = limit;
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => limit.as_mut().poll(cx).map(|()| None),
    })
    .await
}
