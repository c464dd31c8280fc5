//! A listing whose pages are here already: what is left is its own cost.

use std::sync::{Arc, Mutex, PoisonError};

use koodrive_api::types::BackupRecord;
use serde_json::Map;

use crate::backup::query::BackupRecords;
use crate::error::Context;
use crate::exchange::ledger::Ledger;
use crate::fingerprint::Fingerprint;
use crate::listing::checkpoint::Checkpoint;
use crate::listing::cursor::{Cursor, Place};
use crate::listing::in_flight::Fetching;
use crate::listing::items::Items;
use crate::listing::pages::{Fetch, Pages};
use crate::listing::source::{Received, Source as _, mark_of};
use crate::listing::walk::{Ask, Rules, Walk};

struct Ready {
    pages: Mutex<std::vec::IntoIter<Vec<BackupRecord>>>,
    ledger: Ledger,
}

impl Fetch<BackupRecord> for Ready {
    fn fetch(self: Arc<Self>, ask: Ask, _: tracing::Span) -> Fetching<BackupRecord> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let items = pages.next().unwrap_or_default().into_iter().map(Ok).collect();
        let next = (pages.len() > 0).then(|| ask.page.to_string()).and_then(Cursor::new);
        let (context, extra) = (Context::default(), Map::new());
        Box::pin(std::future::ready(Ok(Received { items, raw: None, next, extra, context })))
    }

    fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn label(&self) -> &str {
        "ready"
    }
}

/// The records of `pages`.
pub fn items_of(pages: Vec<Vec<BackupRecord>>) -> Items<BackupRecord> {
    let rules =
        Rules { limit: None, max_failures: 1, max_empty_pages: 1, allow_repeated_cursors: false };
    let ready = Ready { pages: Mutex::new(pages.into_iter()), ledger: Ledger::default() };
    let begun = Checkpoint::new(&Fingerprint::of(&["ready"]), 100, Place::default());
    let walk = Walk::new(begun, rules, mark_of::<BackupRecords>);
    Items::new(
        Pages::new(walk, Arc::new(ready), false),
        BackupRecords::id,
        mark_of::<BackupRecords>,
    )
}
