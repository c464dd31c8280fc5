//! `cargo xtask …`: what maintainers run. Each command is a module of plain functions.

mod bench;
mod checksums;
mod interop;
mod passed_on;
mod probe;
mod regen;
mod release;
mod sandbox;
mod spec;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::passed_on::PassedOn;

/// Maintenance of the koodrive workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Measure what signing, decoding and listing cost, beside what they could cost
    Bench(PassedOn),
    /// Run clients in other languages, and Schemathesis, against the sandbox
    Interop(interop::Args),
    /// Ask a deployment, read-only, what no public page settles
    Probe(PassedOn),
    /// Compile openapi/koodrive.yaml into koodrive-api/src/generated.rs
    Regen(regen::Args),
    /// Check what must hold before the crates are published
    Release(release::Args),
    /// Run the KooDrive stand-in as a server, to point a client at
    Sandbox(Box<sandbox::Args>),
    /// Lint, compare, package or release the document itself
    Spec(spec::Args),
    /// Install the pinned tools of openapi/tooling/ into target/
    Tools,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        None => Cli::command().print_help().map_err(Into::into),
        Some(Command::Bench(args)) => bench::run(&args),
        Some(Command::Interop(args)) => interop::run(&args),
        Some(Command::Probe(args)) => probe::run(&args),
        Some(Command::Regen(args)) => regen::run(&args),
        Some(Command::Release(args)) => release::run(&args),
        Some(Command::Sandbox(args)) => sandbox::run(*args),
        Some(Command::Spec(args)) => spec::run(&args),
        Some(Command::Tools) => tools::install(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
