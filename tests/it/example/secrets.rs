//! No secret reaches what it prints, whatever it is told to log.

use koodrive_sandbox::{Fault, FaultKind, Sandbox};
use koodrive_tests::example::unauthenticated;
use koodrive_tests::process::{Outcome, run};

const SECRET: &str = "hush-9c1185a5c5e9fc54612808977ee8f548";

fn assert_clean(outcome: &Outcome, secrets: &[&str]) {
    for secret in secrets {
        for text in [&outcome.stdout, &outcome.stderr] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}

#[tokio::test]
async fn the_app_secret_and_its_signatures_stay_out_of_a_trace() {
    for known in [SECRET, "another"] {
        let sandbox = Sandbox::builder()
            .records(3)
            .app("an-app", known)
            .fault(Fault::on_request(1, FaultKind::Reset))
            .fault(Fault::on_request(2, FaultKind::Garbage))
            .start()
            .await
            .unwrap();
        let mut command = unauthenticated(&sandbox);
        command.args(["--app-id", "an-app"]).env("KOODRIVE_APP_SECRET", SECRET);
        let outcome = run(command.env("RUST_LOG", "trace")).await;
        assert_eq!(outcome.status, Some(i32::from(known != SECRET)), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("TRACE"), "the log is on");
        assert_clean(&outcome, &[SECRET, "Signature="]);
    }
}

#[tokio::test]
async fn the_token_stays_out_of_a_trace() {
    for known in [SECRET, "another"] {
        let sandbox = Sandbox::builder().records(3).token(known).start().await.unwrap();
        let mut command = unauthenticated(&sandbox);
        command.env("KOODRIVE_TOKEN", SECRET).env("RUST_LOG", "trace");
        let outcome = run(&mut command).await;
        assert_eq!(outcome.status, Some(i32::from(known != SECRET)), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("TRACE"), "the log is on");
        assert_clean(&outcome, &[SECRET]);
    }
}

#[tokio::test]
async fn a_usage_error_does_not_repeat_a_secret() {
    let sandbox = Sandbox::builder().records(1).start().await.unwrap();
    for (name, value) in [("KOODRIVE_TOKEN", "hush hush"), ("KOODRIVE_APP_SECRET", "hush")] {
        let outcome = run(unauthenticated(&sandbox).env(name, value)).await;
        assert_eq!(outcome.status, Some(2));
        assert_clean(&outcome, &["hush"]);
    }
    let help = run(unauthenticated(&sandbox).env("KOODRIVE_TOKEN", "hush").arg("--help")).await;
    assert_clean(&help, &["hush"]);
}
