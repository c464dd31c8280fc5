//! What a listing took.

use tracing::Span;

use crate::exchange::ledger::Ledger;

/// Counts of a listing, or of many, since it began or was resumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Pages received.
    pub pages: u64,
    /// Records in them, unreadable ones among them.
    pub records: u64,
    /// Requests sent, retries among them.
    pub requests: u64,
    /// Requests that repeated a failed one within a call.
    pub retries: u64,
}

impl Stats {
    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            pages: self.pages + other.pages,
            records: self.records + other.records,
            requests: self.requests + other.requests,
            retries: self.retries + other.retries,
        }
    }
}

/// Running counts; they go into the listing's span when it ends.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pages: u64,
    records: u64,
    span: Option<Span>,
}

impl Totals {
    pub(crate) fn count(&mut self, records: usize) {
        self.pages += 1;
        self.records += records as u64;
    }

    /// The listing's span, made with the first request.
    pub(crate) fn span(&mut self, make: impl FnOnce() -> Span) -> Span {
        self.span.get_or_insert_with(make).clone()
    }

    pub(crate) fn stats(&self, ledger: &Ledger) -> Stats {
        Stats {
            pages: self.pages,
            records: self.records,
            requests: ledger.requests(),
            retries: ledger.retries(),
        }
    }

    pub(crate) fn close(&self, ledger: &Ledger) {
        if let Some(span) = &self.span {
            span.record("koodrive.pages", self.pages);
            span.record("koodrive.records", self.records);
            span.record("koodrive.requests", ledger.requests());
            span.record("koodrive.retries", ledger.retries());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_listings_add_up() {
        let one = Stats { pages: 1, records: 20, requests: 300, retries: 4000 };
        let other = Stats { pages: 5, records: 60, requests: 700, retries: 8000 };
        let both = Stats { pages: 6, records: 80, requests: 1000, retries: 12_000 };
        assert_eq!(one.plus(other), both);
    }
}
