//! Wrong input: status 2, a sentence that says what to change, and nothing sent or printed.

use koodrive_tests::example::bare;
use koodrive_tests::process::run;

const ENDPOINT: [&str; 2] = ["--endpoint", "http://127.0.0.1:9"];
const USER: [&str; 2] = ["--user-id", "u"];
const APP: [&str; 2] = ["--app-id", "a"];

async fn refused(arguments: &[&str], environment: &[(&str, &str)], parts: &[&str]) {
    let mut command = bare();
    command.args(arguments).envs(environment.iter().copied());
    let outcome = run(&mut command).await;
    assert_eq!(outcome.status, Some(2), "{arguments:?}: {}", outcome.stderr);
    assert_eq!(outcome.stdout, "", "{arguments:?}");
    assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
    for part in parts {
        assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
    }
}

#[tokio::test]
async fn a_value_out_of_bounds_is_named_with_its_bounds() {
    refused(&["--page-size", "0"], &[], &["--page-size", "'0'", "1..=100"]).await;
    refused(&["--page-size", "101"], &[], &["--page-size", "'101'", "1..=100"]).await;
    refused(&["--limit", "0"], &[], &["--limit", "'0'"]).await;
    refused(&["--limit", "-1"], &[], &["-1"]).await;
    refused(&["--device", ""], &[], &["--device", "empty"]).await;
}

#[tokio::test]
async fn an_unknown_word_is_answered_with_the_known_ones() {
    refused(&["--module", "photos"], &[], &["photos", "folder, album, address-book, all"]).await;
    refused(&["--format", "xml"], &[], &["xml", "table, json, ndjson"]).await;
    refused(&["--colour"], &[], &["--colour"]).await;
    refused(&["album"], &[], &["album"]).await;
}

#[tokio::test]
async fn what_is_missing_is_named_by_flag_and_variable() {
    let user = ["--user-id", "KOODRIVE_USER_ID"];
    refused(&ENDPOINT, &[], &user).await;
    let neither = ["--app-id", "KOODRIVE_APP_SECRET", "KOODRIVE_TOKEN"];
    let with_user = [ENDPOINT, USER].concat();
    refused(&with_user, &[], &neither).await;
    refused(&with_user, &[("KOODRIVE_APP_SECRET", ""), ("KOODRIVE_TOKEN", "")], &neither).await;
    refused(
        &with_user,
        &[("KOODRIVE_APP_SECRET", "hush")],
        &["app id", "--app-id", "KOODRIVE_APP_ID"],
    )
    .await;
    let with_app = [ENDPOINT, USER, APP].concat();
    refused(&with_app, &[], &["KOODRIVE_APP_SECRET"]).await;
    refused(&with_app, &[("KOODRIVE_TOKEN", "t")], &["KOODRIVE_APP_SECRET", "KOODRIVE_APP_ID"])
        .await;
    refused(&APP, &[], &["--app-id", "--endpoint", "KOODRIVE_ENDPOINT"]).await;
    refused(&USER, &[], &["--user-id", "--endpoint", "KOODRIVE_ENDPOINT"]).await;
}

#[tokio::test]
async fn a_variable_that_is_exported_but_empty_is_named_with_its_flag() {
    for (variable, flag) in [
        ("KOODRIVE_ENDPOINT", "--endpoint"),
        ("KOODRIVE_USER_ID", "--user-id"),
        ("KOODRIVE_APP_ID", "--app-id"),
        ("KOODRIVE_APP_SECRET", "--app-id"),
        ("KOODRIVE_TOKEN", "--app-id"),
    ] {
        let parts = [variable, flag, "is exported but empty"];
        // Also where it would not be looked at: without an endpoint the sandbox is listed.
        refused(&[], &[(variable, "")], &parts).await;
        let secret = [(variable, ""), ("KOODRIVE_APP_SECRET", "hush")];
        if variable != "KOODRIVE_APP_SECRET" {
            refused(&["--device", "d"], &secret, &parts).await;
        }
    }
}

#[tokio::test]
async fn a_flag_goes_before_its_empty_variable() {
    let empty = [("KOODRIVE_ENDPOINT", ""), ("KOODRIVE_USER_ID", "")];
    refused(&[ENDPOINT, USER].concat(), &empty, &["credentials are missing"]).await;
}

#[tokio::test]
async fn flags_that_need_another_one_say_so() {
    for flag in [&["--output", "f"][..], &["--acknowledge-unreadable"]] {
        refused(flag, &[], &["--checkpoint <FILE>"]).await;
    }
    let files = ["--checkpoint", "c", "--output", "f"];
    refused(&files, &[], &["--output takes --format ndjson"]).await;
    refused(&[&files[..], &["--format", "json"]].concat(), &[], &["--format ndjson"]).await;
}

#[tokio::test]
async fn a_secret_and_a_token_without_an_app_are_too_many() {
    let both = [("KOODRIVE_APP_SECRET", "hush"), ("KOODRIVE_TOKEN", "hush")];
    refused(&[ENDPOINT, USER].concat(), &both, &["both", "--app-id", "unset"]).await;
}

#[tokio::test]
async fn an_endpoint_or_a_credential_that_cannot_be_used_is_refused_before_it_is() {
    let token = [("KOODRIVE_TOKEN", "t")];
    for (endpoint, part) in [
        ("", "empty"),
        ("nowhere", "not a URL"),
        ("http://example.com", "plain http"),
        ("https://me:hush@example.com", "password"),
    ] {
        refused(&[&["--endpoint", endpoint], &USER[..]].concat(), &token, &[part]).await;
    }
    let with_user = [ENDPOINT, USER].concat();
    refused(&with_user, &[("KOODRIVE_TOKEN", "a b")], &["access token"]).await;
    let comma = [&with_user[..], &["--app-id", "a,b"]].concat();
    refused(&comma, &[("KOODRIVE_APP_SECRET", "hush")], &["app id"]).await;
    refused(&[&ENDPOINT[..], &["--user-id", "u;v"]].concat(), &token, &["user id"]).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_path_that_would_colour_the_terminal_is_shown_without_that() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("\u{1b}[31m\u{202e}/checkpoint");
    let outcome = run(bare().arg("--checkpoint").arg(path)).await;
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains(['\u{1b}', '\u{202e}']), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(r"\u{1b}[31m\u{202e}"), "{}", outcome.stderr);
}

#[tokio::test]
async fn help_names_every_flag_and_the_exit_statuses() {
    let outcome = run(bare().arg("--help")).await;
    assert_eq!(outcome.status, Some(0));
    for part in [
        "--endpoint",
        "KOODRIVE_ENDPOINT",
        "--user-id",
        "KOODRIVE_USER_ID",
        "--app-id",
        "KOODRIVE_APP_ID",
        "KOODRIVE_APP_SECRET",
        "KOODRIVE_TOKEN",
        "--module",
        "--device",
        "--page-size",
        "--limit",
        "--checkpoint",
        "--output",
        "--unreadable",
        "--acknowledge-unreadable",
        "--format",
        "Exit status",
        "side by side",
        "on a pipe SIGKILL repeats one page at most",
        "SIGTERM",
        "SIGHUP",
    ] {
        let text = outcome.stdout.replace('\n', " ").to_lowercase();
        assert!(text.contains(&part.to_lowercase()), "{part}");
    }
}
