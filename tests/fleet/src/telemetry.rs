//! Logs on stderr, metrics for Prometheus.

use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::error::Error;

/// Bounds of the histograms, in seconds.
const BUCKETS: &[f64] = &[0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0];

/// How often samples of histograms are moved into their buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// Writes logs to stderr, as `RUST_LOG` says; without it, this crate's from `info` up.
pub fn log() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,koodrive_fleet=info"));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call, in a test, leaves the first one's subscriber in place.
    let _ = subscriber.try_init();
}

/// Collects the metrics of this process from here on.
///
/// # Errors
/// Another recorder is there already.
pub fn metrics() -> Result<PrometheusHandle, Error> {
    let handle = PrometheusBuilder::new()
        .set_buckets(BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|e| Error::Input(format!("metrics cannot be collected: {e}")))?;
    describe();
    let upkeep = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!("koodrive_fleet_pages_total", "Pages stored by this process");
    describe_counter!("koodrive_fleet_records_total", "Elements stored by this process");
    describe_counter!("koodrive_fleet_jobs_total", "Jobs ended in this process, by outcome");
    describe_gauge!("koodrive_fleet_listings_in_hand", "Listings in hand in this process");
    describe_histogram!("koodrive_fleet_fetch_seconds", "Time for a page, retries included");
    describe_histogram!("koodrive_fleet_store_seconds", "Time for the transaction of a page");
    describe_gauge!("koodrive_fleet_listings", "Listings of all runs, by state");
    describe_gauge!("koodrive_fleet_records", "Elements that the listings of all runs stored");
}
