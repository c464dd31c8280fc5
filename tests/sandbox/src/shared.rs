//! What the connections of one sandbox share.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};
use std::time::SystemTime;

use axum::http::request::Parts;
use tokio::time::Instant;

use crate::{
    clock::shifted,
    cursor::Listing,
    cursor_book::CursorBook,
    fault::FaultKind,
    fault_book::{FaultBook, Target},
    paging::Paging,
    params::{self, Query},
    records::{Catalogue, mixed},
    request_log::{self, RequestLog, RequestRecord},
    settings::Settings,
};

/// Path of the documented operation.
pub(crate) const LIST: &str = "/koodrive/ose/v1/backup/record";

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) catalogue: Catalogue,
    state: Mutex<State>,
    ids: AtomicU64,
    started: Instant,
}

pub(crate) struct State {
    pub(crate) tokens: Vec<String>,
    pub(crate) log: RequestLog,
    pub(crate) faults: FaultBook,
    pub(crate) cursors: CursorBook,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("faults", &self.faults).finish_non_exhaustive()
    }
}

/// A request that was noted, with the faults that it meets.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) record: RequestRecord,
    pub(crate) kinds: Vec<FaultKind>,
    /// The server's clock for this request, faults included.
    pub(crate) now: SystemTime,
}

impl Shared {
    pub(crate) fn new(
        settings: Settings,
        catalogue: Catalogue,
        tokens: Vec<String>,
        faults: FaultBook,
    ) -> Self {
        let log = RequestLog::new(settings.keep_requests);
        Self {
            settings,
            catalogue,
            state: Mutex::new(State { tokens, log, faults, cursors: CursorBook::default() }),
            ids: AtomicU64::new(0),
            started: Instant::now(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn paging(&self, listing: &Listing) -> Paging {
        Paging {
            page_size: listing.page_size,
            total: self.catalogue.count(&listing.selection),
            empty_every: self.settings.empty_every,
        }
    }

    /// Notes a request, before anything is decided about it.
    pub(crate) fn arrive(&self, parts: &Parts) -> Arrival {
        let query = parts.uri.query();
        let target = self.target(parts);
        let id = self.ids.fetch_add(1, Ordering::Relaxed) + 1;
        let received_at = self.settings.clock.now();

        let mut state = self.state();
        let met = state.faults.meet(target.as_ref());
        let record = RequestRecord {
            id,
            number: met.number,
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: query.map(str::to_owned),
            params: params::decoded(query.unwrap_or_default()),
            headers: request_log::shown(&parts.headers, self.settings.keep_authorization),
            page: target.map(|target| target.place.page),
            attempt: met.attempt,
            received_at,
            since_start: self.started.elapsed(),
            trace_id: trace_id(id),
            status: None,
            faults: Vec::new(),
        };
        state.log.push(record.clone());
        drop(state);

        let shift = met.kinds.iter().fold(0_i64, |sum, kind| match kind {
            FaultKind::Clock(seconds) => sum.saturating_add(*seconds),
            _ => sum,
        });
        Arrival { record, kinds: met.kinds, now: shifted(received_at, shift) }
    }

    /// An id for an answer to what is no request.
    pub(crate) fn next_trace_id(&self) -> String {
        trace_id(self.ids.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Notes what became of a request, and tells whoever listens.
    pub(crate) fn finish(
        &self,
        mut record: RequestRecord,
        status: Option<u16>,
        faults: Vec<FaultKind>,
    ) {
        record.status = status;
        record.faults = faults;
        self.state().log.complete(&record);
        // Called without the lock, so that it may ask the sandbox.
        if let Some(on_request) = &self.settings.on_request {
            on_request(&record);
        }
    }

    fn target(&self, parts: &Parts) -> Option<Target> {
        if parts.uri.path() != LIST {
            return None;
        }
        let user_id = parts.headers.get("X-User-Id")?.to_str().ok()?.trim();
        let user = self.settings.users.iter().position(|known| known == user_id)?;
        let Query { listing, place } =
            Query::read(parts.uri.query().unwrap_or_default(), user, &self.settings.habits).ok()?;
        let is_last = self.paging(&listing).last_page() == place.page;
        Some(Target { listing, place, is_last })
    }
}

fn trace_id(id: u64) -> String {
    format!("{:016x}{id:016x}", mixed(id))
}
