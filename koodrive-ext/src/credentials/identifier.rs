//! Identifiers that go into headers: app ids and user ids.

use std::fmt;

use http::HeaderValue;

use crate::error::Error;

const MAX_CHARACTERS: usize = 256;

/// Refuses what could change the meaning of a header or of the canonical request.
pub(crate) fn check(what: &str, text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::invalid(format!("the {what} is empty")));
    }
    if text.chars().count() > MAX_CHARACTERS {
        return Err(Error::invalid(format!(
            "the {what} has more than {MAX_CHARACTERS} characters"
        )));
    }
    let allowed = |c: char| c.is_ascii_graphic() && !matches!(c, ',' | ';' | '=' | '"');
    match text.chars().find(|c| !allowed(*c)) {
        None => Ok(()),
        Some(c) => Err(Error::invalid(format!(
            "the {what} contains {c:?}, expected visible ASCII without , ; = \" and spaces"
        ))),
    }
}

/// KooDrive user id, checked.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct UserId(HeaderValue);

impl UserId {
    pub(crate) fn new(id: &str) -> Result<Self, Error> {
        check("user id", id)?;
        let value = HeaderValue::from_str(id)
            .map_err(|_| Error::invalid("the user id is not a header value"))?;
        Ok(Self(value))
    }

    pub(crate) fn as_header(&self) -> &HeaderValue {
        &self.0
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_that_could_bend_a_header_are_refused() {
        let long = "1".repeat(MAX_CHARACTERS + 1);
        for id in
            ["", " ", "1 2", "1\n2", "1\u{0}", "a,b", "a;b", "a=b", "a\"b", "ä", long.as_str()]
        {
            assert!(check("user id", id).is_err(), "{id:?}");
        }
        for id in ["0", "1505084218764547200", "user-1_x.y~z@host:8", &long[1..]] {
            assert!(check("user id", id).is_ok(), "{id:?}");
        }
    }
}
