//! `cargo xtask sandbox`: the KooDrive stand-in as a server, until ctrl-c.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context as _, Error, Result, bail};
use koodrive_probe::Report;
use koodrive_sandbox::{Fault, FaultKind, LastPage, RequestRecord, Sandbox, SandboxBuilder};

const DEMO_SECRET: &str = "sandbox-demo-secret-5b1c2f0a";
const DEMO_KINDS: [&str; 4] = ["status=503", "reset", "truncate", "html502"];
const SECRET: &str = "KOODRIVE_APP_SECRET";

/// Arguments of `cargo xtask sandbox`.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Address to listen on; 0.0.0.0 is open to other machines
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Records of each module
    #[arg(long, value_name = "N", default_value_t = 250)]
    records: u64,
    /// Devices that the records are spread over
    #[arg(long, value_name = "N", default_value_t = 3)]
    devices: u64,
    /// App that may sign; its secret is KOODRIVE_APP_SECRET, or a demo one
    #[arg(long, value_name = "ID", default_value = "sandbox-demo-app")]
    app_id: String,
    /// Access token that is accepted, without its scheme; may be repeated
    #[arg(long, value_name = "TOKEN", default_value = "sandbox-demo-token-60f4ccc7")]
    token: Vec<String>,
    /// User that has records; may be repeated
    #[arg(long, value_name = "ID", default_value = "1505084218764547200")]
    user_id: Vec<String>,
    /// Something that goes wrong, such as 3:status=503 or page=last:reset; may be repeated
    #[arg(long, value_name = "WHEN:KIND")]
    fault: Vec<Fault>,
    /// Probability from 0 to 1 with which a request meets a random fault
    #[arg(long, value_name = "P", value_parser = probability)]
    random_faults: Option<f64>,
    /// What --random-faults chooses from, such as slow=2s; may be repeated
    #[arg(long, value_name = "KIND", requires = "random_faults", default_values = DEMO_KINDS)]
    random_kind: Vec<FaultKind>,
    /// Seed of --random-faults: the same one meets the same request numbers
    #[arg(long, value_name = "N", requires = "random_faults", default_value_t = 0)]
    seed: u64,
    /// Seconds that the server's clock is ahead of this machine's; negative if behind
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true)]
    clock_offset: i64,
    /// What nextCursor is on the last page; absent unless --like says otherwise
    #[arg(long, value_enum)]
    last_page: Option<Last>,
    /// Make every n-th page an empty one with a cursor that leads on; at least 2
    #[arg(long, value_name = "N")]
    empty_page_every: Option<u64>,
    /// Let pages of other origins call from a browser
    #[arg(long)]
    cors: bool,
    /// Decide what the contract leaves open as this report of `cargo xtask probe` says
    #[arg(long, value_name = "FILE")]
    like: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Standard output has the variables that a client needs, ready to paste into a shell, one a line;
the first line is always `export KOODRIVE_ENDPOINT=<url>`, printed once requests are accepted.
A secret that came from the environment is not printed. Standard error has a line per request.
The faults are described in tests/sandbox/README.md.";

#[derive(Clone, Copy, clap::ValueEnum)]
enum Last {
    Absent,
    Null,
    Empty,
}

pub(crate) fn run(args: Args) -> Result<()> {
    let given_secret = match std::env::var(SECRET) {
        Ok(secret) if !secret.is_empty() => Some(secret),
        Ok(_) | Err(std::env::VarError::NotPresent) => None,
        Err(std::env::VarError::NotUnicode(_)) => bail!("{SECRET} is not UTF-8"),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before the first line, so that whoever waits for it may interrupt at once.
        let mut interrupted = std::pin::pin!(interrupted()?);
        let is_demo_secret = given_secret.is_none();
        let secret = given_secret.unwrap_or_else(|| DEMO_SECRET.to_owned());
        // Its message says the cause already.
        let sandbox = builder(args, secret)?.start().await.map_err(Error::msg)?;
        announce(&sandbox, is_demo_secret).context("standard output")?;
        interrupted.as_mut().await;
        sandbox.shutdown().await;
        Ok(())
    })
}

fn builder(args: Args, secret: String) -> Result<SandboxBuilder> {
    // What is said here counts for more than a report.
    let last_page = args.last_page.map(|last| match last {
        Last::Absent => LastPage::Absent,
        Last::Null => LastPage::Null,
        Last::Empty => LastPage::Empty,
    });
    let mut builder = Sandbox::builder();
    if let Some(file) = &args.like {
        let like = koodrive_probe::alike(&Report::from_file(file).map_err(Error::msg)?, builder);
        like.differences.iter().for_each(|difference| eprintln!("{difference}"));
        builder = like.builder;
    }
    builder = builder
        .bind(SocketAddr::new(args.host, args.port))
        .records(args.records)
        .devices(args.devices)
        .app(args.app_id, secret)
        .faults(args.fault)
        .clock_offset(args.clock_offset)
        .cors(args.cors)
        // It may run for days, and nobody asks for them here.
        .keep_requests(0)
        .on_request(log);
    for token in args.token {
        builder = builder.token(token);
    }
    for user in args.user_id {
        builder = builder.user(user);
    }
    if let Some(probability) = args.random_faults {
        builder = builder.random_faults(probability, args.seed, args.random_kind);
    }
    if let Some(every) = args.empty_page_every {
        builder = builder.empty_page_every(every);
    }
    if let Some(last_page) = last_page {
        builder = builder.last_page(last_page);
    }
    Ok(builder)
}

fn announce(sandbox: &Sandbox, is_demo_secret: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "export KOODRIVE_ENDPOINT={}", quoted(&sandbox.url()))?;
    writeln!(out, "export KOODRIVE_USER_ID={}", quoted(sandbox.user_id()))?;
    writeln!(out, "export KOODRIVE_APP_ID={}", quoted(sandbox.app_id()))?;
    if is_demo_secret {
        writeln!(out, "export {SECRET}={}", quoted(sandbox.app_secret()))?;
    } else {
        writeln!(out, "# {SECRET} is the one that this command found in its environment")?;
    }
    writeln!(out, "export KOODRIVE_TOKEN={}", quoted(&sandbox.token()))?;
    writeln!(out, "# to use the token rather than the app: unset KOODRIVE_APP_ID {SECRET}")?;
    out.flush()
}

fn log(request: &RequestRecord) {
    // Whoever closed standard error wants no log; the server goes on.
    let _ = writeln!(std::io::stderr(), "{request}");
}

/// A value as a POSIX shell reads it back.
fn quoted(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@%+=[]".contains(&b);
    if text.bytes().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

fn probability(text: &str) -> Result<f64, String> {
    let is_in_range = |p: &f64| (0.0..=1.0).contains(p);
    text.parse().ok().filter(is_in_range).ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

/// Ends with ctrl-c, and with a polite kill where there is such a thing. Listens from now on.
#[cfg(unix)]
fn interrupted() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).context("signals cannot be received");
    let (mut int, mut term) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! { _ = int.recv() => {}, _ = term.recv() => {} }
    })
}

#[cfg(not(unix))]
fn interrupted() -> Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(quoted("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(quoted("a$b"), "'a$b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
