//! A sandbox, a probe, and one clock for both, which passes only when it is slept on.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use koodrive_probe::{
    Clock, ClockFuture, Fact, Finding, Of, Outcome, Refusal, Report, Secrets, Settings,
};
use koodrive_sandbox::{Sandbox, SandboxBuilder};

/// 2025-11-03T07:01:40Z.
const START: u64 = 1_762_153_300;

#[derive(Clone)]
pub(crate) struct FakeClock(Arc<Mutex<Duration>>);

impl FakeClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Duration::from_secs(START))))
    }

    pub(crate) fn passed(&self) -> Duration {
        *self.0.lock().unwrap() - Duration::from_secs(START)
    }
}

impl Clock for FakeClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + *self.0.lock().unwrap()
    }

    fn sleep(&self, pause: Duration) -> ClockFuture<'_> {
        *self.0.lock().unwrap() += pause;
        Box::pin(async {})
    }
}

/// Which credentials the probe is given.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum With {
    App,
    Token,
    Both,
}

pub(crate) struct Probed {
    pub(crate) outcome: Outcome,
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: FakeClock,
    pub(crate) progress: Vec<String>,
}

pub(crate) async fn probed(builder: SandboxBuilder, with: With) -> Probed {
    let clock = FakeClock::new();
    let now = clock.clone();
    let sandbox = builder.now(move || now.now()).start().await.unwrap();
    let settings = settings(&sandbox, with);
    let mut progress = Vec::new();
    let mut tell = |text: &str| progress.push(text.to_owned());
    let outcome = koodrive_probe::probe(&settings, &clock, &mut tell).await.unwrap();
    Probed { outcome, sandbox, clock, progress }
}

pub(crate) fn settings(sandbox: &Sandbox, with: With) -> Settings {
    let app = (sandbox.app_id(), sandbox.app_secret());
    let token = sandbox.token();
    Settings {
        endpoint: sandbox.url(),
        secrets: Secrets::new(
            sandbox.user_id(),
            (with != With::Token).then_some(app),
            (with != With::App).then_some(token.as_str()),
            (with != With::App).then_some("a-token-that-has-lapsed"),
        )
        .unwrap(),
        cursor_wait: Duration::from_secs(20),
    }
}

pub(crate) async fn report(builder: SandboxBuilder) -> Report {
    probed(builder, With::Both).await.outcome.report
}

pub(crate) fn finding<'a>(report: &'a Report, id: &str) -> &'a Finding {
    report.findings.iter().find(|finding| finding.id == id).unwrap()
}

pub(crate) fn has(report: &Report, expected: &Fact) -> bool {
    report.facts().any(|fact| fact == expected)
}

#[track_caller]
pub(crate) fn assert_has(report: &Report, expected: &Fact) {
    assert!(has(report, expected), "{expected:?} in {:#?}", report.findings);
}

pub(crate) fn refusal(report: &Report, what: Of) -> Option<&Refusal> {
    report.facts().find_map(|fact| match fact {
        Fact::Refused { of, refusal } if *of == what => Some(refusal),
        _ => None,
    })
}
