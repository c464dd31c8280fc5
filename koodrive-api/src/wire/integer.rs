//! An integer that the service may send as a decimal text.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

use super::EXACT_DOUBLE;

/// A 64-bit integer; a decimal text such as `"1"` is taken too, and goes out as a text again.
///
/// Stands for the components `BackupStatus`, `ResultCode` and `RecordVersion`. A text that is not
/// spelled as the number would be (`"01"`) is refused. Equality and order are the number's.
///
/// ```
/// use koodrive_api::wire::Integer;
///
/// let codes: Vec<Integer> = serde_json::from_str(r#"[13000102, "13000102"]"#)?;
/// assert_eq!(codes[0], codes[1]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct Integer {
    number: i64,
    /// Whether it came as a text.
    is_text: bool,
}

impl Integer {
    /// The number itself.
    pub fn get(self) -> i64 {
        self.number
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

impl PartialEq for Integer {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Integer {}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.number.cmp(&other.number)
    }
}

impl Hash for Integer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Self { number, is_text: false }
    }
}

impl From<Integer> for i64 {
    fn from(number: Integer) -> Self {
        number.number
    }
}

impl PartialEq<i64> for Integer {
    fn eq(&self, other: &i64) -> bool {
        self.number == *other
    }
}

/// A text is not a decimal 64-bit integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIntegerError(std::num::ParseIntError);

impl fmt::Display for ParseIntegerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a decimal integer: {}", self.0)
    }
}

impl std::error::Error for ParseIntegerError {}

impl FromStr for Integer {
    type Err = ParseIntegerError;

    fn from_str(text: &str) -> Result<Self, ParseIntegerError> {
        text.parse::<i64>().map(Self::from).map_err(ParseIntegerError)
    }
}

impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_text {
            serializer.collect_str(&self.number)
        } else {
            serializer.serialize_i64(self.number)
        }
    }
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntegerVisitor)
    }
}

struct IntegerVisitor;

impl Visitor<'_> for IntegerVisitor {
    type Value = Integer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer or its decimal text")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Integer, E> {
        Ok(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Integer, E> {
        i64::try_from(number)
            .map(Integer::from)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Integer, E> {
        if number.fract() == 0.0 && number.abs() < EXACT_DOUBLE {
            Ok((number as i64).into())
        } else {
            Err(E::invalid_value(Unexpected::Float(number), &self))
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Integer, E> {
        match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Ok(Integer { number, is_text: true }),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

    use super::*;

    #[test]
    fn integers_are_equal_hashed_and_ordered_by_their_number_alone() {
        let read = |json: &str| serde_json::from_str::<Integer>(json).unwrap();
        assert!(read("7") == read(r#""7""#) && read("7") == 7);
        assert!(read("7") != read("8") && read("7") != 8);
        assert!(read("7") < read(r#""10""#) && read("-1") < read("0"));
        let different: HashSet<Integer> = ["7", r#""7""#, "8"].map(read).into();
        assert_eq!(different.len(), 2);
        assert_ne!(hash_of(&read("7")), hash_of(&read("8")));
    }

    fn hash_of(integer: &Integer) -> u64 {
        BuildHasherDefault::<DefaultHasher>::default().hash_one(integer)
    }

    #[test]
    fn an_integer_is_the_same_number_however_it_is_taken_out() {
        for number in [i64::MIN, -7, 0, 1, i64::MAX] {
            let integer: Integer = number.to_string().parse().unwrap();
            assert_eq!((integer.get(), i64::from(integer)), (number, number));
            assert_eq!((integer.to_string(), integer), (number.to_string(), number.into()));
        }
        let error = "1x".parse::<Integer>().unwrap_err().to_string();
        assert_eq!(error, "expected a decimal integer: invalid digit found in string");
    }

    #[test]
    fn a_double_beyond_which_integers_have_gaps_is_refused() {
        let read = serde_json::from_str::<Integer>;
        assert_eq!(read("9007199254740991.0").unwrap(), 9_007_199_254_740_991);
        assert!(read("9007199254740992.0").is_err());
    }

    #[test]
    fn an_integer_and_its_decimal_text_are_read_alike() {
        let cases = [
            ("1", 1),
            (r#""1""#, 1),
            ("-7", -7),
            ("1.0", 1),
            ("9223372036854775807", i64::MAX),
            (r#""-9223372036854775808""#, i64::MIN),
        ];
        for (json, expected) in cases {
            assert_eq!(serde_json::from_str::<Integer>(json).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn what_is_no_integer_is_refused_by_its_value() {
        for json in [
            "1.5",
            "9223372036854775808",
            "1e300",
            r#""one""#,
            r#""""#,
            r#"" 2 ""#,
            r#""01""#,
            "null",
            "[]",
        ] {
            let error = serde_json::from_str::<Integer>(json).unwrap_err().to_string();
            assert!(error.contains("an integer or its decimal text"), "{json}: {error}");
        }
    }
}
