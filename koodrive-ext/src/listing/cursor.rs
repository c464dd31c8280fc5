//! A cursor, and a place in a listing.

use std::fmt;

use crate::exchange::redact::Sensitive;
use crate::fingerprint::Fingerprint;
use crate::listing::mark::Mark;

/// Where cursors stand in the requests and answers of a listing.
pub(crate) const SENSITIVE: Sensitive =
    Sensitive { parameters: &["cursor"], members: &["nextCursor"] };

/// Characters of the longest cursor that may be sent. Source: `cursor` in "Query Parameters".
pub(crate) const MAX_CHARACTERS: usize = 1000;

/// The cursor of a page: not empty; shown as its fingerprint, so that it cannot leak by accident.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Cursor(String);

impl Cursor {
    /// `None` for an empty text, which is how a service may say that there is no next page.
    pub(crate) fn new(text: impl Into<String>) -> Option<Self> {
        Some(text.into()).filter(|text| !text.is_empty()).map(Self)
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&[&self.0])
    }

    /// The number of characters, when it is more than may be sent.
    pub(crate) fn excess(&self) -> Option<usize> {
        // Every character has a byte, so most cursors need not be counted.
        if self.0.len() <= MAX_CHARACTERS {
            return None;
        }
        Some(self.0.chars().count()).filter(|length| *length > MAX_CHARACTERS)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.fingerprint())
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A place in a listing: before the element at `offset` of the page at `cursor`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// `None` for the first page.
    pub(crate) cursor: Option<Cursor>,
    /// How many of the page's elements come before.
    pub(crate) offset: u32,
    /// The mark of the last one of them.
    pub(crate) after: Option<Mark>,
}

impl Place {
    /// The start of the page at `cursor`.
    pub(crate) fn at(cursor: Option<Cursor>) -> Self {
        Self { cursor, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_never_empty_and_never_shown() {
        assert!(Cursor::new("").is_none());
        let place = Place::at(Cursor::new("hush-hush"));
        let shown = format!("{place:?} {}", Cursor::new("hush-hush").unwrap());
        assert!(!shown.contains("hush") && shown.contains(" #"), "{shown}");
    }

    #[test]
    fn only_more_than_1000_characters_are_an_excess() {
        for (text, expected) in [
            ("x".repeat(1000), None),
            ("é".repeat(1000), None),
            ("x".repeat(1001), Some(1001)),
            ("é".repeat(1001), Some(1001)),
        ] {
            assert_eq!(Cursor::new(text).unwrap().excess(), expected);
        }
    }
}
