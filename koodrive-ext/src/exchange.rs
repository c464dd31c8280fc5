//! The exchange behind every generated operation: attempts, and the pauses between them.

pub(crate) mod answer;
pub(crate) mod attempt;
pub(crate) mod budget;
pub(crate) mod caller;
pub(crate) mod ledger;
pub(crate) mod redact;
pub(crate) mod remedy;
pub(crate) mod retry;
pub(crate) mod retry_after;
pub(crate) mod scan;
pub(crate) mod shared;
pub(crate) mod skew;
pub(crate) mod span;
pub(crate) mod throttle;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, Method};
use koodrive_api::{BoxError, Exchange, ExchangeFuture, Transport};
use reqwest::{Request, ResponseBuilderExt as _};
use tracing::Instrument as _;
use url::Url;

use crate::error::outcome::Outcome;
use crate::error::what::What;
use crate::error::{Context, Error};
use crate::exchange::attempt::{Attempt, Received, attempt};
use crate::exchange::caller::Caller;
use crate::exchange::ledger::Ledger;
use crate::exchange::remedy::{Allowance, Next, Refusal, Spent};
use crate::exchange::skew::date_of;
use crate::exchange::throttle::Place;
use crate::signing::canonical::canonical;

/// progenitor adds it to every request; the contract does not know it.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// Carries out exchanges for one caller, counted in one ledger.
pub(crate) struct Exchanger {
    pub(crate) caller: Caller,
    pub(crate) ledger: Arc<Ledger>,
}

impl Caller {
    /// A generated client whose calls are counted in `ledger`.
    pub(crate) fn api(&self, ledger: Arc<Ledger>) -> koodrive_api::Client {
        let exchanger = Exchanger { caller: self.clone(), ledger };
        koodrive_api::Client::new_with_client(
            &self.base,
            self.http.clone(),
            Transport::new(exchanger),
        )
    }
}

impl Exchange for Exchanger {
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: Request,
        operation: &'static str,
    ) -> ExchangeFuture<'a> {
        Box::pin(async move {
            let received = self.run(http, request, operation).await?;
            into_response(received).map_err(BoxError::from)
        })
    }
}

impl Exchanger {
    async fn run(
        &self,
        http: &reqwest::Client,
        mut request: Request,
        operation: &'static str,
    ) -> Result<Received, Error> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::new(What::NoRuntime));
        }
        self.prepare(&mut request);
        let started = self.caller.shared.clock.elapsed();
        let mut spent = Spent::default();
        loop {
            let place = match self.enter(started).await {
                Ok(place) => place,
                Err(error) => return Err(self.placed(error, &spent, started, None)),
            };
            let again = request.try_clone();
            let is_repeatable = again.is_some() && is_idempotent(request.method());
            let limit = self.caller.retry().attempt_timeout.min(self.remaining(started));
            let span = span::attempt_span(&request, operation, spent.tries + 1);
            let Attempt { was_sent, result } =
                attempt(&self.caller, http, request, &spent.trial, limit)
                    .instrument(span.clone())
                    .await;
            span::attempt_ended(&span, &result);
            if was_sent {
                self.ledger.count(spent.attempts > 0);
            }
            spent.tries += 1;
            spent.attempts += u32::from(was_sent);
            let refusal = match result {
                Ok(received) => {
                    self.succeeded(&received, &spent, started);
                    return Ok(received);
                }
                Err(refusal) => refusal,
            };
            self.heed(&refusal.error, &place);
            drop(place);
            let next = self.next(&refusal, &mut spent, is_repeatable, started);
            match (next, again) {
                (Next::Again(pause), Some(again)) => {
                    span::retrying(&span, pause, &refusal.error);
                    if !pause.is_zero() {
                        self.caller.shared.clock.sleep(pause).await;
                    }
                    request = again;
                }
                (Next::GiveUp(reason), _) => {
                    return Err(self.placed(refusal.error, &spent, started, reason));
                }
                (Next::Again(_), None) => {
                    return Err(self.placed(refusal.error, &spent, started, None));
                }
            }
        }
    }

    /// Takes off what the contract does not know, adds this caller's headers, and spells the query
    /// as it will be signed, so that no two readings of `+`, `~` or `*` can differ.
    fn prepare(&self, request: &mut Request) {
        request.headers_mut().remove(API_VERSION);
        for (name, value) in &self.caller.headers {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        spell_query(request.url_mut());
    }

    /// Waits until the shared pace of the client lets another request go out.
    async fn enter(&self, started: Duration) -> Result<Place<'_>, Error> {
        let shared = &*self.caller.shared;
        let stay = self.caller.retry().attempt_timeout;
        let patience = self.remaining(started);
        let place = shared.throttle.enter(&*shared.clock, &*shared.random, stay, patience).await;
        place.map_err(|pause| {
            Error::with_outcome(What::Held(pause), Outcome::Transient(Some(pause)))
        })
    }

    /// Slows all calls down, where the service asks for it: 429, or 503 with `Retry-After`.
    fn heed(&self, error: &Error, place: &Place<'_>) {
        let pause = error.retry_after();
        let is_asked = error.http_status() == Some(503) && pause.is_some();
        if error.is_throttled() || is_asked {
            let shared = &*self.caller.shared;
            let pause = pause.unwrap_or_default().min(self.caller.retry().deadline);
            shared.throttle.slow_down(place, pause, shared.clock.elapsed());
        }
    }

    fn next(
        &self,
        refusal: &Refusal,
        spent: &mut Spent,
        is_repeatable: bool,
        started: Duration,
    ) -> Next {
        let shared = &*self.caller.shared;
        let retry = self.caller.retry();
        let allowance = Allowance {
            is_repeatable,
            max_attempts: retry.max_attempts,
            remaining: self.remaining(started),
            backoff: retry.backoff.pause(spent.tries, &*shared.random),
        };
        spent.next(refusal, &allowance, || shared.budget.take())
    }

    fn succeeded(&self, received: &Received, spent: &Spent, started: Duration) {
        let shared = &*self.caller.shared;
        shared.budget.refill();
        shared.throttle.speed_up();
        if let Some(seconds) = spent.trial.skew {
            shared.skew.accept(seconds);
        }
        let context = Context {
            attempts: spent.attempts,
            elapsed: Some(self.since(started)),
            request_id: answer::request_id(&received.headers)
                .map(|id| received.redactor.clean(&id)),
            date: date_of(&received.headers),
            ..Context::default()
        };
        self.ledger.remember(context, received.redactor.clone(), &received.body);
    }

    fn since(&self, started: Duration) -> Duration {
        self.caller.shared.clock.elapsed().saturating_sub(started)
    }

    fn remaining(&self, started: Duration) -> Duration {
        self.caller.retry().deadline.saturating_sub(self.since(started))
    }

    fn placed(
        &self,
        error: Error,
        spent: &Spent,
        started: Duration,
        gave_up: Option<&'static str>,
    ) -> Error {
        let elapsed = self.since(started);
        error.with_context(|context| {
            context.attempts = spent.attempts;
            context.elapsed = Some(elapsed);
            context.gave_up = gave_up.map(str::to_owned);
        })
    }
}

pub(crate) fn spell_query(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let spelled = match canonical(query) {
        Cow::Borrowed(query) if !query.is_empty() => return,
        spelled => spelled.into_owned(),
    };
    url.set_query(Some(&*spelled).filter(|query| !query.is_empty()));
}

/// Source: RFC 9110, section 9.2.2.
fn is_idempotent(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE].contains(method)
}

/// The response again, for the generated code to decode; without its URL set it would have none.
fn into_response(received: Received) -> Result<reqwest::Response, Error> {
    let Received { status, version, headers, url, body, .. } = received;
    let mut response = http::Response::builder()
        .status(status)
        .version(version)
        .url(url)
        .body(reqwest::Body::from(body))
        .map_err(|e| Error::transient(What::CutOff).caused_by(e))?;
    *response.headers_mut() = headers;
    Ok(response.into())
}

#[cfg(test)]
mod tests;
