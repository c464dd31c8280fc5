//! What is said of a command line that is wrong, and of the command as a whole.

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _};

use crate::args::Args;

/// The variables of the secrets.
pub(crate) const APP_SECRET: &str = "KOODRIVE_APP_SECRET";
pub(crate) const TOKEN: &str = "KOODRIVE_TOKEN";

/// The end of `--help`.
pub(crate) const AFTER_HELP: &str = "\
Secrets come from the environment only: KOODRIVE_APP_SECRET for app signatures (with --app-id), or
KOODRIVE_TOKEN for token authentication. A variable that is exported but empty is an error.

Records go to standard output or to --output FILE, everything else to standard error, which ends
with `N records, P pages, R requests, T retries`. RUST_LOG=koodrive_ext=debug shows what happens on
the way.

Long lists: give --format ndjson, --checkpoint and --output, and run the same command again until
its exit status is 0. The checkpoint is rewritten after each page, when the page is safely written.
Ctrl-c, SIGTERM and SIGHUP end a run after the page at hand. With --output nothing is lost or
repeated, even by SIGKILL or a power cut: what the checkpoint does not know is cut off the file. On
a pipe SIGKILL repeats one page at most. If standard output is a file, append with >>: a file that
is empty or shorter than it was is refused. A run locks its checkpoint and its files.

A record that cannot be read is named on standard error; --format ndjson prints it as
{\"unreadable\":…}, with its JSON as it came, or --unreadable FILE takes it. The checkpoint counts
such records, and the exit status stays 1 until --acknowledge-unreadable.

Exit status: 0 all listed, 1 something is missing or failed, 2 usage, 130 interrupted (by ctrl-c,
SIGTERM or SIGHUP).";

/// Texts that may not be empty. An empty variable is rather a script's mistake than a wish: an empty
/// KOODRIVE_ENDPOINT would list the sandbox.
pub(crate) fn refuse_empty(matches: &ArgMatches) {
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
