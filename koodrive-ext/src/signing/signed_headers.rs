//! Which headers a signature covers.

use http::HeaderName;

use crate::error::Error;

/// Names of the headers that a signature covers: lower case, sorted, each once.
///
/// The default is `host;x-date;x-user-id`, as the API reference signs. `x-date` and `x-user-id`
/// are mandatory; `authorization` can't be signed.
///
/// ```
/// use koodrive_ext::SignedHeaders;
///
/// let names = SignedHeaders::new(["X-User-Id", "x-date"])?; // without host, for some gateways
/// assert_eq!(names.iter().collect::<Vec<_>>(), ["x-date", "x-user-id"]);
/// assert!(SignedHeaders::new(["host"]).is_err());
/// # Ok::<(), koodrive_ext::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders(Vec<HeaderName>);

impl SignedHeaders {
    /// Takes names in any case and order.
    ///
    /// # Errors
    /// Invalid input when `x-date` or `x-user-id` is missing, when `authorization` is named, or
    /// when a name is not a header name.
    pub fn new(names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, Error> {
        let mut sorted = Vec::new();
        for name in names {
            let name = name.as_ref();
            let valid = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| Error::invalid(format!("{name:?} is not a header name")))?;
            sorted.push(valid);
        }
        sorted.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        sorted.dedup();
        if sorted.iter().any(|name| name == "authorization") {
            return Err(Error::invalid(
                "the header authorization cannot be signed: it carries the signature",
            ));
        }
        for needed in ["x-date", "x-user-id"] {
            if !sorted.iter().any(|name| name == needed) {
                return Err(Error::invalid(format!("the header {needed} must be signed")));
            }
        }
        Ok(Self(sorted))
    }

    /// The names in the order in which they are signed.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(HeaderName::as_str)
    }

    pub(crate) fn names(&self) -> &[HeaderName] {
        &self.0
    }
}

impl Default for SignedHeaders {
    fn default() -> Self {
        Self(["host", "x-date", "x-user-id"].map(HeaderName::from_static).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_signed_in_their_order_and_once() {
        let headers = SignedHeaders::new(["X-User-Id", "x-date", "Host", "host"]).unwrap();
        assert_eq!(headers.iter().collect::<Vec<_>>(), ["host", "x-date", "x-user-id"]);
        assert_eq!(headers, SignedHeaders::default());
    }
}
