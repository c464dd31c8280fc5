use koodrive_tests::{example, process};

/// What the example of `subject` prints, with its exit status checked.
async fn told(subject: &str) -> String {
    let mut command = process::command(example::built("guide"));
    command.arg(subject);
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{subject}: {stdout}{stderr}");
    stdout
}

#[tokio::test]
async fn a_crash_is_gone_on_from_where_it_was() {
    assert_eq!(told("resume").await, "the second run saw 210 records and ended the list\n");
}

#[tokio::test]
async fn a_lapsed_token_is_renewed_once() {
    let lines = told("token_provider").await;
    let words: Vec<&str> = lines.lines().filter_map(|line| line.split(' ').next_back()).collect();
    assert_eq!(words, ["needed", "refused", "records"], "{lines}");
}

#[tokio::test]
async fn a_user_who_is_refused_stops_no_other() {
    let lines = told("many_users").await;
    let count = |end: &str| lines.lines().filter(|line| line.ends_with(end)).count();
    assert_eq!(count(": complete, 5 pages"), 3, "{lines}");
    assert_eq!(count(": not complete: Some(\"unauthorized\")"), 3, "{lines}");
    assert!(lines.ends_with("750 records\n"), "{lines}");
}

#[tokio::test]
async fn a_service_answers_its_own_caller_by_the_kind_of_the_error() {
    let expected = "200 OK 250\n400 Bad Request invalid_input\n502 Bad Gateway unauthorized\n";
    assert_eq!(told("axum_errors").await, expected);
}

#[tokio::test]
async fn a_listing_is_a_span_with_pages_and_attempts_in_it() {
    let lines = told("spans").await;
    let path = "koodrive.listing{koodrive.module=\"101\" koodrive.resumed=false}:koodrive.page{koodrive.page=1}:koodrive.attempt{otel.kind=\"client\"";
    assert!(lines.contains(path) && lines.contains("http.response.status_code=200"), "{lines}");
    assert!(lines.contains("koodrive.pages=5 koodrive.records=250 koodrive.requests=5"), "{lines}");
}

#[tokio::test]
async fn pauses_are_over_at_once_under_paused_time() {
    assert_eq!(told("paused_time").await, "5 records after 120 s of pauses\n");
}

#[tokio::test]
async fn the_other_subjects_run_and_are_listed() {
    assert!(told("proxy_and_ca").await.contains("koodrive.gateway.internal"));
    assert_eq!(told("blocking").await, "250 records\n");
    assert!(told("times").await.contains("2025-12-17T07:59:20.752Z"));
    let mut command = process::command(example::built("guide"));
    let listed = String::from_utf8(command.output().await.unwrap().stdout).unwrap();
    assert_eq!(listed.lines().count(), 9, "{listed}");
}
