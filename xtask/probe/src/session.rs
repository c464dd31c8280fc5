//! Asks the questions one after the other. The only file that sends and waits.

use std::time::Duration;

use crate::ask::Ask;
use crate::clock::Clock;
use crate::conclude::report;
use crate::exchange::Exchange;
use crate::fact::Fact;
use crate::known::Known;
use crate::pace::{MAX_REQUESTS, Pace};
use crate::question::{Question, Verdict};
use crate::questions;
use crate::report::{Deployment, Finding, Report};
use crate::secrets::Secrets;
use crate::seen::Seen;
use crate::wire::{NoAnswer, Wire};

/// What to probe, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Such as `https://intl.myhuaweicloud-koodrive.com`.
    pub endpoint: String,
    /// As whom.
    pub secrets: Secrets,
    /// How long a cursor is left before it is used again.
    pub cursor_wait: Duration,
}

/// What a probe leaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What was found.
    pub report: Report,
    /// What was sent and answered, redacted.
    pub exchanges: Vec<Exchange>,
}

/// Asks all questions; `progress` is told each before it is asked.
///
/// # Errors
/// When the endpoint cannot be used or does not answer.
pub async fn probe(
    settings: &Settings,
    clock: &dyn Clock,
    progress: &mut dyn FnMut(&str),
) -> Result<Outcome, String> {
    let wire = Wire::new(&settings.endpoint, settings.secrets.clone())?;
    let known = Known {
        has_app: settings.secrets.app.is_some(),
        has_token: settings.secrets.token.is_some(),
        has_lapsed_token: settings.secrets.lapsed_token.is_some(),
        cursor_wait: settings.cursor_wait,
        ..Known::default()
    };
    let mut session =
        Session { wire, clock, known, pace: Pace::default(), exchanges: Vec::new(), stop: None };
    let mut findings = Vec::new();
    for question in questions::all() {
        progress(question.title());
        let asked_before = session.pace.sent();
        let verdict = session.settle(question.as_ref()).await?;
        findings.push(Finding {
            id: question.id().to_owned(),
            question: question.title().to_owned(),
            answer: verdict.answer,
            requests: session.pace.sent() - asked_before,
            facts: verdict.facts,
        });
    }
    findings.extend(session.throttled());
    let report = report(deployment(&settings.endpoint), session.pace.sent(), findings);
    Ok(Outcome { report, exchanges: session.exchanges })
}

/// A carrier's host is not for everyone to read.
fn deployment(endpoint: &str) -> Deployment {
    let url = url::Url::parse(endpoint).ok();
    match url.as_ref().and_then(url::Url::host_str) {
        Some("intl.myhuaweicloud-koodrive.com") => Deployment::International,
        Some("cn.myhuaweicloud-koodrive.com") => Deployment::China,
        _ => Deployment::Other,
    }
}

struct Session<'a> {
    wire: Wire,
    clock: &'a dyn Clock,
    known: Known,
    pace: Pace,
    exchanges: Vec<Exchange>,
    stop: Option<Stop>,
}

/// Why no more requests are sent.
#[derive(Clone, Copy)]
enum Stop {
    Limit,
    Throttled { has_retry_after: bool },
}

impl Stop {
    fn why(self) -> String {
        match self {
            Self::Limit => format!("the limit of {MAX_REQUESTS} requests was reached"),
            Self::Throttled { .. } => "the service had asked for fewer requests".to_owned(),
        }
    }
}

impl Session<'_> {
    async fn settle(&mut self, question: &dyn Question) -> Result<Verdict, String> {
        if let Some(why) = question.hindrance(&self.known) {
            return Ok(Verdict::open(format!("Not asked: {why}.")));
        }
        let mut seen = Vec::new();
        while let Some(ask) = question.next(&self.known, &seen) {
            if let Some(stop) = self.stop {
                return Ok(Verdict::open(format!("Not asked: {}.", stop.why())));
            }
            match self.ask(question.id(), &ask).await {
                Ok(Some(answer)) => seen.push(answer),
                Ok(None) => {}
                Err(NoAnswer { why, .. }) if self.known.observed.answers == 0 => {
                    return Err(format!("the endpoint does not answer: {why}"));
                }
                Err(NoAnswer { kind, .. }) => {
                    return Ok(Verdict::open(format!("Open: it failed twice ({kind}).")));
                }
            }
        }
        let verdict = question.verdict(&self.known, &seen);
        verdict.facts.iter().for_each(|fact| self.known.learn(fact));
        let learned = &verdict.learned;
        self.known.module = self.known.module.or(learned.module);
        self.known.short_module = self.known.short_module.or(learned.short_module);
        if let Some(kept) = &learned.kept {
            self.known.kept = Some(kept.clone());
        }
        Ok(verdict)
    }

    /// An answer; `None` when there is none because the probe has to stop. What fails on the way
    /// is asked for once more.
    async fn ask(&mut self, question: &'static str, ask: &Ask) -> Result<Option<Seen>, NoAnswer> {
        let mut failure = NoAnswer { kind: "it was not sent", why: String::new() };
        for _ in 0..2 {
            let Some(pause) = self.pace.turn(self.clock.now(), ask.wait) else {
                self.stop = Some(Stop::Limit);
                return Ok(None);
            };
            self.clock.sleep(pause).await;
            let ahead = self.known.observed.ahead.unwrap_or(0);
            match self.wire.send(ask, ahead, self.clock).await {
                Err(error) => failure = error,
                Ok((seen, exchange)) => {
                    self.known.note(&seen);
                    self.exchanges.push(Exchange { question: question.to_owned(), ..exchange });
                    if seen.is_throttled() {
                        let has_retry_after = seen.has_retry_after;
                        self.stop = Some(Stop::Throttled { has_retry_after });
                        return Ok(None);
                    }
                    if !seen.is_outage() {
                        return Ok(Some(seen));
                    }
                    let why = format!("status {}", seen.status);
                    failure = NoAnswer { kind: "the gateway failed", why };
                }
            }
        }
        Err(failure)
    }

    fn throttled(&self) -> Option<Finding> {
        let Some(Stop::Throttled { has_retry_after }) = self.stop else { return None };
        let after_requests = self.pace.sent() - 1;
        let told = if has_retry_after { "with" } else { "without" };
        Some(Finding {
            id: "throttled".to_owned(),
            question: "Are there rate limits?".to_owned(),
            answer: format!(
                "Yes: after {after_requests} requests it asked for fewer, {told} `Retry-After`."
            ),
            requests: 0,
            facts: vec![Fact::Throttled { after_requests, has_retry_after }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carriers_host_is_not_named() {
        for (endpoint, expected) in [
            ("https://intl.myhuaweicloud-koodrive.com", Deployment::International),
            ("https://cn.myhuaweicloud-koodrive.com/", Deployment::China),
            ("https://drive.carrier.example", Deployment::Other),
            ("no address", Deployment::Other),
        ] {
            assert_eq!(deployment(endpoint), expected, "{endpoint}");
        }
    }
}
