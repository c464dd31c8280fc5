//! Who calls: a user of a client, with what may differ between one call and the next.

use std::sync::Arc;

use http::HeaderMap;
use url::Url;

use crate::credentials::identifier::UserId;
use crate::exchange::redact::Sensitive;
use crate::exchange::retry::RetryPolicy;
use crate::exchange::shared::Shared;

/// The calls of one user of a client.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) shared: Arc<Shared>,
    pub(crate) http: reqwest::Client,
    /// The endpoint without a slash at its end.
    pub(crate) base: Arc<str>,
    pub(crate) user: UserId,
    pub(crate) sensitive: Sensitive,
    /// The policy of these calls, where it differs from the client's.
    pub(crate) retry: Option<Arc<RetryPolicy>>,
    /// Headers of these calls.
    pub(crate) headers: HeaderMap,
}

impl Caller {
    pub(crate) fn retry(&self) -> &RetryPolicy {
        self.retry.as_deref().unwrap_or(&self.shared.retry)
    }

    /// Host and path of the endpoint. Not the port: a tunnel or a test has another one each time.
    pub(crate) fn deployment(&self) -> String {
        match Url::parse(&self.base) {
            Ok(url) => format!("{}{}", url.host_str().unwrap_or_default(), url.path()),
            Err(_) => self.base.to_string(),
        }
    }
}
