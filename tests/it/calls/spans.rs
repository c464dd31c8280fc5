//! What a run shows its observers: spans inside spans, counters, and fingerprints of cursors.

use koodrive_sandbox::Sandbox;
use koodrive_tests::story::rest;
use koodrive_tests::trace::Captured;
use koodrive_tests::{album, user};

#[tokio::test]
async fn a_listing_is_a_span_with_a_child_per_page_and_a_grandchild_per_attempt() {
    let captured = Captured::begin();
    let fault = "page=2,attempt=1:status=503".parse().unwrap();
    let sandbox = Sandbox::builder().records(3).fault(fault).start().await.unwrap();
    let mut records = album(&user(&sandbox)).page_size(2).records();
    records.try_next().await.unwrap();
    records.try_next().await.unwrap();
    let fingerprint = records.checkpoint().cursor_fingerprint().unwrap();
    rest(&mut records).await.unwrap();
    drop(records);

    let text = captured.text();
    let line = |needles: &[&str]| {
        let found = text.lines().find(|line| needles.iter().all(|needle| line.contains(needle)));
        found.unwrap_or_else(|| panic!("{needles:?} is not in a line of\n{text}")).to_owned()
    };
    let retry = line(&["trying again", "monotonic_counter.koodrive.retries=1"]);
    assert!(retry.contains("koodrive.listing{koodrive.module=\"101\""), "{retry}");
    assert!(
        retry.contains(&format!(
            "}}:koodrive.page{{koodrive.page=2 koodrive.cursor={fingerprint}}}:koodrive.attempt{{"
        )),
        "{retry}"
    );
    for field in [
        "otel.name=\"list_backup_records\"",
        "http.request.method=GET",
        "http.request.resend_count=0",
        "http.response.status_code=503",
        "url.path=\"/koodrive/ose/v1/backup/record\"",
        "error.type=\"service_failure\"",
    ] {
        assert!(retry.contains(field), "{field}: {retry}");
    }
    line(&[
        "page received",
        "koodrive.page=1}",
        "monotonic_counter.koodrive.pages=1",
        "monotonic_counter.koodrive.records=2",
    ]);
    let closed = line(&["koodrive.listing{", "close", "koodrive.pages=2"]);
    for field in ["koodrive.records=3", "koodrive.requests=3", "koodrive.retries=1"] {
        assert!(closed.contains(field), "{closed}");
    }
}

#[tokio::test]
async fn the_span_of_a_listing_says_whether_it_was_resumed() {
    let captured = Captured::begin();
    let sandbox = Sandbox::builder().records(3).start().await.unwrap();
    let begun = || album(&user(&sandbox)).page_size(2);
    let mut pages = begun().pages();
    pages.try_next().await.unwrap();
    rest(&mut begun().resume(pages.checkpoint()).records()).await.unwrap();
    let text = captured.text();
    let received: Vec<_> = text.lines().filter(|line| line.contains("page received")).collect();
    assert_eq!(received.len(), 2, "{text}");
    assert!(received[0].contains("koodrive.resumed=false"), "{text}");
    assert!(received[1].contains("koodrive.resumed=true"), "{text}");
}

/// The names that stand before a `=` in the macros of a file, as they are sent.
fn fields(source: &str) -> Vec<String> {
    let macros = source.split("_span!(").skip(1).map(|rest| rest.split(");").next().unwrap());
    let counters = source.split("monotonic_counter.").skip(1);
    let parts = macros.flat_map(|list| list.split(',')).chain(counters);
    let names = parts.filter_map(|part| part.trim().split_once(" = ")).map(|(name, _)| name);
    names.map(|name| name.rsplit(' ').next().unwrap().replace("r#", "")).collect()
}

#[test]
fn the_telemetry_page_names_every_field_and_counter_and_no_other() {
    let read = |path: &str| {
        let path = format!("{}/../koodrive-ext/{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(&path).expect(&path)
    };
    let page = read("TELEMETRY.md");
    let sources = [read("src/listing/span.rs"), read("src/exchange/span.rs")].concat();
    let sent = fields(&sources);
    assert!(sent.len() > 20, "{sent:?}");
    for name in &sent {
        assert!(page.contains(&format!("`{name}`")), "`{name}` is not on the page");
    }
    let is_field = |word: &&str| {
        word.contains('.') && word.chars().all(|c| c == '.' || c == '_' || c.is_ascii_lowercase())
    };
    let spans = ["koodrive.listing", "koodrive.page", "koodrive.attempt"];
    let rows = page.lines().filter(|line| line.starts_with('|'));
    for name in rows.flat_map(|row| row.split('`').skip(1).step_by(2)).filter(is_field) {
        assert!(
            spans.contains(&name) || sent.iter().any(|sent| sent == name),
            "`{name}` is not sent"
        );
    }
}
