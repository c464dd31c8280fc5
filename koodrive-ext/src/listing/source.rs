//! What a listing is: the one thing that an operation has to say about itself.

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use koodrive_api::ResponseValue;
use koodrive_api::wire::{PageSize, Text};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::unreadable::Unreadable;
use crate::error::{Context, Error};
use crate::listing::cursor::Cursor;
use crate::listing::mark::Mark;

/// Future of [`Source::page`].
pub type PageFuture<'a, T> = Pin<Box<dyn Future<Output = Result<Fetched<T>, Error>> + Send + 'a>>;

/// A list operation, as a listing needs to know it. [`BackupRecords`](crate::BackupRecords) is
/// one; a [`Query`](crate::Query) turns it into pages and items.
pub trait Source: Clone + fmt::Debug + Send + Sync + 'static {
    /// An element of the list.
    type Item: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The operation's name, for example `listBackupRecords`.
    const NAME: &'static str;

    /// What must be equal for a checkpoint to fit, beside endpoint and user.
    fn identity(&self) -> Vec<&str>;

    /// What a telemetry span calls this list: for backup records, the module's code.
    fn label(&self) -> &str;

    /// Checks the input; nothing is sent when it is wrong.
    ///
    /// # Errors
    /// Invalid input, saying which and what is expected.
    fn check(&self) -> Result<(), Error>;

    /// What tells an element from the others, where it has it.
    fn id(item: &Self::Item) -> Option<&str>;

    /// Asks for one page by the generated client.
    fn page<'a>(
        &'a self,
        api: &'a koodrive_api::Client,
        ask: PageAsk,
    ) -> PageFuture<'a, Self::Item>;
}

/// Which page is asked for.
#[derive(Clone)]
#[non_exhaustive]
pub struct PageAsk {
    /// Maximum number of elements.
    pub page_size: PageSize,
    /// The page's cursor; `None` for the first page.
    pub cursor: Option<String>,
}

impl fmt::Debug for PageAsk {
    /// Shows the cursor as a fingerprint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cursor = self.cursor.as_deref().and_then(Cursor::new);
        f.debug_struct("PageAsk")
            .field("page_size", &self.page_size.get())
            .field("cursor", &cursor)
            .finish()
    }
}

/// A page as the generated operation read it; or its body, which is then read element by element.
pub struct Fetched<T>(pub(crate) Form<T>);

pub(crate) enum Form<T> {
    Read { items: Vec<T>, next: Option<Text>, extra: Map<String, Value> },
    Body(Bytes),
}

impl<T> Fetched<T> {
    /// Takes what the generated operation returned. `open` takes a page apart: its elements, its
    /// `nextCursor`, and its other members.
    ///
    /// # Errors
    /// The operation's error, but for a page that could not be decoded.
    pub fn of<P, E: fmt::Debug + 'static>(
        result: Result<ResponseValue<P>, koodrive_api::Error<E>>,
        open: impl FnOnce(P) -> (Vec<T>, Option<Text>, Map<String, Value>),
    ) -> Result<Self, Error> {
        match result {
            Ok(response) => {
                let (items, next, extra) = open(response.into_inner());
                Ok(Self(Form::Read { items, next, extra }))
            }
            Err(koodrive_api::Error::InvalidResponsePayload(body, _)) => Ok(Self(Form::Body(body))),
            Err(error) => Err(error.into()),
        }
    }
}

impl<T> fmt::Debug for Fetched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetched(..)")
    }
}

/// A page that arrived, and what its answer said.
#[derive(Debug)]
pub(crate) struct Received<T> {
    pub(crate) items: Vec<Result<T, Unreadable>>,
    /// The JSON of each element as it came, where that is kept.
    pub(crate) raw: Option<Vec<Box<[u8]>>>,
    pub(crate) next: Option<Cursor>,
    pub(crate) extra: Map<String, Value>,
    pub(crate) context: Context,
}

/// The mark of an element of `S`.
pub(crate) fn mark_of<S: Source>(item: &Result<S::Item, Unreadable>) -> Mark {
    Mark::of(item, S::id)
}
