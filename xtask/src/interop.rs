//! `cargo xtask interop`: clients generated from the document, in other languages, against the
//! sandbox; and the sandbox against the document.

mod answers;
mod java;
mod python;
mod readme;
mod report;
mod schemathesis;
mod shell;
mod typescript;
mod workshop;

use std::sync::Arc;
use std::time::Instant;

use koodrive_sandbox::Sandbox;

use report::{Passed, Row};
use workshop::Workshop;

/// Arguments of `cargo xtask interop`.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// What to run; everything unless named
    #[arg(value_enum)]
    targets: Vec<Target>,
}

const AFTER_HELP: &str = "\
Installs what its lock files name into target/interop/, the first time and whenever they change.
Needs Node.js 20, Python 3.11, a JDK 17 with libjakarta-annotation-api-java, curl and openssl,
each only for its own target; Java's generator comes with Python's packages.
Standard output has the table; what the programs said is in target/interop/logs/.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Target {
    Typescript,
    Python,
    Java,
    /// curl and openssl
    Shell,
    /// The sandbox keeps the document's word
    Schemathesis,
}

const ALL: [Target; 5] =
    [Target::Typescript, Target::Python, Target::Java, Target::Shell, Target::Schemathesis];

/// What every scenario is given.
pub(crate) struct Stage {
    workshop: Workshop,
    /// 250 good records of each module.
    sandbox: Arc<Sandbox>,
    /// The same, but each page has values that the document does not know.
    odd: Arc<Sandbox>,
    /// Where the response vectors are answered.
    answers: String,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    let targets = if args.targets.is_empty() { ALL.to_vec() } else { args.targets.clone() };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("the runtime could not be started: {e}"))?;
    runtime.block_on(async {
        let stage = Stage::set().await?;
        // The sandboxes live on this thread, the programs are waited for on another one.
        let rows = tokio::task::spawn_blocking(move || perform(&stage, &targets));
        let rows = rows.await.map_err(|e| e.to_string())?;
        print!("{}", report::table(&rows));
        match rows.iter().filter(|row| row.outcome.is_err()).count() {
            0 => Ok(()),
            failed => Err(format!("{failed} of {} failed", rows.len())),
        }
    })
}

impl Stage {
    async fn set() -> Result<Self, String> {
        let workshop = Workshop::open()?;
        let good = Sandbox::builder().records(250).keep_authorization(true);
        let fault = "*:unknown-values".parse().map_err(|e| format!("{e}"))?;
        let odd = Sandbox::builder().records(250).fault(fault);
        Ok(Self {
            answers: answers::serve(&workshop.vectors().join("responses.json"))?,
            sandbox: Arc::new(good.start().await.map_err(|e| e.to_string())?),
            odd: Arc::new(odd.start().await.map_err(|e| e.to_string())?),
            workshop,
        })
    }

    /// The variables of `cargo xtask sandbox`, and those of the scenarios.
    fn environment(&self) -> Vec<(&'static str, String)> {
        let (good, workshop) = (&self.sandbox, &self.workshop);
        vec![
            ("KOODRIVE_ENDPOINT", good.url()),
            ("KOODRIVE_USER_ID", good.user_id().to_owned()),
            ("KOODRIVE_APP_ID", good.app_id().to_owned()),
            ("KOODRIVE_APP_SECRET", good.app_secret().to_owned()),
            ("KOODRIVE_TOKEN", good.token()),
            ("KOODRIVE_ODD_ENDPOINT", self.odd.url()),
            ("KOODRIVE_ANSWERS", self.answers.clone()),
            ("KOODRIVE_VECTORS", workshop.vectors().display().to_string()),
            ("KOODRIVE_LIMITS", workshop.sources("limits.json").display().to_string()),
            // A proxy of this machine must not be asked for loopback.
            ("NO_PROXY", "127.0.0.1".to_owned()),
            ("no_proxy", "127.0.0.1".to_owned()),
        ]
    }
}

fn perform(stage: &Stage, targets: &[Target]) -> Vec<Row> {
    let mut rows = Vec::new();
    for target in ALL.into_iter().filter(|target| targets.contains(target)) {
        let started = Instant::now();
        let name = format!("{target:?}").to_lowercase();
        eprintln!("{name} …");
        stage.sandbox.clear_requests();
        let outcome = attempt(stage, target);
        if let Err(why) = &outcome {
            eprintln!("{name} failed: {why}");
        }
        rows.push(Row { name, outcome, seconds: started.elapsed().as_secs_f64() });
    }
    rows
}

fn attempt(stage: &Stage, target: Target) -> Result<Passed, String> {
    match target {
        Target::Typescript => typescript::run(stage),
        Target::Python => python::run(stage),
        Target::Java => java::run(stage),
        Target::Shell => shell::run(stage),
        Target::Schemathesis => schemathesis::run(stage),
    }
}
