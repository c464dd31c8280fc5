//! What the commands take.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};

/// A nightly mirror of the backup records of many users, by many workers.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add listings to a run: each user's, of each module
    Enqueue(Enqueue),
    /// Work on listings until stopped, or until nothing is left
    Work(Work),
    /// Show how far a run is; the exit status is 1 while any listing failed
    Status(StatusArgs),
    /// Serve the records that were mirrored
    Serve(Serve),
}

/// Where everything is kept.
#[derive(clap::Args)]
pub(crate) struct Database {
    /// sqlite://FILE or postgres://USER@HOST/NAME
    #[arg(
        long = "database",
        value_name = "URL",
        env = "KOODRIVE_DATABASE",
        hide_env_values = true,
        default_value = "sqlite://koodrive-fleet.db"
    )]
    pub(super) url: String,
}

impl std::fmt::Debug for Database {
    /// Hides the URL, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}

/// Options of `enqueue`.
#[derive(Debug, clap::Args)]
pub struct Enqueue {
    #[command(flatten)]
    pub(super) database: Database,
    /// Name of the run, such as the date; the same run twice adds nothing
    #[arg(long, value_name = "NAME")]
    pub(super) run: String,
    /// File of user ids, one per line; - for standard input
    #[arg(long, value_name = "FILE|-")]
    pub(super) users: String,
    /// Modules with commas between them: folder, album, address-book, their codes, or all
    #[arg(long, default_value = "all")]
    pub(super) module: String,
}

/// Options of `work`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Credentials come from the environment only: KOODRIVE_APP_ID and \
                        KOODRIVE_APP_SECRET, or KOODRIVE_TOKEN.")]
pub struct Work {
    #[command(flatten)]
    pub(super) database: Database,
    /// Base URL of the service
    #[arg(long, value_name = "URL", env = "KOODRIVE_ENDPOINT")]
    pub(super) endpoint: String,
    /// Listings at a time
    #[arg(long, default_value = "8")]
    pub(super) concurrency: NonZeroU16,
    /// End when nothing is left to do, in any run
    #[arg(long)]
    pub(super) until_done: bool,
    /// How long after its last sign of life a worker's jobs go to others; in seconds, at least 3
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = lease)]
    pub(super) lease: Duration,
    /// How often an idle worker looks for a job; in seconds
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(super) poll: Duration,
    /// Attempts at a listing without a new page before it is failed
    #[arg(long, default_value = "5")]
    pub(super) max_attempts: NonZeroU16,
    /// Pause after the first failed attempt, doubled after each further one; in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(super) retry_delay: Duration,
    /// How long a signal leaves for the pages in hand; in seconds
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub(super) grace: Duration,
    /// Records per page, 1 to 100
    #[arg(long, default_value = "100", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) page_size: u32,
    /// Serve this worker's metrics here, such as 127.0.0.1:9100
    #[arg(long, value_name = "ADDRESS")]
    pub(super) metrics: Option<SocketAddr>,
}

/// Options of `status`.
#[derive(Debug, clap::Args)]
pub struct StatusArgs {
    #[command(flatten)]
    pub(super) database: Database,
    /// Name of the run
    #[arg(long, value_name = "NAME")]
    pub(super) run: String,
    /// How to print it
    #[arg(long, value_enum, default_value = "table")]
    pub(super) format: Format,
}

/// How `status` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// One object: pending, running, done, failed, records.
    Json,
}

/// Options of `serve`.
#[derive(Debug, clap::Args)]
pub struct Serve {
    #[command(flatten)]
    pub(super) database: Database,
    /// Port to listen on; 0 takes a free one
    #[arg(long)]
    pub(super) port: u16,
    /// Address to listen on. Nobody is asked who they are: keep it behind something that does
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(super) address: IpAddr,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| format!("{text:?} is not a number of seconds"))?;
    Duration::try_from_secs_f64(number).map_err(|e| e.to_string())
}

fn lease(text: &str) -> Result<Duration, String> {
    let lease = seconds(text)?;
    if lease < Duration::from_secs(3) {
        return Err("signs of life are a second apart, and three may be missed: at least 3".into());
    }
    Ok(lease)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_url_is_in_no_debug_output() {
        let words = ["fleet", "status", "--run", "r", "--database", "postgres://u:hush@h/d"];
        let args = Args::try_parse_from(words).unwrap();
        assert!(!format!("{args:?}").contains("hush"));
    }

    #[test]
    fn a_lease_below_three_signs_of_life_is_refused() {
        assert!(lease("2").is_err() && lease("-1").is_err() && lease("x").is_err());
        assert_eq!(lease("3").unwrap(), Duration::from_secs(3));
    }
}
