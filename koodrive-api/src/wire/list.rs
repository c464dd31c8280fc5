//! A list in which one unreadable element does not cost the others.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Characters that a message shows of an unreadable element, and of the reason.
const SHOWN: usize = 200;

/// A list whose unreadable elements are kept as raw JSON beside the ones that could be read.
///
/// Stands for the component `BackupRecordList`. The list is read strictly first; element by
/// element only when that fails. It can be read from and written to JSON alone.
///
/// ```
/// use koodrive_api::{types::BackupRecord, wire::List};
///
/// let list: List<BackupRecord> = serde_json::from_str(r#"[{"recordId": "1"}, 7]"#)?;
/// assert_eq!(list.len(), 2);
/// assert_eq!(list.readable().count(), 1);
/// assert_eq!(list.unreadable().next().map(|element| element.raw_json()), Some("7"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct List<T>(Vec<Result<T, Unreadable>>);

impl<T> List<T> {
    /// Number of elements, unreadable ones among them.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no element at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All elements in the order of the list.
    pub fn iter(&self) -> std::slice::Iter<'_, Result<T, Unreadable>> {
        self.0.iter()
    }

    /// The elements that could be read.
    pub fn readable(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(|element| element.as_ref().ok())
    }

    /// The elements that could not.
    pub fn unreadable(&self) -> impl Iterator<Item = &Unreadable> {
        self.0.iter().filter_map(|element| element.as_ref().err())
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(elements: Vec<T>) -> Self {
        elements.into_iter().collect()
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self(elements.into_iter().map(Ok).collect())
    }
}

impl<T> IntoIterator for List<T> {
    type Item = Result<T, Unreadable>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a Result<T, Unreadable>;
    type IntoIter = std::slice::Iter<'a, Result<T, Unreadable>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        #[serde(untagged)]
        enum Element<'a, T> {
            Readable(&'a T),
            Unreadable(&'a RawValue),
        }
        serializer.collect_seq(self.0.iter().map(|element| match element {
            Ok(value) => Element::Readable(value),
            Err(unreadable) => Element::Unreadable(&unreadable.raw),
        }))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Owned, so that it can be read from a `serde_json::Value` or a reader as well.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if let Ok(elements) = serde_json::from_str::<Vec<T>>(raw.get()) {
            return Ok(elements.into());
        }
        let elements: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
        Ok(Self(elements.into_iter().map(read_element).collect()))
    }
}

fn read_element<T: DeserializeOwned>(raw: &RawValue) -> Result<T, Unreadable> {
    serde_json::from_str(raw.get())
        .map_err(|error| Unreadable { raw: raw.to_owned(), reason: error.to_string() })
}

/// An element of a [`List`] that could not be read: its JSON as it came, and why.
#[derive(Clone, Debug)]
pub struct Unreadable {
    raw: Box<RawValue>,
    reason: String,
}

impl Unreadable {
    /// The element's JSON text, byte for byte as it was received.
    pub fn raw_json(&self) -> &str {
        self.raw.get()
    }

    /// Why it could not be read, with line and column inside [`raw_json`](Self::raw_json).
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [reason, raw] = [&self.reason, self.raw.get()].map(start_of);
        write!(f, "{reason}: {raw}")
    }
}

/// The first characters of a text that may be long.
fn start_of(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::BackupRecord;

    const MIXED: &str = r#"[{"recordId":"1"},{"recordId":["x"]},null,{"recordId":2},"\ud800"]"#;

    fn read(json: &str) -> List<BackupRecord> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn unreadable_elements_keep_their_place_and_their_json() {
        let list = read(MIXED);
        let story: Vec<String> = list
            .iter()
            .map(|element| match element {
                Ok(record) => record.record_id.as_ref().unwrap().to_string(),
                Err(unreadable) => format!("unreadable {}", unreadable.raw_json()),
            })
            .collect();
        let expected = [
            "1",
            r#"unreadable {"recordId":["x"]}"#,
            "unreadable null",
            "2",
            r#"unreadable "\ud800""#,
        ];
        assert_eq!(story, expected);
    }

    #[test]
    fn unreadable_elements_are_written_as_they_came() {
        let list = read(r#"[{"recordId":"1"},{"recordId":["x"]},7]"#);
        let written = serde_json::to_string(&list).unwrap();
        assert_eq!(written, r#"[{"recordId":"1"},{"recordId":["x"]},7]"#);
    }

    #[test]
    fn a_list_is_read_from_a_value_as_from_a_text() {
        let value: serde_json::Value = serde_json::from_str(r#"[{"recordId":"1"},7]"#).unwrap();
        let list: List<BackupRecord> = serde_json::from_value(value).unwrap();
        assert_eq!((list.len(), list.readable().count()), (2, 1));
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        for json in ["{}", "7", r#""x""#] {
            assert!(serde_json::from_str::<List<BackupRecord>>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn the_message_shows_the_cause_and_the_start_of_a_long_element() {
        let list = read(&format!(r#"["{}"]"#, "é".repeat(500)));
        let message = list.unreadable().next().unwrap().to_string();
        assert!(message.starts_with("invalid type: string"), "{message}");
        assert!(message.ends_with('…') && message.chars().count() < 410, "{message}");
    }
}
