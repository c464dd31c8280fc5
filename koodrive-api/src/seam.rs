//! The seam between the generated operations and the code that carries them out.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::carrier::BoxError;

/// The future of one [`Exchange::exchange`].
pub type ExchangeFuture<'a> =
    Pin<Box<dyn Future<Output = Result<reqwest::Response, BoxError>> + Send + 'a>>;

/// Carries out the exchange of one generated operation: signs it, sends it, and may repeat it.
///
/// Every operation of [`Client`](crate::Client) ends here, so what an exchange does holds for all of them.
pub trait Exchange: Send + Sync + 'static {
    /// Sends `request` by `http` and returns the response that the operation decodes.
    ///
    /// `operation` is the operation's name, for example `list_backup_records`. The request still
    /// carries the header `api-version` that the generator adds and the contract does not know.
    ///
    /// # Errors
    /// Whatever keeps the exchange from ending in a response worth decoding. The operation then
    /// fails with an error that has this one among its sources: see
    /// [`find_source`](crate::find_source).
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: reqwest::Request,
        operation: &'static str,
    ) -> ExchangeFuture<'a>;
}

/// The exchange that a [`Client`](crate::Client) uses; cheap to clone.
#[derive(Clone)]
pub struct Transport(pub(crate) Arc<dyn Exchange>);

impl Transport {
    /// Wraps an exchange.
    pub fn new(exchange: impl Exchange) -> Self {
        Self(Arc::new(exchange))
    }
}

impl fmt::Debug for Transport {
    /// Says nothing of the exchange, which holds credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Silent;

    impl Exchange for Silent {
        fn exchange<'a>(
            &'a self,
            _: &'a reqwest::Client,
            _: reqwest::Request,
            _: &'static str,
        ) -> ExchangeFuture<'a> {
            Box::pin(std::future::pending())
        }
    }

    #[test]
    fn debug_of_a_transport_shows_nothing_of_its_exchange() {
        assert_eq!(format!("{:?}", Transport::new(Silent)), "Transport(..)");
    }
}
