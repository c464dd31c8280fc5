//! The mirror over HTTP: records of a user, health, metrics.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::net::TcpListener;

use crate::error::Error;
use crate::store::Store;
use crate::store::read::{StoredRecord, ping, records};
use crate::store::status::status;
use crate::work::stop::Stop;

/// Records per answer unless `limit` says otherwise, and at most.
const LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1000;

#[derive(Clone)]
struct App {
    store: Store,
    metrics: PrometheusHandle,
}

/// The routes of `serve`.
pub fn mirror(store: Store, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/users/{id}/records", get(user_records))
        .route("/healthz", get(health))
        .route("/metrics", get(all_metrics))
        .with_state(App { store, metrics })
}

/// The routes of a worker: its own metrics, without a question to the database.
pub fn worker(metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/metrics", get(|| async move { metrics.render() }))
}

/// Serves until it is asked to stop.
///
/// # Errors
/// The socket's.
pub async fn serve(listener: TcpListener, routes: Router, stop: Stop) -> Result<(), Error> {
    let until = stop.asked_owned();
    axum::serve(listener, routes)
        .with_graceful_shutdown(until)
        .await
        .map_err(Error::io("cannot serve"))
}

#[derive(Debug, Deserialize)]
struct Which {
    /// Code of a module; all without it.
    module: Option<String>,
    /// `next` of the answer before.
    after: Option<String>,
    limit: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Records {
    records: Vec<Stored>,
    /// For `after`; `null` when there are no more.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct Stored {
    module_code: String,
    record_id: String,
    run: String,
    record: Box<RawValue>,
}

impl TryFrom<StoredRecord> for Stored {
    type Error = serde_json::Error;

    fn try_from(stored: StoredRecord) -> Result<Self, serde_json::Error> {
        let StoredRecord { module_code, record_id, body, run } = stored;
        Ok(Self { module_code, record_id, run, record: RawValue::from_string(body)? })
    }
}

async fn user_records(
    State(app): State<App>,
    Path(user): Path<String>,
    Query(which): Query<Which>,
) -> Response {
    let limit = which.limit.unwrap_or(LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return refuse(format!("limit is {limit}, expected 1 to {MAX_LIMIT}"));
    }
    let after = match which.after.as_deref().map(|after| after.split_once(':')) {
        None => ("", ""),
        Some(Some(place)) => place,
        Some(None) => return refuse("after is not the next of an answer".to_owned()),
    };
    let found = records(&app.store, &user, which.module.as_deref(), after, limit).await;
    match found.map(|rows| page(rows, limit)) {
        Ok(Ok(page)) => Json(page).into_response(),
        Ok(Err(error)) => broken(&error),
        Err(error) => broken(&error),
    }
}

fn page(rows: Vec<StoredRecord>, limit: i64) -> Result<Records, serde_json::Error> {
    let is_full = i64::try_from(rows.len()).is_ok_and(|rows| rows == limit);
    let last = rows.last().filter(|_| is_full);
    let next = last.map(|last| format!("{}:{}", last.module_code, last.record_id));
    let records = rows.into_iter().map(Stored::try_from).collect::<Result<_, _>>()?;
    Ok(Records { records, next })
}

async fn health(State(app): State<App>) -> Response {
    match ping(&app.store).await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => broken(&error),
    }
}

async fn all_metrics(State(app): State<App>) -> Response {
    match status(&app.store, None).await {
        Ok(status) => {
            for (state, listings) in [
                ("pending", status.pending),
                ("running", status.running),
                ("done", status.done),
                ("failed", status.failed),
            ] {
                metrics::gauge!("koodrive_fleet_listings", "state" => state).set(listings as f64);
            }
            metrics::gauge!("koodrive_fleet_records").set(status.records as f64);
            app.metrics.render().into_response()
        }
        Err(error) => broken(&error),
    }
}

fn refuse(message: String) -> Response {
    (StatusCode::BAD_REQUEST, Json(serde_json::json!({ "error": message }))).into_response()
}

/// What failed is for the log; the caller can only come back later.
fn broken(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "cannot answer");
    let body = serde_json::json!({ "error": "the database cannot be read" });
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}
