//! The backup records of many users, modules and devices at once.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use koodrive_api::types::BackupRecord;

use crate::backup::module_code::ModuleCode;
use crate::backup::query::BackupRecordsQuery;
use crate::client::Client;
use crate::error::Error;
use crate::listing::checkpoint::Checkpoint;
use crate::listing::many::{Event, Many};
use crate::listing::stats::Stats;

type Resume = Box<dyn Fn(&Target) -> Option<Checkpoint> + Send>;
type Configure = Box<dyn Fn(BackupRecordsQuery) -> BackupRecordsQuery + Send>;

/// Listings that run side by side unless set otherwise.
const CONCURRENCY: usize = 16;

/// Whose records, of which module and device.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Target {
    /// The user.
    pub user_id: String,
    /// The module.
    pub module: ModuleCode,
    /// The device; of all devices where it is `None`.
    pub device_id: Option<String>,
}

impl Target {
    /// The records of all devices of a user in `module`.
    pub fn new(user_id: impl Into<String>, module: ModuleCode) -> Self {
        Self { user_id: user_id.into(), module, device_id: None }
    }

    /// Only the records of this device.
    #[must_use]
    pub fn device_id(mut self, device_id: impl Into<String>) -> Self {
        self.device_id = Some(device_id.into());
        self
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.user_id, self.module)?;
        self.device_id.iter().try_for_each(|device_id| write!(f, " {device_id}"))
    }
}

impl Client {
    /// Lists many users and modules side by side: a [`Stream`][stream] of [`Event`]s. Nothing is
    /// sent before the first poll.
    ///
    /// [stream]: https://docs.rs/futures-core/0.3/futures_core/stream/trait.Stream.html
    ///
    /// ```no_run
    /// # async fn run(client: koodrive_ext::Client, users: Vec<String>) -> Result<(), koodrive_ext::Error> {
    /// use koodrive_ext::{Event, ModuleCode, Target};
    ///
    /// let targets = users.into_iter().flat_map(|user_id| {
    ///     ModuleCode::ALL.iter().map(move |module| Target::new(&user_id, module.clone()))
    /// });
    /// let mut listings = client.listings(targets).concurrency(64);
    /// while let Some(event) = listings.next().await {
    ///     match event {
    ///         Event::Page { of, page } => println!("{of}: {} records", page.len()),
    ///         Event::Failed { of, error } => eprintln!("{of}: asking again after {error}"),
    ///         Event::Complete { of, .. } => println!("{of}: complete"),
    ///         Event::Incomplete { of, error, checkpoint, .. } => {
    ///             eprintln!("{of}: {}", error.map_or("by its limit".into(), |e| e.to_string()));
    ///             let place = checkpoint.map_or("the start".into(), |place| place.to_string());
    ///             println!("{of}: resume from {place}");
    ///         }
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn listings<I>(&self, targets: I) -> Listings
    where
        I: IntoIterator<Item = Target>,
        I::IntoIter: Send + 'static,
    {
        self.listings_from(Iter(targets.into_iter()))
    }

    /// Like [`listings`](Self::listings), of targets that come by and by.
    pub fn listings_from(&self, targets: impl Stream<Item = Target> + Send + 'static) -> Listings {
        let queries = Queries {
            client: self.clone(),
            resume: Box::new(|_| None),
            configure: Box::new(|query| query),
        };
        Listings { targets: Some(Box::pin(targets)), many: Many::new(CONCURRENCY), queries }
    }
}

/// Many listings at once, from [`Client::listings`].
///
/// - Targets are pulled when there is room, so that a million of them take no memory; at most one
///   page per running listing does, or two where it [looks ahead](crate::Query::prefetch).
/// - Each listing gets its turn. They share the client's connections, its pace and its
///   [`max_concurrent_requests`](crate::ClientBuilder::max_concurrent_requests).
/// - An error belongs to its target and stops no other. Each target ends once, with
///   [`Event::Complete`] or [`Event::Incomplete`].
/// - Dropping it cancels everything; pages that were yielded carry their checkpoints.
#[must_use = "listings are driven only when polled"]
pub struct Listings {
    targets: Option<Pin<Box<dyn Stream<Item = Target> + Send>>>,
    many: Many<Target, BackupRecord>,
    queries: Queries,
}

/// Makes the query of a target.
struct Queries {
    client: Client,
    resume: Resume,
    configure: Configure,
}

impl Queries {
    fn of(&self, target: &Target) -> Result<BackupRecordsQuery, Error> {
        let user = self.client.for_user(&target.user_id)?;
        let mut query = (self.configure)(user.backup_records(target.module.clone()));
        if let Some(device_id) = &target.device_id {
            query = query.device_id(device_id);
        }
        Ok(match (self.resume)(target) {
            Some(checkpoint) => query.resume(checkpoint),
            None => query,
        })
    }
}

impl Listings {
    /// How many listings run side by side; 16 unless set, at least 1.
    pub fn concurrency(mut self, listings: usize) -> Self {
        self.many.set_max(listings);
        self
    }

    /// Where each target is resumed; `None` from `checkpoint_of` begins it at its start.
    pub fn resume(
        mut self,
        checkpoint_of: impl Fn(&Target) -> Option<Checkpoint> + Send + 'static,
    ) -> Self {
        self.queries.resume = Box::new(checkpoint_of);
        self
    }

    /// Options of each query: page size, limit, retry policy. Called when its target is pulled, so
    /// a limit may be what the ones before have left.
    pub fn configure(
        mut self,
        configure: impl Fn(BackupRecordsQuery) -> BackupRecordsQuery + Send + 'static,
    ) -> Self {
        self.queries.configure = Box::new(configure);
        self
    }

    /// Checks the input of a target, its checkpoint among it, and sends nothing: to learn before
    /// anything is begun what would end it with [`Event::Incomplete`] at once.
    ///
    /// # Errors
    /// As those of [`Client::for_user`] and of [`Query::check`](crate::Query::check).
    pub fn check(&self, target: &Target) -> Result<(), Error> {
        self.queries.of(target)?.check()
    }

    /// What all listings took so far, those that are running among them.
    pub fn stats(&self) -> Stats {
        self.many.stats()
    }

    /// The next event; `None` when every target has ended. Cancel-safe: a future that is dropped
    /// loses nothing.
    pub async fn next(&mut self) -> Option<Event<Target, BackupRecord>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Listings {
    type Item = Event<Target, BackupRecord>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { targets, many, queries } = &mut *self;
        many.poll_next(cx, |cx| {
            let Some(stream) = targets else { return Poll::Ready(None) };
            stream.as_mut().poll_next(cx).map(|target| {
                let Some(target) = target else {
                    *targets = None;
                    return None;
                };
                let pages = queries.of(&target).map(BackupRecordsQuery::pages);
                Some((target, pages))
            })
        })
    }
}

impl fmt::Debug for Listings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listings").field("client", &self.queries.client).finish_non_exhaustive()
    }
}

/// An iterator as a stream that is always ready.
struct Iter<I>(I);

// The iterator is moved, never pinned.
impl<I> Unpin for Iter<I> {}

impl<I: Iterator> Stream for Iter<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}
