//! The page size, checked when it is made.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

/// Greatest number of records in a page: 1 to 100, as the API reference's `pageSize`.
///
/// ```
/// use koodrive_api::wire::PageSize;
///
/// assert_eq!(PageSize::try_from(40_u8)?.get(), 40);
/// assert_eq!(PageSize::try_from(101_u8).unwrap_err().to_string(), "pageSize is 101, expected 1 to 100");
/// # Ok::<(), koodrive_api::wire::PageSizeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageSize(u8);

impl PageSize {
    /// The smallest page: one record.
    pub const MIN: Self = Self(1);
    /// The largest page, and the default: 100 records.
    pub const MAX: Self = Self(100);

    /// The number of records, 1 to 100.
    pub fn get(self) -> u8 {
        self.0
    }

    fn checked(number: i128) -> Result<Self, PageSizeError> {
        match u8::try_from(number) {
            Ok(size @ 1..=100) => Ok(Self(size)),
            _ => Err(PageSizeError(number.to_string())),
        }
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self::MAX
    }
}

/// A page size is not a whole number from 1 to 100.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSizeError(String);

impl fmt::Display for PageSizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pageSize is {}, expected 1 to 100", self.0)
    }
}

impl std::error::Error for PageSizeError {}

macro_rules! from_number {
    ($($number:ty)*) => {$(
        impl TryFrom<$number> for PageSize {
            type Error = PageSizeError;

            fn try_from(number: $number) -> Result<Self, PageSizeError> {
                Self::checked(number as i128)
            }
        }
    )*};
}

from_number!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl FromStr for PageSize {
    type Err = PageSizeError;

    fn from_str(text: &str) -> Result<Self, PageSizeError> {
        let number = text.parse::<i128>().map_err(|_| PageSizeError(format!("{text:?}")))?;
        Self::checked(number)
    }
}

impl fmt::Display for PageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for PageSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
}

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(i64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_1_to_100_are_page_sizes() {
        for number in -300_i64..=300 {
            let expected = (1..=100).contains(&number);
            assert_eq!(PageSize::try_from(number).is_ok(), expected, "{number}");
            assert_eq!(number.to_string().parse::<PageSize>().is_ok(), expected, "{number}");
            assert_eq!(serde_json::from_str::<PageSize>(&number.to_string()).is_ok(), expected);
        }
        assert!(PageSize::try_from(usize::MAX).is_err());
    }

    #[test]
    fn a_page_size_is_the_same_number_however_it_is_taken_out() {
        for number in [1, 7, 100] {
            let size = PageSize::try_from(number).unwrap();
            assert_eq!((size.get(), size.to_string()), (number, number.to_string()));
            assert_eq!(serde_json::to_value(size).unwrap(), number);
        }
        assert_eq!(PageSize::default().get(), 100);
    }

    #[test]
    fn the_error_names_what_was_given() {
        assert_eq!(
            "ten".parse::<PageSize>().unwrap_err().to_string(),
            r#"pageSize is "ten", expected 1 to 100"#
        );
    }
}
