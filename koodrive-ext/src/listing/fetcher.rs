//! Asks for the pages of a source, and reads what came.

use std::sync::Arc;
use std::time::Duration;

use koodrive_api::wire::PageSize;
use tracing::Instrument as _;

use crate::error::Error;
use crate::exchange::caller::Caller;
use crate::exchange::ledger::Ledger;
use crate::listing::cursor::Cursor;
use crate::listing::decode;
use crate::listing::in_flight::Fetching;
use crate::listing::pages::Fetch;
use crate::listing::source::{Form, PageAsk, Received, Source};
use crate::listing::span;
use crate::listing::walk::Ask;

pub(crate) struct Fetcher<S> {
    pub(crate) caller: Caller,
    pub(crate) api: koodrive_api::Client,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) source: S,
    pub(crate) page_size: PageSize,
    pub(crate) keeps_raw: bool,
}

impl<S: Source> Fetch<S::Item> for Fetcher<S> {
    fn fetch(self: Arc<Self>, ask: Ask, span: tracing::Span) -> Fetching<S::Item> {
        let page_span = span.clone();
        let work = async move {
            if let Some(pause) = self.pause(&ask) {
                self.caller.shared.clock.sleep(pause).await;
            }
            let received = self.page(ask.cursor).await?;
            span::page_received(&page_span, received.items.len(), received.next.is_some());
            Ok(received)
        };
        Box::pin(work.instrument(span))
    }

    fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn label(&self) -> &str {
        self.source.label()
    }
}

impl<S: Source> Fetcher<S> {
    /// The pause before a page that failed is asked for again.
    fn pause(&self, ask: &Ask) -> Option<Duration> {
        let (shared, retry) = (&*self.caller.shared, self.caller.retry());
        let asked = ask.retry_after.unwrap_or_default().min(retry.deadline);
        let backoff = || retry.backoff.pause(ask.failures, &*shared.random);
        (ask.failures > 0).then(|| asked.saturating_add(backoff()))
    }

    async fn page(&self, cursor: Option<Cursor>) -> Result<Received<S::Item>, Error> {
        let cursor = cursor.map(|cursor| cursor.expose().to_owned());
        let fetched = self.source.page(&self.api, PageAsk { page_size: self.page_size, cursor });
        let fetched = fetched.await?;
        let last = self.ledger.take_last();
        let content = match fetched.0 {
            Form::Read { items, next, extra } => decode::read(items, next, extra),
            Form::Body(body) => decode::tolerant(&body, &last.redactor),
        };
        let body = last.body.filter(|_| self.keeps_raw);
        let context = last.context;
        // Decoding comes after the exchange, which alone knows what it took.
        let content = content.map_err(|error| error.with_context(|c| *c = context.clone()))?;
        Ok(Received {
            items: content.items,
            raw: body.map(|body| decode::raw_elements(&body)),
            next: content.next.and_then(Cursor::new),
            extra: content.extra,
            context,
        })
    }
}
