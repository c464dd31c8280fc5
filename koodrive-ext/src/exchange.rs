//! The exchange behind every generated operation: attempts, and the pauses between them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderName, Method};
use koodrive_api::{BoxError, Exchange, ExchangeFuture};
use reqwest::{Request, ResponseBuilderExt as _};
use tracing::Instrument as _;

use crate::attempt::{Failure, Received, Remedy, attempt, within};
use crate::client::Core;
use crate::error::{Context, Kind};
use crate::identifier::UserId;
use crate::{AccessToken, Error, answer, signing, telemetry};

/// progenitor adds it to every request; the contract does not know it.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// Requests that were sent, and how many of them were repetitions.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    requests: AtomicU64,
    retries: AtomicU64,
    /// Of the last answer that was a success, in case it cannot be decoded.
    last: Mutex<Context>,
}

impl Ledger {
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// What is to be said of the last success.
    pub(crate) fn last(&self) -> Context {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, attempt: u32) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if attempt > 1 {
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Carries out exchanges for one user, counted in one ledger.
pub(crate) struct Exchanger {
    pub(crate) core: Arc<Core>,
    pub(crate) user: UserId,
    pub(crate) ledger: Arc<Ledger>,
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

/// What one exchange has used up.
struct Spent {
    started: Duration,
    attempts: u32,
    /// A measured clock difference mends a refusal once.
    redated: bool,
    /// A token is renewed once.
    renewed: bool,
}

/// What to do after a failure.
enum Step {
    Again(Duration),
    GiveUp(Option<&'static str>),
}

impl Exchanger {
    async fn run(
        &self,
        http: &reqwest::Client,
        mut request: Request,
        operation: &'static str,
    ) -> Result<Received, Error> {
        prepare(&mut request);
        let core = &*self.core;
        let mut spent =
            Spent { started: core.clock.elapsed(), attempts: 0, redated: false, renewed: false };
        loop {
            let again = request.try_clone();
            let repeatable = again.is_some() && is_idempotent(request.method());
            let attempts = spent.attempts + 1;
            let sent = AtomicBool::new(false);
            let on_send = || {
                sent.store(true, Ordering::Relaxed);
                self.ledger.count(attempts);
            };
            let limit = core.retry.attempt_timeout.min(self.remaining(&spent));
            let span = telemetry::attempt_span(&request, operation, attempts);
            let outcome = attempt(core, http, &self.user, request, limit, on_send)
                .instrument(span.clone())
                .await;
            spent.attempts += u32::from(sent.into_inner());
            telemetry::attempt_ended(&span, &outcome);
            let failure = match outcome {
                Ok(received) => {
                    core.budget.refill();
                    self.remember(&received, &spent);
                    return Ok(received);
                }
                Err(failure) => failure,
            };
            let step = match self.step(&failure, &mut spent, repeatable).await {
                Ok(step) => step,
                Err(error) => return Err(self.placed(error, &spent, None)),
            };
            match (step, again) {
                (Step::Again(pause), Some(next)) => {
                    telemetry::retrying(&span, pause, &failure.error);
                    if !pause.is_zero() {
                        core.clock.sleep(pause).await;
                    }
                    request = next;
                }
                (Step::GiveUp(reason), _) => {
                    return Err(self.placed(failure.error, &spent, reason));
                }
                (Step::Again(_), None) => return Err(self.placed(failure.error, &spent, None)),
            }
        }
    }

    async fn step(
        &self,
        failure: &Failure,
        spent: &mut Spent,
        repeatable: bool,
    ) -> Result<Step, Error> {
        let core = &*self.core;
        let asked = match &failure.remedy {
            Remedy::None => return Ok(Step::GiveUp(None)),
            _ if !repeatable => {
                return Ok(Step::GiveUp(Some("not a call that can be repeated safely")));
            }
            Remedy::NewDate if spent.redated => return Ok(Step::GiveUp(None)),
            Remedy::NewDate => {
                spent.redated = true;
                return Ok(Step::Again(Duration::ZERO));
            }
            Remedy::NewToken(_) if spent.renewed => return Ok(Step::GiveUp(None)),
            Remedy::NewToken(refused) => {
                spent.renewed = true;
                return self.renew(refused, spent).await;
            }
            Remedy::Wait(asked) => *asked,
        };
        if spent.attempts >= core.retry.attempts.max(1) {
            return Ok(Step::GiveUp(None));
        }
        let pause = core.retry.backoff.pause(spent.attempts, &*core.random);
        let pause = pause.max(asked.unwrap_or_default());
        if pause >= self.remaining(spent) {
            return Ok(Step::GiveUp(Some("the deadline leaves no time for another attempt")));
        }
        if !core.budget.take() {
            return Ok(Step::GiveUp(Some("the retry budget of this client is used up")));
        }
        Ok(Step::Again(pause))
    }

    /// Renews the token, within what is left of the deadline.
    async fn renew(&self, refused: &AccessToken, spent: &Spent) -> Result<Step, Error> {
        let core = &*self.core;
        let Some(provider) = core.source.provider() else { return Ok(Step::GiveUp(None)) };
        let limit = self.remaining(spent);
        match within(core.clock.timeout(limit), core.tokens.renew(provider, refused)).await {
            Some(renewed) => renewed.map(|()| Step::Again(Duration::ZERO)),
            None => Err(Error::new(Kind::Timeout(limit))),
        }
    }

    fn remember(&self, received: &Received, spent: &Spent) {
        let context = Context {
            attempts: spent.attempts,
            elapsed: Some(self.core.clock.elapsed().saturating_sub(spent.started)),
            request_id: answer::request_id(&received.headers),
            ..Context::default()
        };
        *self.ledger.last.lock().unwrap_or_else(PoisonError::into_inner) = context;
    }

    fn remaining(&self, spent: &Spent) -> Duration {
        let used = self.core.clock.elapsed().saturating_sub(spent.started);
        self.core.retry.deadline.saturating_sub(used)
    }

    fn placed(&self, error: Error, spent: &Spent, gave_up: Option<&'static str>) -> Error {
        let elapsed = self.core.clock.elapsed().saturating_sub(spent.started);
        error.with_context(|context| {
            context.attempts = spent.attempts;
            context.elapsed = Some(elapsed);
            context.gave_up = gave_up;
        })
    }
}

/// Takes off what the contract does not know, and spells the query as it will be signed, so that
/// no two readings of `+`, `~` or `*` can differ.
fn prepare(request: &mut Request) {
    request.headers_mut().remove(API_VERSION);
    if request.url().query().is_some() {
        let query = signing::canonical_query(request.url());
        request.url_mut().set_query(Some(&query).filter(|q| !q.is_empty()).map(String::as_str));
    }
}

/// Source: RFC 9110, section 9.2.2.
fn is_idempotent(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE].contains(method)
}

/// The response again, for the generated code to decode; without its URL set it would have none.
fn into_response(received: Received) -> Result<reqwest::Response, Error> {
    let Received { status, version, headers, url, body } = received;
    let mut response = http::Response::builder()
        .status(status)
        .version(version)
        .url(url)
        .body(reqwest::Body::from(body))
        .map_err(|e| Error::new(Kind::CutOff).with_source(e))?;
    *response.headers_mut() = headers;
    Ok(response.into())
}

#[cfg(test)]
mod tests {
    use koodrive_sandbox::Sandbox;

    use super::*;
    use crate::{AppCredentials, Client};

    async fn sent(method: Method, body: Option<reqwest::Body>) -> (usize, Error) {
        let fault = "*:reset".parse().expect("a fault");
        let sandbox = Sandbox::builder().records(1).fault(fault).start().await.expect("a sandbox");
        let client = Client::builder(sandbox.url())
            .credentials(
                AppCredentials::new(sandbox.app_id(), sandbox.app_secret()).expect("an app"),
            )
            .user(sandbox.user_id())
            .retry(
                crate::RetryPolicy::default()
                    .backoff(crate::Backoff::exponential(Duration::ZERO, Duration::ZERO)),
            )
            .configure_http(reqwest::ClientBuilder::no_proxy)
            .build()
            .expect("a client");
        let exchanger = Exchanger {
            core: client.core().clone(),
            user: UserId::new(sandbox.user_id()).expect("a user"),
            ledger: Arc::default(),
        };
        let url = format!("{}/koodrive/ose/v1/backup/record", sandbox.url());
        let mut request = Request::new(method, url.parse().expect("a URL"));
        *request.body_mut() = body;
        let error = exchanger.run(&reqwest::Client::new(), request, "test").await.err();
        (sandbox.requests().len(), error.expect("a failure"))
    }

    #[tokio::test]
    async fn only_a_method_that_may_be_repeated_is_repeated() {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_eq!(sent(method.clone(), None).await.0, 5, "{method}");
        }
        for method in [Method::POST, Method::PATCH] {
            let (requests, error) = sent(method.clone(), None).await;
            assert_eq!((requests, error.attempts()), (1, 1), "{method}");
            assert!(
                error.to_string().contains("not a call that can be repeated safely"),
                "{error}"
            );
        }
    }

    #[tokio::test]
    async fn a_body_in_memory_is_signed_and_a_streamed_one_is_refused_unsent() {
        let (requests, error) = sent(Method::PUT, Some("{}".into())).await;
        assert_eq!((requests, error.is_connection()), (5, true), "{error}");
        let stream = reqwest::Body::wrap(reqwest::Body::from("{}"));
        let (requests, error) = sent(Method::PUT, Some(stream)).await;
        assert_eq!((requests, error.is_invalid_input()), (0, true), "{error}");
    }

    #[test]
    fn the_query_is_sent_as_it_is_signed() {
        for (given, expected) in [
            ("?b=1&a=x+y*~&c", Some("a=x%20y%2A~&b=1&c=")),
            ("?cursor=%2fA%7e", Some("cursor=%2FA~")),
            ("?&", None),
            ("?", None),
            ("", None),
        ] {
            let url = format!("https://example.com/x{given}").parse().expect("a URL");
            let mut request = Request::new(Method::GET, url);
            prepare(&mut request);
            assert_eq!(request.url().query(), expected, "{given}");
        }
    }
}
