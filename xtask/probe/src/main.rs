//! `cargo run -p koodrive-probe`, for those who do not want the rest of xtask.

use std::process::ExitCode;

use clap::Parser as _;

/// Ask a KooDrive deployment what no public page settles
#[derive(clap::Parser)]
#[command(name = "koodrive-probe")]
struct Cli {
    #[command(flatten)]
    args: koodrive_probe::Args,
}

fn main() -> ExitCode {
    match koodrive_probe::run(Cli::parse().args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
