//! Where a listing stands, as a value to keep and to go on from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::error::Kind;
use crate::fingerprint::Fingerprint;

/// The form that this version writes and reads.
const VERSION: u32 = 1;

/// Where a listing stands: everything before it was yielded, nothing after it.
///
/// Taken from [`Records::checkpoint`](crate::Records::checkpoint) or
/// [`Pages::checkpoint`](crate::Pages::checkpoint), kept as JSON (serde, or [`Display`](fmt::Display)
/// and [`FromStr`]), given to [`BackupRecords::resume`](crate::BackupRecords::resume). It holds the
/// page's cursor and a fingerprint of the query, no credentials.
///
/// Whether a cursor expires, or gives the same page again, no public page tells. So a checkpoint
/// inside a page remembers the record before it by its fingerprint, and a page in which that
/// record is no longer in its place is an error rather than a silent gap.
///
/// ```
/// use koodrive_ext::Checkpoint;
///
/// let kept = r#"{"version":1,"query":"0f1e2d3c4b5a","position":"at","cursor":"eyJv","offset":37}"#;
/// let checkpoint: Checkpoint = kept.parse()?;
/// assert_eq!(checkpoint.to_string(), kept);
/// assert!(!checkpoint.is_end());
/// # Ok::<(), koodrive_ext::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Checkpoint {
    query: String,
    position: Position,
    /// Fingerprint of the id of the record before the offset.
    after: Option<String>,
}

/// A place in a listing.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Position {
    /// Before the first page.
    Start,
    /// Inside or before a page.
    At {
        /// The page's cursor; `None` for the first page.
        cursor: Option<String>,
        /// How many of the page's records come before.
        offset: u32,
    },
    /// After the last record of the last page: the list is complete.
    End,
}

impl Checkpoint {
    pub(crate) fn new(query: &Fingerprint, position: Position, after: Option<String>) -> Self {
        Self { query: query.to_string(), position, after }
    }

    /// The same query, elsewhere.
    pub(crate) fn moved_to(&self, position: Position, after: Option<String>) -> Self {
        Self { query: self.query.clone(), position, after }
    }

    /// The place that it stands for.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Whether everything was listed. After a stream's end, anything else means that the list is
    /// not complete.
    pub fn is_end(&self) -> bool {
        self.position == Position::End
    }

    /// The start of the page that it stands in: for a page that changed, so that nothing is lost
    /// and some records come twice.
    #[must_use]
    pub fn page_start(&self) -> Self {
        let position = match &self.position {
            Position::At { cursor: None, .. } => Position::Start,
            Position::At { cursor, .. } => Position::At { cursor: cursor.clone(), offset: 0 },
            other => other.clone(),
        };
        Self { query: self.query.clone(), position, after: None }
    }

    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    pub(crate) fn check_query(&self, query: &Fingerprint) -> Result<(), Error> {
        if self.query == query.to_string() {
            return Ok(());
        }
        Err(Error::new(Kind::Checkpoint(format!(
            "the checkpoint belongs to another query (#{}, this one is #{query}): host, user, module, device or \
             page size differ; use the same ones, or begin anew without it",
            self.query
        ))))
    }
}

/// Fingerprint of a record's id, to find its place again.
pub(crate) fn record_mark(record_id: Option<&str>) -> Option<String> {
    record_id.map(|id| Fingerprint::of(&["koodrive.recordId", id]).to_string())
}

impl fmt::Display for Checkpoint {
    /// One line of JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Checkpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|e| {
            Error::new(Kind::Checkpoint(format!(
                "this is no checkpoint: {e}; begin anew without it"
            )))
        })
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("query", &self.query)
            .field("position", &self.position)
            .finish()
    }
}

impl fmt::Debug for Position {
    /// Shows the cursor as a fingerprint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("Start"),
            Self::End => f.write_str("End"),
            Self::At { cursor, offset } => {
                let cursor = cursor.as_deref().map(|cursor| Fingerprint::of(&[cursor]));
                f.debug_struct("At").field("cursor", &cursor).field("offset", offset).finish()
            }
        }
    }
}

/// The written form.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename = "Checkpoint")]
struct Written {
    /// Version of this form: 1.
    version: u32,
    /// Fingerprint of the query.
    query: String,
    /// Before the first page, at an offset of a page, or after the last one.
    position: WrittenPosition,
    /// Cursor of the page; absent for the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    /// Records of the page that come before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offset: Option<u32>,
    /// Fingerprint of the record before the offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum WrittenPosition {
    Start,
    At,
    End,
}

impl From<Checkpoint> for Written {
    fn from(Checkpoint { query, position, after }: Checkpoint) -> Self {
        let (position, cursor, offset) = match position {
            Position::Start => (WrittenPosition::Start, None, None),
            Position::At { cursor, offset } => (WrittenPosition::At, cursor, Some(offset)),
            Position::End => (WrittenPosition::End, None, None),
        };
        Self { version: VERSION, query, position, cursor, offset, after }
    }
}

impl TryFrom<Written> for Checkpoint {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        if written.version != VERSION {
            return Err(format!("it has version {}, expected {VERSION}", written.version));
        }
        let position = match (written.position, written.cursor, written.offset) {
            (WrittenPosition::Start, None, None) => Position::Start,
            (WrittenPosition::End, None, None) => Position::End,
            (WrittenPosition::At, cursor, Some(offset)) if cursor.as_deref() != Some("") => {
                Position::At { cursor, offset }
            }
            (WrittenPosition::At, ..) => {
                return Err("a place inside the list needs an offset and no empty cursor".into());
            }
            _ => return Err("only a place inside the list has a cursor or an offset".into()),
        };
        Ok(Self { query: written.query, position, after: written.after })
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Checkpoint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Written::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}
