//! The binary: see the library.

use std::process::ExitCode;

use clap::Parser as _;
use koodrive_fleet::cli::{Args, run};
use koodrive_fleet::telemetry;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    telemetry::log();
    match run(args).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("koodrive-fleet: {error}");
            ExitCode::from(2)
        }
    }
}
