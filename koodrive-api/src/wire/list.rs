//! A list that is as long as a page can be, and not as long as a body can be.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// The elements of a page: at most [`MAX`](Self::MAX), ten times what may be asked for.
///
/// Stands for the component `BackupRecordList`. Without a bound, a body of a few megabytes could
/// decode to a hundred times its size.
///
/// ```
/// use koodrive_api::{types::BackupRecord, wire::List};
///
/// let list: List<BackupRecord> = serde_json::from_str(r#"[{"recordId": "1"}]"#)?;
/// assert_eq!(list.len(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct List<T>(Vec<T>);

impl<T> List<T> {
    /// The maximum number of elements.
    pub const MAX: usize = 1000;

    /// The elements, owned.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(elements: Vec<T>) -> Self {
        Self(elements)
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self(elements.into_iter().collect())
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Bounded(PhantomData))
    }
}

struct Bounded<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Bounded<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {} elements", List::<T>::MAX)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<List<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            if list.len() == List::<T>::MAX {
                return Err(A::Error::custom(format_args!(
                    "the list has more than {} elements",
                    List::<T>::MAX
                )));
            }
            list.push(element);
        }
        Ok(List(list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_what_was_put_in_and_gives_it_back() {
        assert_eq!((1..=3).collect::<List<u8>>().into_vec(), [1, 2, 3]);
        let list = List::from(vec![1, 2, 3]);
        assert_eq!(list[1..], [2, 3]);
        assert_eq!(list.into_iter().collect::<Vec<u8>>(), [1, 2, 3]);
    }

    #[test]
    fn a_list_of_1000_is_read_and_one_of_1001_is_refused() {
        let json = |length: usize| format!("[{}]", vec!["7"; length].join(","));
        let read = |length| serde_json::from_str::<List<u8>>(&json(length));
        assert_eq!(read(1000).unwrap().len(), 1000);
        let error = read(1001).unwrap_err().to_string();
        assert!(error.contains("more than 1000 elements"), "{error}");
    }

    #[test]
    fn a_list_is_written_as_it_was_read() {
        let list: List<u8> = serde_json::from_str("[3,1,2]").unwrap();
        assert_eq!(serde_json::to_string(&list).unwrap(), "[3,1,2]");
    }

    #[test]
    fn what_is_not_a_list_is_an_error() {
        for json in ["{}", "7", r#""x""#, "null"] {
            let error = serde_json::from_str::<List<u8>>(json).unwrap_err().to_string();
            assert!(error.contains("expected a list of at most 1000 elements"), "{json}: {error}");
        }
    }
}
