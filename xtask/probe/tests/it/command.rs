//! The command: it asks before it starts, and says what is missing.

use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_koodrive-probe"));
    let own = ["KOODRIVE_ENDPOINT", "KOODRIVE_USER_ID", "KOODRIVE_APP_ID", "KOODRIVE_APP_SECRET"];
    own.into_iter().chain(["KOODRIVE_TOKEN", "KOODRIVE_LAPSED_TOKEN"]).for_each(|name| {
        command.env_remove(name);
    });
    command.args(arguments).envs(environment.iter().copied()).stdin(Stdio::null());
    command.output().unwrap()
}

#[test]
fn without_a_terminal_it_needs_yes_and_sends_nothing() {
    // Nobody listens there: a request would be another error.
    let arguments = ["--endpoint", "http://127.0.0.1:1", "--user-id", "1505084218764547200"];
    let output = run(&arguments, &[("KOODRIVE_TOKEN", "hush-hush")]);
    assert!(!output.status.success() && output.stdout.is_empty());
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error, "error: nobody is there to ask: start it with --yes\n");
}

#[test]
fn what_is_missing_is_named_and_nothing_secret_is_shown() {
    let arguments = ["--endpoint", "http://127.0.0.1:1", "--user-id", "150508", "--yes"];
    for (environment, expected) in [
        (&[][..], "there are no credentials"),
        (&[("KOODRIVE_APP_ID", "an-app")], "go together"),
        (&[("KOODRIVE_TOKEN", "hush hush")], "KOODRIVE_TOKEN must be visible ASCII"),
        (&[("KOODRIVE_TOKEN", "hush-hush")], "the endpoint does not answer"),
    ] {
        let output = run(&arguments, environment);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(error.contains(expected) && !error.contains("hush"), "{error}");
    }
}

#[test]
fn secrets_are_no_arguments_and_help_does_not_show_the_environments() {
    let output = run(&["--help"], &[("KOODRIVE_USER_ID", "1505084218764547200")]);
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("KOODRIVE_APP_SECRET") && !help.contains("--app-secret"));
    assert!(help.contains("at most 60 requests") && !help.contains("1505084218764547200"));
}
