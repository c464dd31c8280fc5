//! What there is to trace: a span per listing, with a child per page and a grandchild per attempt.
//!
//! Names and fields follow OpenTelemetry's HTTP conventions, so with `tracing-opentelemetry` the
//! subscriber is all that changes:
//!
//! ```text
//! tracing_subscriber::registry()
//!     .with(tracing_opentelemetry::layer().with_tracer(tracer))     // spans
//!     .with(tracing_opentelemetry::MetricsLayer::new(meters))       // monotonic_counter.*
//!     .init();
//! ```

use std::error::Error;

use koodrive_ext::{ModuleCode, UserClient};
use tracing_subscriber::fmt::format::FmtSpan;

pub(crate) async fn run(user: &UserClient) -> Result<(), Box<dyn Error>> {
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("koodrive_ext=debug")
        .with_span_events(FmtSpan::CLOSE)
        .without_time()
        .with_ansi(false)
        .with_writer(std::io::stdout)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let listing = user.backup_records(ModuleCode::AlbumBackup).page_size(50).records();
    println!("{} records", listing.try_collect().await?.len());
    Ok(())
}
