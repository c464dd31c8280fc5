//! The commands.

mod args;

use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;

pub use args::{Args, Command, Format};
use args::{Enqueue, Serve, Work};

use crate::credentials::client;
use crate::error::Error;
use crate::job::Job;
use crate::store::Store;
use crate::store::engine_jobs::count_for_the_planner;
use crate::store::enqueue::{BATCH, enqueue};
use crate::store::status::{Failure, Status, failures, status};
use crate::work::alone::Alone;
use crate::work::crew::{Crew, Rules};
use crate::work::engine::{Pace, work, worker_name};
use crate::work::held::Held;
use crate::work::stop::Stop;
use crate::{serve, telemetry, users};

/// Failed listings that `status` names.
const NAMED_FAILURES: i64 = 20;

/// Runs a command; its exit status is 1 when `status` finds a listing that failed.
///
/// # Errors
/// What ended it.
pub async fn run(args: Args) -> Result<ExitCode, Error> {
    match args.command {
        Command::Enqueue(args) => run_enqueue(args).await,
        Command::Work(args) => run_work(args).await,
        Command::Status(args) => {
            let store = Store::open(&args.database.url, 2).await?;
            let found = status(&store, Some(&args.run)).await?;
            let failures = failures(&store, &args.run, NAMED_FAILURES).await?;
            print_status(&args.run, args.format, &found, &failures);
            Ok(if found.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
        Command::Serve(args) => run_serve(args).await,
    }
}

async fn run_enqueue(args: Enqueue) -> Result<ExitCode, Error> {
    let modules = users::modules(&args.module)?;
    let lines: Box<dyn BufRead> = if args.users == "-" {
        Box::new(BufReader::new(stdin()))
    } else {
        let file =
            File::open(&args.users).map_err(Error::io(format!("cannot read {}", args.users)))?;
        Box::new(BufReader::new(file))
    };
    let store = Store::open(&args.database.url, 2).await?;
    let mut batch: Vec<Job> = Vec::with_capacity(BATCH);
    let (mut added, mut known) = (0, 0);
    let mut jobs = users::jobs(lines, &args.run, &modules);
    loop {
        let job = jobs.next().transpose()?;
        let is_last = job.is_none();
        batch.extend(job);
        if is_last || batch.len() == BATCH {
            let new = enqueue(&store, &batch).await?;
            added += new;
            known += batch.len() - new;
            batch.clear();
        }
        if is_last {
            break;
        }
    }
    if added > 0 {
        count_for_the_planner(&store).await?;
    }
    println!("run {}: {added} listings added, {known} were there already", args.run);
    Ok(ExitCode::SUCCESS)
}

async fn run_work(args: Work) -> Result<ExitCode, Error> {
    let name = worker_name();
    let concurrency = usize::from(args.concurrency.get());
    let client = client(&args.endpoint, &name, concurrency, |name| std::env::var(name).ok())?;
    let stop = Stop::new(args.grace);
    stop.ask_at_signals()?;
    if let Some(addr) = args.metrics {
        let listener = listen(addr).await?;
        tokio::spawn(serve::serve(listener, serve::worker(telemetry::metrics()?), stop.clone()));
    }
    // A connection per listing, and those of the engine: heartbeat, fetch, the question of the end.
    let connections = u32::from(args.concurrency.get()) + 3;
    let store = Store::open(&args.database.url, connections).await?;
    let rules = Rules {
        max_attempts: i64::from(args.max_attempts.get()),
        retry_delay: args.retry_delay,
        page_size: args.page_size,
    };
    let pace =
        Pace { concurrency, lease: args.lease, poll: args.poll, until_done: args.until_done };
    tracing::info!(worker = name, ?pace, "working");
    let crew = Arc::new(Crew {
        store,
        client,
        rules,
        stop,
        held: Held::default(),
        alone: Alone::default(),
    });
    work(crew, &name, &pace).await?;
    tracing::info!(worker = name, "ended");
    Ok(ExitCode::SUCCESS)
}

async fn run_serve(args: Serve) -> Result<ExitCode, Error> {
    let store = Store::open(&args.database.url, 8).await?;
    let listener = listen(SocketAddr::new(args.address, args.port)).await?;
    let stop = Stop::new(std::time::Duration::ZERO);
    stop.ask_at_signals()?;
    serve::serve(listener, serve::mirror(store, telemetry::metrics()?), stop).await?;
    Ok(ExitCode::SUCCESS)
}

/// Listens, and says where on standard output: port 0 takes a free one.
async fn listen(addr: SocketAddr) -> Result<TcpListener, Error> {
    let cannot = || Error::io(format!("cannot listen on {addr}"));
    let listener = TcpListener::bind(addr).await.map_err(cannot())?;
    println!("listening on http://{}", listener.local_addr().map_err(cannot())?);
    Ok(listener)
}

fn print_status(run: &str, format: Format, status: &Status, failures: &[Failure]) {
    if status.listings() == 0 {
        eprintln!("the run {run} has no listings: check its name");
    }
    if format == Format::Json {
        println!("{}", serde_json::json!(status));
        return;
    }
    println!("pending  running  done     failed   records");
    let Status { pending, running, done, failed, records } = status;
    println!("{pending:<8} {running:<8} {done:<8} {failed:<8} {records}");
    for (user, module, error) in failures {
        println!("user {user} module {module}: {}", error.as_deref().unwrap_or("no reason kept"));
    }
    let more = status.failed - i64::try_from(failures.len()).unwrap_or(0);
    if more > 0 {
        println!("and {more} more failed");
    }
}
