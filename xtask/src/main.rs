//! `cargo xtask …`: what maintainers run. Each command is a module of plain functions.

mod regen;
mod workspace;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Maintenance of the koodrive workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Compile openapi/koodrive.yaml into koodrive-api/src/generated.rs
    Regen(regen::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        None => Cli::command().print_help().map_err(|e| e.to_string()),
        Some(Command::Regen(args)) => regen::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
