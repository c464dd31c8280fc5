//! The mark of an element: how its place is found again.

use std::fmt;

use serde::Serialize;

use crate::error::unreadable::Unreadable;
use crate::fingerprint::Fingerprint;

/// A fingerprint of an element: of its id, or of all of it where it has none or cannot be read.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Mark(String);

impl Mark {
    pub(crate) fn of<T: Serialize>(
        item: &Result<T, Unreadable>,
        id: impl FnOnce(&T) -> Option<&str>,
    ) -> Self {
        let (what, text) = match item {
            Ok(item) => match id(item) {
                Some(id) => return Self::of_id(id),
                None => ("json", serde_json::to_string(item).unwrap_or_default()),
            },
            Err(unreadable) => ("raw", unreadable.raw_json().to_owned()),
        };
        Self(Fingerprint::of(&[what, &text]).to_string())
    }

    pub(crate) fn of_id(id: &str) -> Self {
        Self(Fingerprint::of(&["id", id]).to_string())
    }

    /// A mark as a checkpoint has it.
    pub(crate) fn written(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_has_a_mark_and_different_ones_differ() {
        let unreadable = |raw: &str| Err(Unreadable::new(raw.as_bytes(), "no", str::to_owned));
        let items: [Result<(&str, u8), Unreadable>; 5] =
            [Ok(("a", 1)), Ok(("", 1)), Ok(("", 2)), unreadable("7"), unreadable("[\"a\",1]")];
        fn id<'a>(item: &'a (&'static str, u8)) -> Option<&'a str> {
            Some(item.0).filter(|id| !id.is_empty())
        }
        let marks: Vec<_> = items.iter().map(|item| Mark::of(item, id)).collect();
        for (i, mark) in marks.iter().enumerate() {
            assert!(!marks[..i].contains(mark), "{i}: {mark:?}");
        }
        assert_eq!(Mark::of(&Ok(("a", 9)), id), marks[0], "an id is enough");
    }
}
