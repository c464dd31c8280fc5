//! What this thread traces, as text.
//!
//! One subscriber serves the whole test binary: a second one cannot be installed, and one that
//! belongs to a thread loses spans whose callsite another thread has met first.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, Registry, fmt};

thread_local! {
    static LINES: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Collects the spans and events of this thread, of every crate and level, until it is dropped.
/// A test's own runtime must be one of a single thread, as `#[tokio::test]` makes it.
#[derive(Debug)]
#[must_use = "nothing is collected after it is dropped"]
pub struct Captured(());

impl Captured {
    /// Begins.
    ///
    /// # Panics
    /// When another subscriber was installed.
    pub fn begin() -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            let lines = fmt::layer()
                .with_span_events(FmtSpan::FULL)
                .with_ansi(false)
                .without_time()
                .with_writer(|| Writer);
            let capturing = dynamic_filter_fn(|_, _| is_capturing());
            let subscriber = Registry::default().with(lines.with_filter(capturing));
            tracing::subscriber::set_global_default(subscriber).expect("the only subscriber");
        });
        LINES.set(Some(Vec::new()));
        Self(())
    }

    /// What came so far.
    #[must_use]
    pub fn text(&self) -> String {
        LINES.with_borrow(|lines| {
            String::from_utf8_lossy(lines.as_deref().unwrap_or_default()).into_owned()
        })
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        LINES.set(None);
    }
}

fn is_capturing() -> bool {
    LINES.with_borrow(Option::is_some)
}

struct Writer;

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.iter_mut().for_each(|lines| lines.extend(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
