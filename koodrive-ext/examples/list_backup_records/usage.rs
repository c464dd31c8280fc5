//! Reads the command line; what is wrong with it ends the process with status 2.

use std::path::Path;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use crate::args::{Args, Format};
use crate::replace::real_path;

/// The variables of the secrets.
pub(crate) const APP_SECRET: &str = "KOODRIVE_APP_SECRET";
pub(crate) const TOKEN: &str = "KOODRIVE_TOKEN";

/// The command line of this process.
pub(crate) fn read() -> Args {
    let matches = Args::command().get_matches();
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
    refuse_empty(&matches);
    check_endpoint_is_not_forgotten(&args, &matches);
    check_output_can_be_continued(&args);
    check_files_differ(&args);
    args
}

/// Texts that may not be empty. An empty variable is rather a script's mistake than a wish: an empty
/// KOODRIVE_ENDPOINT would list the sandbox.
fn refuse_empty(matches: &ArgMatches) {
    for (id, flag, variable) in [
        ("endpoint", "--endpoint", "KOODRIVE_ENDPOINT"),
        ("user_id", "--user-id", "KOODRIVE_USER_ID"),
        ("app_id", "--app-id", "KOODRIVE_APP_ID"),
        ("device", "--device", ""),
    ] {
        if matches.get_one::<String>(id).is_some_and(String::is_empty) {
            let message = match matches.value_source(id) {
                Some(ValueSource::EnvVariable) => {
                    format!("{variable} is exported but empty: give {flag}, or unset {variable}")
                }
                _ => format!("{flag} is empty"),
            };
            usage(ErrorKind::InvalidValue, &message);
        }
    }
    for (name, remedy) in [
        (APP_SECRET, "give it the secret of --app-id, or unset it, and set KOODRIVE_TOKEN instead"),
        (
            TOKEN,
            "give it an access token, or unset it, and set KOODRIVE_APP_SECRET with --app-id instead",
        ),
    ] {
        if secret(name).is_some_and(|secret| secret.is_empty()) {
            usage(ErrorKind::InvalidValue, &format!("{name} is exported but empty: {remedy}"));
        }
    }
}

/// Anyone who names a user or an app means a real service; what a shell exports may be left over.
fn check_endpoint_is_not_forgotten(args: &Args, matches: &ArgMatches) {
    let is_typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
    for (id, flag) in [("user_id", "--user-id"), ("app_id", "--app-id")] {
        if args.endpoint.is_none() && is_typed(id) {
            missing(&format!(
                "{flag} is given without an endpoint: give --endpoint, or set KOODRIVE_ENDPOINT"
            ));
        }
    }
}

/// A night's work is not to end with a file that cannot be completed.
fn check_output_can_be_continued(args: &Args) {
    if args.output.is_some() && args.format != Format::Ndjson {
        usage(
            ErrorKind::ArgumentConflict,
            "--output takes --format ndjson: a table or a JSON array cannot be continued by a later run",
        );
    }
}

fn check_files_differ(args: &Args) {
    let files = [
        ("--checkpoint", &args.checkpoint),
        ("--output", &args.output),
        ("--unreadable", &args.unreadable),
    ];
    let given: Vec<(&str, &Path)> =
        files.iter().filter_map(|(flag, path)| Some((*flag, path.as_deref()?))).collect();
    for (index, (flag, path)) in given.iter().enumerate() {
        for (other, other_path) in &given[..index] {
            if is_same_file(path, other_path) {
                usage(
                    ErrorKind::ArgumentConflict,
                    &format!("{other} and {flag} are the same file: give each its own"),
                );
            }
        }
    }
}

/// Compares where the paths lead; what is wrong with one is said when it is opened.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((real_path(one), real_path(other)), (Ok(one), Ok(other)) if one == other)
}

/// A secret from the environment.
pub(crate) fn secret(name: &str) -> Option<String> {
    match std::env::var(name) {
        Ok(secret) => Some(secret),
        Err(std::env::VarError::NotPresent) => None,
        Err(std::env::VarError::NotUnicode(_)) => {
            usage(ErrorKind::InvalidUtf8, &format!("{name} is not UTF-8"))
        }
    }
}

/// Something that has to be given is not.
pub(crate) fn missing(message: &str) -> ! {
    usage(ErrorKind::MissingRequiredArgument, message)
}

/// Something was given that cannot be used.
pub(crate) fn invalid(error: &koodrive_ext::Error) -> ! {
    usage(ErrorKind::ValueValidation, &error.to_string())
}

/// Ends the process with status 2.
pub(crate) fn usage(kind: ErrorKind, message: &str) -> ! {
    Args::command().error(kind, message).exit()
}
