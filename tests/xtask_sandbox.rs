//! `cargo xtask sandbox` as a process, and `cargo xtask` alone.

use koodrive_tests::example::{bare, ids};
use koodrive_tests::process::{command, finish, run, start};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

const SECRET: &str = "a secret with spaces and a quote'";

fn xtask(arguments: &[&str]) -> Command {
    let mut xtask = command(env!("CARGO_BIN_EXE_xtask"));
    xtask.args(arguments);
    xtask
}

async fn line<R: AsyncRead + Unpin>(lines: &mut Lines<BufReader<R>>) -> String {
    lines.next_line().await.expect("it is UTF-8").expect("one more line")
}

struct Server {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
}

fn serve(arguments: &[&str]) -> Server {
    let mut child = start(xtask(&["sandbox", "--port", "0"]).args(arguments));
    let stdout = BufReader::new(child.stdout.take().expect("piped")).lines();
    let stderr = BufReader::new(child.stderr.take().expect("piped")).lines();
    Server { child, stdout, stderr }
}

impl Server {
    /// The variables that it prints, in order.
    async fn variables(&mut self) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        while variables.len() < 5 {
            let line = line(&mut self.stdout).await;
            let variable = line.strip_prefix("export ").and_then(|line| line.split_once('='));
            let (name, value) = variable.expect("a variable");
            variables.push((name.to_owned(), value.to_owned()));
        }
        variables
    }
}

#[tokio::test]
async fn it_prints_what_a_client_needs_and_a_line_for_each_request() {
    let mut server = serve(&["--records", "30", "--fault", "2:status=503"]);
    let variables = server.variables().await;
    let names: Vec<&str> = variables.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "KOODRIVE_ENDPOINT",
            "KOODRIVE_USER_ID",
            "KOODRIVE_APP_ID",
            "KOODRIVE_APP_SECRET",
            "KOODRIVE_TOKEN"
        ]
    );
    assert!(variables[0].1.starts_with("http://127.0.0.1:"), "{variables:?}");

    let mut client = bare();
    client.envs(variables).args(["--module", "album", "--page-size", "20", "--format", "ndjson"]);
    let outcome = run(&mut client).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
    assert_eq!(ids(&outcome.stdout).len(), 30);
    assert_eq!(outcome.last_line(), "30 records, 2 pages, 3 requests, 1 retries");

    let path = "GET /koodrive/ose/v1/backup/record?";
    for (number, ending) in [(1, "-> 200"), (2, "-> 503 (status=503)"), (3, "-> 200")] {
        let line = line(&mut server.stderr).await;
        assert!(line.starts_with(&format!("{number} {path}")), "{line}");
        assert!(line.contains("moduleCode=101") && line.ends_with(ending), "{line}");
    }
}

#[tokio::test]
async fn the_readme_uses_only_variables_that_are_printed() {
    let printed = serve(&[]).variables().await;
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/sandbox/README.md");
    let readme = std::fs::read_to_string(readme).expect("the sandbox's README");
    let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
    let used: Vec<&str> = readme
        .split('$')
        .skip(1)
        .map(|text| &text[..text.find(|c| !is_name(c)).unwrap_or(text.len())])
        .filter(|name| !name.is_empty())
        .collect();
    assert!(used.len() >= 3, "{used:?}");
    for name in used {
        assert!(printed.iter().any(|(known, _)| known == name), "{name} is not printed");
    }
}

#[tokio::test]
async fn the_credentials_that_are_given_are_those_that_are_accepted() {
    let mut server = serve(&["--app-id", "an-app", "--token", "a-token", "--user-id", "a-user"]);
    let variables = server.variables().await;
    let of = |name: &str| {
        let found = variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap()
    };
    assert_eq!(
        [of("KOODRIVE_APP_ID"), of("KOODRIVE_TOKEN"), of("KOODRIVE_USER_ID")],
        ["an-app", "a-token", "a-user"]
    );
    for (token, status) in [("a-token", 0), ("another", 1)] {
        let mut client = bare();
        client.env("KOODRIVE_TOKEN", token).args(["--endpoint", &of("KOODRIVE_ENDPOINT")]);
        let outcome = run(client.args(["--user-id", "a-user", "--limit", "1"])).await;
        assert_eq!(outcome.status, Some(status), "{}", outcome.stderr);
    }
}

#[tokio::test]
async fn a_secret_from_the_environment_is_accepted_and_not_printed() {
    let mut command = xtask(&["sandbox", "--port", "0"]);
    let mut child = start(command.env("KOODRIVE_APP_SECRET", SECRET));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut client = bare();
    client.env("KOODRIVE_APP_SECRET", SECRET).args(["--limit", "1"]);
    for _ in 0..5 {
        let line = line(&mut lines).await;
        assert!(!line.contains(SECRET), "{line}");
        let variable = line.strip_prefix("export ").and_then(|line| line.split_once('='));
        if let Some((name, value)) = variable.filter(|(name, _)| *name != "KOODRIVE_TOKEN") {
            client.env(name, value);
        }
    }
    let outcome = run(&mut client).await;
    assert_eq!(outcome.status, Some(0), "{}", outcome.stderr);
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_is_a_good_end() {
    for signal in ["-INT", "-TERM"] {
        let mut server = serve(&[]);
        server.variables().await;
        let pid = server.child.id().unwrap().to_string();
        let kill = std::process::Command::new("kill").args([signal, &pid]).status();
        assert!(kill.unwrap().success());
        assert_eq!(finish(server.child).await.status, Some(0));
    }
}

#[tokio::test]
async fn wrong_input_is_a_sentence_and_no_server() {
    for (arguments, status, parts) in [
        (["--fault", "3:statu=503"], 2, ["--fault", "there is no fault \"statu\""]),
        (["--fault", "status=503"], 2, ["--fault", "when:kind"]),
        (["--records", "many"], 2, ["--records", "'many'"]),
        (["--port", "65536"], 2, ["--port", "65536"]),
        (["--last-page", "none"], 2, ["--last-page", "absent, null, empty"]),
        (["--random-faults", "2"], 2, ["--random-faults", "from 0 to 1"]),
        (["--devices", "0"], 1, ["cannot be set up", "devices"]),
        (["--empty-page-every", "1"], 1, ["cannot be set up", "empty_page_every"]),
    ] {
        let outcome = run(xtask(&["sandbox"]).args(arguments)).await;
        assert_eq!(outcome.status, Some(status), "{arguments:?}: {}", outcome.stderr);
        assert_eq!(outcome.stdout, "", "{arguments:?}");
        for part in parts {
            assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
        }
    }
}

#[tokio::test]
async fn it_decides_as_the_report_of_a_probe_says() {
    let report = tempfile::NamedTempFile::new().unwrap();
    let text = r#"{
        "probe": 1, "deployment": "other", "requests": 3, "settings": [], "contradictions": [],
        "findings": [{
            "id": "token-forms", "question": "?", "answer": ".", "requests": 3,
            "facts": [{ "fact": "token-forms", "plus": false, "space": true, "bare": false }]
        }],
        "exchanges": []
    }"#;
    std::fs::write(report.path(), text).unwrap();
    let mut server = serve(&["--like", report.path().to_str().unwrap()]);
    let variables = server.variables().await;
    let with_token = |(name, _): &(String, String)| !name.starts_with("KOODRIVE_APP");
    let mut client = bare();
    client.envs(variables.into_iter().filter(with_token)).args(["--module", "album"]);
    let outcome = run(&mut client).await;
    assert_ne!(outcome.status, Some(0), "Bearer+ is refused: {}", outcome.stderr);
    let line = line(&mut server.stderr).await;
    assert!(line.ends_with("-> 401"), "{line}");

    let outcome = run(&mut xtask(&["sandbox", "--like", "Cargo.toml"])).await;
    assert_eq!(outcome.status, Some(1));
    assert!(outcome.stderr.contains("is not a report"), "{}", outcome.stderr);
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = taken.local_addr().unwrap();
    let outcome = run(&mut xtask(&["sandbox", "--port", &address.port().to_string()])).await;
    assert_eq!(outcome.status, Some(1));
    for part in [&address.to_string(), "port 0 for a free one"] {
        assert!(outcome.stderr.contains(part), "{part:?} is not in {}", outcome.stderr);
    }
}

#[tokio::test]
async fn xtask_alone_lists_its_commands() {
    let outcome = run(&mut xtask(&[])).await;
    assert_eq!(outcome.status, Some(0));
    for command in ["probe", "regen", "sandbox"] {
        let is_listed = |line: &str| line.split_whitespace().next() == Some(command);
        assert!(outcome.stdout.lines().any(is_listed), "{}", outcome.stdout);
    }
    let unknown = run(&mut xtask(&["sandbocks"])).await;
    assert_eq!(unknown.status, Some(2));
    assert!(unknown.stderr.contains("sandbox"), "{}", unknown.stderr);
}
