//! The command: what it takes, and that it asks before it starts.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use crate::clock::SystemClock;
use crate::pace::MAX_REQUESTS;
use crate::secrets::Secrets;
use crate::session::{Outcome, Settings, probe};

/// Arguments of `cargo xtask probe`.
#[derive(clap::Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// Deployment to ask: https:// and its host
    #[arg(long, env = "KOODRIVE_ENDPOINT", value_name = "URL")]
    endpoint: String,
    /// User whose backup records may be listed
    #[arg(long, env = "KOODRIVE_USER_ID", value_name = "ID", hide_env_values = true)]
    user_id: String,
    /// Form of the report, which goes to standard output
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Write the report as JSON with the redacted exchanges to this file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Seconds to leave a cursor alone before it is used again
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    cursor_wait: u64,
    /// Start without asking
    #[arg(long)]
    yes: bool,
}

const AFTER_HELP: &str = "\
Credentials come from the environment: KOODRIVE_APP_ID and KOODRIVE_APP_SECRET, KOODRIVE_TOKEN, or
all of them, which answers most; KOODRIVE_LAPSED_TOKEN may hold a token that was good once.
The probe only lists backup records: it sends at most 60 requests, at most 2 a second, some of them
wrong on purpose. Neither the report nor the saved exchanges have a secret, cursor, id or name.
`cargo xtask sandbox --like FILE` starts a sandbox that decides as the report says.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Markdown,
    Json,
}

/// Runs the command.
///
/// # Errors
/// What was wrong, and what to do.
pub fn run(args: Args) -> Result<(), String> {
    let secrets = from_environment(&args.user_id)?;
    if !args.yes {
        consent(&args.endpoint)?;
    }
    let settings = Settings {
        endpoint: args.endpoint,
        secrets: secrets.clone(),
        cursor_wait: Duration::from_secs(args.cursor_wait),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("the runtime could not be started: {e}"))?;
    let mut progress = |question: &str| eprintln!("{question}");
    let outcome = runtime.block_on(probe(&settings, &SystemClock, &mut progress))?;

    if let Some(file) = &args.save {
        let text = checked(&secrets, saved(&outcome))?;
        std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    let text = match args.format {
        Format::Markdown => outcome.report.to_markdown(),
        Format::Json => outcome.report.to_json() + "\n",
    };
    let text = checked(&secrets, text)?;
    std::io::stdout().write_all(text.as_bytes()).map_err(|e| format!("standard output: {e}"))
}

/// The report with the exchanges, which `Report::from_json` reads as a report.
fn saved(outcome: &Outcome) -> String {
    let mut json = json!(outcome.report);
    json["exchanges"] = json!(outcome.exchanges);
    format!("{json:#}\n")
}

/// The last gate: a text with a secret in it is a defect of the probe, and is not written.
fn checked(secrets: &Secrets, text: String) -> Result<String, String> {
    if secrets.are_in(&text) {
        return Err(
            "the report would show a secret or an id, so it is not written: please report this"
                .to_owned(),
        );
    }
    Ok(text)
}

fn from_environment(user_id: &str) -> Result<Secrets, String> {
    let value = |name: &str| match std::env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
    };
    let (id, secret) = (value("KOODRIVE_APP_ID")?, value("KOODRIVE_APP_SECRET")?);
    let app = match (&id, &secret) {
        (Some(id), Some(secret)) => Some((id.as_str(), secret.as_str())),
        (None, None) => None,
        _ => {
            return Err(
                "KOODRIVE_APP_ID and KOODRIVE_APP_SECRET go together: one of them is missing"
                    .to_owned(),
            );
        }
    };
    let (token, lapsed) = (value("KOODRIVE_TOKEN")?, value("KOODRIVE_LAPSED_TOKEN")?);
    Secrets::new(user_id, app, token.as_deref(), lapsed.as_deref())
}

fn consent(endpoint: &str) -> Result<(), String> {
    if !std::io::stdin().is_terminal() {
        return Err("nobody is there to ask: start it with --yes".to_owned());
    }
    eprint!(
        "This sends at most {MAX_REQUESTS} requests to {endpoint}, at most 2 a second, all of them for backup\n\
         records and some wrong on purpose. Nothing is changed there. Start? [y/N] "
    );
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|e| format!("standard input: {e}"))?;
    if ["y", "yes"].contains(&line.trim().to_ascii_lowercase().as_str()) {
        return Ok(());
    }
    Err("not started".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Deployment, Report};

    #[test]
    fn what_is_saved_is_read_again_as_a_report() {
        let report = crate::conclude::report(Deployment::Other, 26, Vec::new());
        let outcome = Outcome { report: report.clone(), exchanges: Vec::new() };
        assert_eq!(Report::from_json(&saved(&outcome)).unwrap(), report);
    }

    #[test]
    fn a_report_with_a_secret_in_it_is_not_written() {
        let secrets = Secrets::new("1001", None, Some("hush-hush"), None).unwrap();
        assert_eq!(checked(&secrets, "all is well".to_owned()).unwrap(), "all is well");
        assert!(checked(&secrets, "it is hush-hush".to_owned()).is_err());
    }
}
