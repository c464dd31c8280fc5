//! A text that the service may send in another JSON form.

use std::borrow::Borrow;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

/// A text. What came as another JSON value is kept as its JSON, and goes out in that form again.
///
/// Stands for every text of a response. Integers and booleans are taken as they are spelled,
/// objects and lists as their compact JSON. A number with a fraction or an exponent, or one beyond
/// 64 bits, is refused: JSON readers do not keep its spelling, so its text would be a guess.
///
/// Equality and order are those of the text, whatever the form.
///
/// ```
/// use koodrive_api::wire::Text;
///
/// let ids: Vec<Text> = serde_json::from_str(r#"["1842862763295184641", 1842862763295184641]"#)?;
/// assert_eq!(ids[0], ids[1]);
/// assert_eq!(serde_json::to_string(&ids)?, r#"["1842862763295184641",1842862763295184641]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Text {
    text: String,
    /// Whether `text` is the JSON of another value rather than a string's content.
    is_json: bool,
}

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it came as a JSON string, and not as another value.
    pub fn is_string(&self) -> bool {
        !self.is_json
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.text
    }

    fn json(value: impl ToString) -> Self {
        Self { text: value.to_string(), is_json: true }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl FromStr for Text {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { text, is_json: false }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.text
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.is_json.then(|| serde_json::from_str::<Value>(&self.text)) {
            Some(Ok(value)) => value.serialize(serializer),
            _ => serializer.serialize_str(&self.text),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(text.into())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Text, E> {
        Ok(text.into())
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Text, E> {
        Ok(Text::json(flag))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Text, E> {
        Ok(Text::json(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Text, E> {
        Ok(Text::json(number))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Text, E> {
        Err(E::custom("a number whose spelling cannot be kept, expected a text"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Text, A::Error> {
        Value::deserialize(de::value::SeqAccessDeserializer::new(elements)).map(Text::json)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Text, A::Error> {
        Value::deserialize(de::value::MapAccessDeserializer::new(members)).map(Text::json)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_text_is_the_same_text_however_it_is_looked_at() {
        let read = |json: &str| serde_json::from_str::<Text>(json).unwrap();
        let text = read(r#""abc""#);
        assert_eq!((text.as_str(), Borrow::<str>::borrow(&text)), ("abc", "abc"));
        assert_eq!(
            (&*text, AsRef::<str>::as_ref(&text), text.to_string()),
            ("abc", "abc", "abc".into())
        );
        assert_eq!(
            (String::from(text.clone()), text.clone().into_string()),
            ("abc".into(), "abc".into())
        );
        assert_eq!("abc".parse::<Text>(), Ok(Text::from(String::from("abc"))));
        assert!(text == read(r#""abc""#) && text != read(r#""abx""#));
        assert!(text == "abc" && text != "abx" && text == *"abc" && text != *"abx");
        assert!(text < read(r#""abx""#) && read("7") == read(r#""7""#));
        assert!(text.is_string() && !read("7").is_string());
        let different: HashSet<Text> = ["7", r#""7""#, "8"].map(read).into();
        assert_eq!((different.len(), different.contains("7")), (2, true));
        assert_eq!((format!("{text:>5}"), format!("{text:?}")), ("  abc".into(), "\"abc\"".into()));
    }

    #[test]
    fn a_text_is_taken_from_a_value_too_and_null_is_none() {
        assert_eq!(serde_json::from_value::<Text>("abc".into()).unwrap(), "abc");
        let error = serde_json::from_str::<Text>("null").unwrap_err().to_string();
        assert!(error.contains("null, expected a text"), "{error}");
    }

    #[test]
    fn every_json_value_that_can_be_kept_is_read_as_a_text_and_written_as_it_came() {
        let cases = [
            (r#""101""#, "101"),
            ("101", "101"),
            ("-1", "-1"),
            ("18446744073709551615", "18446744073709551615"),
            (r#""""#, ""),
            (r#""é""#, "é"),
            ("true", "true"),
            (r#"{"test":"123"}"#, r#"{"test":"123"}"#),
            (r#"[1,"x",null]"#, r#"[1,"x",null]"#),
        ];
        for (json, expected) in cases {
            let text = serde_json::from_str::<Text>(json).unwrap();
            assert_eq!(text, expected, "{json}");
            assert_eq!(serde_json::to_string(&text).unwrap(), json);
            assert_eq!(text.is_string(), json.starts_with('"'));
        }
    }

    #[test]
    fn a_number_whose_spelling_would_change_is_refused() {
        for json in ["1.0", "0.1000", "1e3", "18446744073709551616", "-9007199254740993.0"] {
            let error = serde_json::from_str::<Text>(json).unwrap_err().to_string();
            assert!(error.contains("spelling cannot be kept"), "{json}: {error}");
        }
    }

    #[test]
    fn null_is_not_a_text() {
        assert!(serde_json::from_str::<Text>("null").is_err());
    }

    #[test]
    fn a_text_made_here_goes_out_as_a_json_string() {
        assert_eq!(serde_json::to_string(&Text::from("101")).unwrap(), r#""101""#);
    }
}
