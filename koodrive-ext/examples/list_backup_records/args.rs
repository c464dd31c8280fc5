//! The command line and what it asks for.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};
use koodrive_ext::{AccessToken, AppCredentials, Credentials, ModuleCode};

const APP_SECRET: &str = "KOODRIVE_APP_SECRET";
const TOKEN: &str = "KOODRIVE_TOKEN";

/// Lists the backup records of a KooDrive user
#[derive(Parser)]
#[command(name = "list_backup_records", after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Deployment to list, such as https://intl.myhuaweicloud-koodrive.com; without it, a sandbox
    /// in this process is listed
    #[arg(long, value_name = "URL", env = "KOODRIVE_ENDPOINT", value_parser = visible)]
    pub(crate) endpoint: Option<String>,
    /// User whose records are listed
    #[arg(long, value_name = "ID", env = "KOODRIVE_USER_ID", value_parser = visible)]
    user_id: Option<String>,
    /// App that signs the requests; without it, KOODRIVE_TOKEN authenticates them
    #[arg(long, value_name = "ID", env = "KOODRIVE_APP_ID", value_parser = visible)]
    app_id: Option<String>,
    /// What was backed up
    #[arg(long, value_enum, default_value_t = Module::All)]
    module: Module,
    /// Only records of this device
    #[arg(long, value_name = "ID", value_parser = visible)]
    pub(crate) device: Option<String>,
    /// Records asked for with a request, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) page_size: u32,
    /// Stop after so many records, all modules together; they are then listed one after the other,
    /// so that no page is fetched in vain
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Go on where the listing in this file stopped, and keep it up to date; begun if missing
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// How records are printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

const AFTER_HELP: &str = "\
Secrets come from the environment only: KOODRIVE_APP_SECRET for app signatures (with --app-id), or
KOODRIVE_TOKEN for token authentication.

Records go to standard output, everything else to standard error, which ends with
`N records, P pages, R requests, T retries`. The checkpoint is rewritten after each printed page.
RUST_LOG=koodrive_ext=debug shows what happens on the way.

Exit status: 0 all listed, 1 something is missing or failed, 2 usage, 130 interrupted.";

/// What `--module` takes.
#[derive(Clone, Copy, ValueEnum)]
enum Module {
    Folder,
    Album,
    AddressBook,
    All,
}

/// What `--format` takes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line, with the member names of the contract
    Ndjson,
}

/// Whom to ask, and as whom.
pub(crate) struct Access {
    pub(crate) endpoint: String,
    pub(crate) user_id: String,
    pub(crate) credentials: Credentials,
}

impl Args {
    /// Reads the command line; what is wrong with it ends the process with status 2.
    pub(crate) fn read() -> Self {
        let matches = Self::command().get_matches();
        let args = Self::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
        args.check_endpoint_is_not_forgotten(&matches);
        args
    }

    pub(crate) fn modules(&self) -> Vec<ModuleCode> {
        match self.module {
            Module::Folder => vec![ModuleCode::FolderBackup],
            Module::Album => vec![ModuleCode::AlbumBackup],
            Module::AddressBook => vec![ModuleCode::AddressBookBackup],
            Module::All => ModuleCode::ALL.to_vec(),
        }
    }

    /// The service to list, or `None` for the sandbox.
    pub(crate) fn access(&self) -> Option<Access> {
        let endpoint = self.endpoint.clone()?;
        let Some(user_id) = self.user_id.clone() else {
            missing("the user id is missing: give --user-id, or set KOODRIVE_USER_ID");
        };
        Some(Access { endpoint, user_id, credentials: self.credentials() })
    }

    fn credentials(&self) -> Credentials {
        match (&self.app_id, secret(APP_SECRET), secret(TOKEN)) {
            (Some(id), Some(secret), _) => {
                AppCredentials::new(id, secret).unwrap_or_else(|e| invalid(&e)).into()
            }
            (None, None, Some(token)) => {
                AccessToken::new(token).unwrap_or_else(|e| invalid(&e)).into()
            }
            (Some(_), None, None) => {
                missing(&format!("the app secret is missing: set {APP_SECRET}"))
            }
            (Some(_), None, Some(_)) => missing(&format!(
                "the app secret is missing: set {APP_SECRET}; or, to use {TOKEN}, leave --app-id out and unset KOODRIVE_APP_ID"
            )),
            (None, Some(_), None) => {
                missing("the app id is missing: give --app-id, or set KOODRIVE_APP_ID")
            }
            (None, Some(_), Some(_)) => usage(
                ErrorKind::ArgumentConflict,
                &format!(
                    "both {APP_SECRET} and {TOKEN} are set: give --app-id to sign as an app, or unset {APP_SECRET} to use the token"
                ),
            ),
            (None, None, None) => missing(&format!(
                "credentials are missing: give --app-id and set {APP_SECRET}, or set {TOKEN}"
            )),
        }
    }

    /// Whoever names a user or an app means a real service; what a shell exports may be left over.
    fn check_endpoint_is_not_forgotten(&self, matches: &ArgMatches) {
        let is_typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
        for (id, flag) in [("user_id", "--user-id"), ("app_id", "--app-id")] {
            if self.endpoint.is_none() && is_typed(id) {
                missing(&format!(
                    "{flag} is given without an endpoint: give --endpoint, or set KOODRIVE_ENDPOINT"
                ));
            }
        }
    }
}

/// A secret from the environment; an empty one is as good as none.
fn secret(name: &str) -> Option<String> {
    match std::env::var(name) {
        Ok(secret) => Some(secret).filter(|secret| !secret.is_empty()),
        Err(std::env::VarError::NotPresent) => None,
        Err(std::env::VarError::NotUnicode(_)) => {
            usage(ErrorKind::InvalidUtf8, &format!("{name} is not UTF-8"))
        }
    }
}

fn visible(text: &str) -> Result<String, String> {
    if text.is_empty() {
        Err("it is empty".to_owned())
    } else if text.chars().any(char::is_control) {
        Err("it holds a control character".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

fn invalid(error: &koodrive_ext::Error) -> ! {
    usage(ErrorKind::ValueValidation, &error.to_string())
}

fn missing(message: &str) -> ! {
    usage(ErrorKind::MissingRequiredArgument, message)
}

/// Ends the process with status 2.
pub(crate) fn usage(kind: ErrorKind, message: &str) -> ! {
    Args::command().error(kind, message).exit()
}
