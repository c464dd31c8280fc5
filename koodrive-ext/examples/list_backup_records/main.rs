//! Lists the backup records of a KooDrive user: `cargo run --example list_backup_records`.
//!
//! Without arguments it starts the sandbox in this process and lists that. `--help` has the rest.
//! How it uses the crate is in `access.rs` (making a client), `modules.rs` (what to list) and `list.rs`
//! (what comes); how it survives a night is in `printer.rs` (first the records, then the place after
//! them).
#![forbid(unsafe_code)]

mod access;
mod advice;
mod appended;
mod args;
mod checkpoint_file;
mod destination;
mod form;
mod help;
mod list;
mod lock;
mod modules;
mod opening;
mod printer;
mod replace;
mod report;
mod signals;
mod stdout;
mod table;
mod text;
mod usage;
mod verdict;

use std::process::ExitCode;

use crate::access::Access;
use crate::args::Args;
use crate::checkpoint_file::CheckpointFile;
use crate::report::Report;
use crate::signals::Interrupt;

fn main() -> ExitCode {
    let args = usage::read();
    log_as_asked();
    let report = Report::new();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| format!("the runtime could not be started: {e}"));
    match runtime.and_then(|runtime| runtime.block_on(run(&args, &report))) {
        Ok(status) => ExitCode::from(status),
        Err(message) => {
            report.error(&message);
            ExitCode::FAILURE
        }
    }
}

/// Everything that can be wrong before the first request is an `Err`.
async fn run(args: &Args, report: &Report) -> Result<u8, String> {
    let interrupt = Interrupt::listen()?;
    let file = args.checkpoint.as_deref().map(CheckpointFile::open).transpose()?;
    let access = Access::open(args, report).await?;
    list::run(args, file, report, interrupt, &access).await
}

/// What `RUST_LOG` names goes to standard error.
fn log_as_asked() {
    if std::env::var_os("RUST_LOG").is_some_and(|filter| !filter.is_empty()) {
        tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .with_ansi(false)
            .with_writer(std::io::stderr)
            .init();
    }
}
