//! The spans of a listing: one per listing, with a child per page. Cursors appear as fingerprints.

use tracing::field::{Empty, display};
use tracing::{Span, debug, info_span};

use crate::listing::cursor::Cursor;

pub(crate) fn listing_span(label: &str, is_resumed: bool) -> Span {
    info_span!(
        "koodrive.listing",
        koodrive.module = label,
        koodrive.resumed = is_resumed,
        koodrive.pages = Empty,
        koodrive.records = Empty,
        koodrive.requests = Empty,
        koodrive.retries = Empty,
    )
}

pub(crate) fn page_span(parent: &Span, page: u64, cursor: Option<&Cursor>) -> Span {
    let span =
        info_span!(parent: parent, "koodrive.page", koodrive.page = page, koodrive.cursor = Empty);
    // Hashed only for somebody who looks.
    if let Some(cursor) = cursor.filter(|_| !span.is_disabled()) {
        span.record("koodrive.cursor", display(cursor.fingerprint()));
    }
    span
}

pub(crate) fn page_received(span: &Span, records: usize, has_next: bool) {
    debug!(
        parent: span,
        monotonic_counter.koodrive.pages = 1_u64,
        monotonic_counter.koodrive.records = records as u64,
        has_next,
        "page received"
    );
}
