//! Where a listing stands, as a value to keep and to resume from.

mod written;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::error::what::What;
use crate::fingerprint::Fingerprint;
use crate::listing::cursor::Place;
use written::Written;

/// Where a listing stands: everything before it was yielded, nothing after it.
///
/// Taken from [`Items::checkpoint`](crate::Items::checkpoint),
/// [`Pages::checkpoint`](crate::Pages::checkpoint) or [`Page::checkpoint`](crate::Page::checkpoint),
/// kept as JSON (serde, or [`Display`](fmt::Display) and [`FromStr`]), given to
/// [`Query::resume`](crate::Query::resume). It holds the page's cursor and a fingerprint of the
/// query, no credentials.
///
/// No public page says whether a cursor expires, or whether it returns the same page again. So a
/// checkpoint inside a page remembers the element before it by a fingerprint. A page in which that
/// element is no longer in its place is asked for once more, and then is an error rather than a
/// silent gap: resume from [`page_start`](Self::page_start) to get the whole page again.
///
/// Behind an error that says that cursors lead in a circle it also remembers where they led, so
/// that a resumption does not go round again. It cannot hold all cursors: a circle that leads back
/// to before a resumption is noticed only after one round.
///
/// ```
/// use koodrive_ext::Checkpoint;
///
/// let kept = r#"{"version":2,"query":"0f1e2d3c4b5a","position":"at","cursor":"eyJv","offset":37}"#;
/// let checkpoint: Checkpoint = kept.parse()?;
/// assert_eq!(checkpoint.to_string(), kept);
/// assert!(!checkpoint.is_end());
/// assert_eq!(checkpoint.offset(), 37);
/// # Ok::<(), koodrive_ext::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Checkpoint {
    /// Fingerprint of the query.
    query: String,
    /// The page size, which matters inside a page.
    page_size: Option<u32>,
    pub(crate) position: Position,
    /// Fingerprint of a cursor that leads back.
    pub(crate) repeats: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    At(Place),
    End,
}

impl Checkpoint {
    pub(crate) fn new(query: &Fingerprint, page_size: u32, place: Place) -> Self {
        Self {
            query: query.to_string(),
            page_size: Some(page_size),
            position: Position::At(place),
            repeats: None,
        }
    }

    /// The same query, elsewhere.
    pub(crate) fn moved_to(&self, position: Position) -> Self {
        Self { position, ..self.clone() }
    }

    /// Whether it is before the first element.
    pub fn is_start(&self) -> bool {
        self.position == Position::At(Place::default())
    }

    /// Whether everything was listed. After a stream's end, `false` means that the list is not
    /// complete.
    pub fn is_end(&self) -> bool {
        self.position == Position::End
    }

    /// Fingerprint of the cursor of the page that it stands in; `None` for the first page and at
    /// the end.
    pub fn cursor_fingerprint(&self) -> Option<String> {
        Some(self.place()?.cursor.as_ref()?.fingerprint().to_string())
    }

    /// How many elements of that page come before it.
    pub fn offset(&self) -> u32 {
        self.place().map_or(0, |place| place.offset)
    }

    /// The start of the page that it stands in: for a page that changed, so that nothing is lost
    /// and some records come twice.
    #[must_use]
    pub fn page_start(&self) -> Self {
        match self.place() {
            Some(place) => self.moved_to(Position::At(Place::at(place.cursor.clone()))),
            None => self.clone(),
        }
    }

    pub(crate) fn place(&self) -> Option<&Place> {
        match &self.position {
            Position::At(place) => Some(place),
            Position::End => None,
        }
    }

    /// Whether it is one of this query, so that it can be resumed from.
    pub(crate) fn check(&self, query: &Fingerprint, page_size: u32) -> Result<(), Error> {
        if self.query != query.to_string() {
            return Err(Error::new(What::Checkpoint(format!(
                "the checkpoint belongs to another query (#{}, this one is #{query}): host, user, \
                 module or device differ; use the same ones, or begin again without the checkpoint",
                self.query
            ))));
        }
        match self.page_size {
            Some(size) if self.offset() > 0 && size != page_size => {
                Err(Error::new(What::Checkpoint(format!(
                    "the checkpoint is inside a page of size {size}, this query asks for pages of \
                     {page_size}; use the same page size, or resume from the start of its page"
                ))))
            }
            _ => Ok(()),
        }
    }
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
            // The reader's text may repeat what it read, so perhaps a cursor.
            let why = match e.classify() {
                serde_json::error::Category::Data => shape_of(&e),
                _ => format!("it is not JSON (line {}, column {})", e.line(), e.column()),
            };
            Error::new(What::Checkpoint(format!(
                "this is not a checkpoint: {why}; begin again without it"
            )))
        })
    }
}

/// What is wrong with JSON of another form, without its values.
fn shape_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(['"', '`']) {
        Some((before, _)) => format!("{}…", before.trim_end()),
        None => text,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::cursor::Cursor;
    use crate::listing::mark::Mark;

    fn query() -> Fingerprint {
        Fingerprint::of(&["q"])
    }

    fn at(offset: u32) -> Checkpoint {
        let after = (offset > 0).then(|| Mark::of_id("r1"));
        let place = Place { cursor: Cursor::new("hush-hush"), offset, after };
        Checkpoint::new(&query(), 40, place)
    }

    #[test]
    fn every_position_is_written_and_read_back() {
        let start = Checkpoint::new(&query(), 40, Place::default());
        let first = start.moved_to(Position::At(Place { offset: 3, ..Place::default() }));
        let circle = Checkpoint { repeats: Some("0a".into()), ..at(7) };
        for checkpoint in
            [start.clone(), first, at(0), at(7), circle, start.moved_to(Position::End)]
        {
            let text = checkpoint.to_string();
            let read: Checkpoint = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
            assert_eq!(
                (read.is_end(), read.is_start()),
                (checkpoint.is_end(), checkpoint.is_start())
            );
            assert_eq!((read.position, read.repeats), (checkpoint.position, checkpoint.repeats));
        }
    }

    #[test]
    fn another_page_size_is_refused_only_inside_a_page() {
        let read = |checkpoint: Checkpoint| checkpoint.to_string().parse::<Checkpoint>().unwrap();
        assert!(read(at(0)).check(&query(), 100).is_ok());
        assert!(!at(0).to_string().contains("40"), "the size of no page in hand is not kept");
        assert!(read(at(7)).page_start().check(&query(), 100).is_ok());
        assert!(read(at(7)).check(&query(), 40).is_ok());
        let error = read(at(7)).check(&query(), 100).unwrap_err();
        assert!(error.is_checkpoint_mismatch() && error.to_string().contains("size 40"), "{error}");
        assert!(
            at(0).check(&Fingerprint::of(&["other"]), 40).unwrap_err().is_checkpoint_mismatch()
        );
    }

    #[test]
    fn neither_debug_nor_an_error_shows_the_cursor() {
        let text = at(7).to_string();
        let mut shown = format!("{:?}", at(7));
        for broken in [
            text.replace("\"at\"", "\"hush-hush\""),
            text.replace('2', "\"hush-hush\""),
            text.replace("7,", "\"hush-hush\","),
            text[..text.len() - 9].to_owned(),
            text.replace("\"version\":2", "\"version\":1"),
            "[\"hush-hush\"]".to_owned(),
        ] {
            let error = broken.parse::<Checkpoint>().unwrap_err();
            assert!(error.is_invalid_input(), "{broken}");
            shown += &format!("\n{error}");
        }
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("version 1"), "{shown}");
    }
}
