//! The form in which a checkpoint is written: one flat JSON object.

use serde::{Deserialize, Serialize};

use crate::listing::checkpoint::{Checkpoint, Position};
use crate::listing::cursor::{Cursor, Place};
use crate::listing::mark::Mark;

/// The version that is written and read.
const VERSION: u32 = 2;

/// The written form.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename = "Checkpoint")]
pub(super) struct Written {
    /// Version of this form: 2.
    version: u32,
    /// Fingerprint of the query.
    query: String,
    /// Before the first page, at an offset of a page, or after the last one.
    position: WrittenPosition,
    /// Cursor of the page; absent for the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    /// Elements of the page that come before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offset: Option<u32>,
    /// Fingerprint of the element before the offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// The page size, where the offset is not 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page_size: Option<u32>,
    /// Fingerprint of a cursor that leads back to a page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repeats: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum WrittenPosition {
    Start,
    At,
    End,
}

impl From<Checkpoint> for Written {
    fn from(Checkpoint { query, page_size, position, repeats }: Checkpoint) -> Self {
        let place = match position {
            Position::At(place) => Some(place),
            Position::End => None,
        };
        let name = match &place {
            None => WrittenPosition::End,
            Some(place) if *place == Place::default() => WrittenPosition::Start,
            Some(_) => WrittenPosition::At,
        };
        let offset = place.as_ref().map(|place| place.offset);
        let after =
            place.as_ref().and_then(|place| Some(place.after.as_ref()?.as_str().to_owned()));
        Self {
            version: VERSION,
            query,
            position: name,
            cursor: place.and_then(|place| Some(place.cursor?.expose().to_owned())),
            offset: offset.filter(|_| name == WrittenPosition::At),
            after,
            page_size: page_size.filter(|_| offset.is_some_and(|offset| offset > 0)),
            repeats,
        }
    }
}

impl TryFrom<Written> for Checkpoint {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        if written.version != VERSION {
            return Err(format!(
                "it has version {} and this release reads version {VERSION}",
                written.version
            ));
        }
        let position = match (written.position, written.cursor, written.offset) {
            (WrittenPosition::Start, None, None) => Position::At(Place::default()),
            (WrittenPosition::End, None, None) => Position::End,
            (WrittenPosition::At, cursor, Some(offset)) if cursor.as_deref() != Some("") => {
                let after = written.after.map(Mark::written);
                Position::At(Place { cursor: cursor.and_then(Cursor::new), offset, after })
            }
            (WrittenPosition::At, ..) => {
                return Err("a place inside the list needs an offset and no empty cursor".into());
            }
            _ => return Err("only a place inside the list has a cursor or an offset".into()),
        };
        let (page_size, repeats) = (written.page_size, written.repeats);
        Ok(Self { query: written.query, page_size, position, repeats })
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
