//! The seam between the generated operations and the code that carries them out.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};

use crate::carrier::into_reqwest_error;
use crate::generated::Client;

/// Any error that an [`Exchange`] may end with.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// The future of one [`Exchange::exchange`].
pub type ExchangeFuture<'a> =
    Pin<Box<dyn Future<Output = Result<reqwest::Response, BoxError>> + Send + 'a>>;

/// Carries out the exchange of one generated operation: signs it, sends it, and may repeat it.
///
/// Every operation of [`Client`] ends here, so what an exchange does holds for all of them.
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

/// The exchange that a [`Client`] uses; cheap to clone.
#[derive(Clone)]
pub struct Transport(Arc<dyn Exchange>);

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

impl ClientHooks<Transport> for Client {
    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        match self.inner().0.exchange(self.client(), request, info.operation_id).await {
            Ok(response) => Ok(response),
            Err(error) => Err(into_reqwest_error(error).await),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carrier::find_source;

    #[derive(Debug)]
    struct Ours;

    impl fmt::Display for Ours {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("ours")
        }
    }

    impl StdError for Ours {}

    struct Refusing;

    impl Exchange for Refusing {
        fn exchange<'a>(
            &'a self,
            _: &'a reqwest::Client,
            _: reqwest::Request,
            _: &'static str,
        ) -> ExchangeFuture<'a> {
            Box::pin(async { Err(BoxError::from(Ours)) })
        }
    }

    #[tokio::test]
    async fn an_exchange_error_comes_back_out_of_the_operation_error() {
        let client = Client::new_with_client(
            "http://127.0.0.1",
            reqwest::Client::new(),
            Transport::new(Refusing),
        );
        let error =
            client.list_backup_records().module_code("101").page_size(1).send().await.unwrap_err();
        assert!(find_source::<Ours>(&error).is_some(), "{error:#}");
        assert!(find_source::<fmt::Error>(&error).is_none());
    }

    #[test]
    fn debug_of_a_transport_shows_nothing_of_its_exchange() {
        assert_eq!(format!("{:?}", Transport::new(Refusing)), "Transport(..)");
    }
}
