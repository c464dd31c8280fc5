//! Leads every generated operation to the exchange of its client.

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};

use crate::carrier::into_reqwest_error;
use crate::generated::Client;
use crate::seam::Transport;

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
    use std::error::Error as StdError;
    use std::fmt;

    use super::*;
    use crate::carrier::{BoxError, find_source};
    use crate::seam::{Exchange, ExchangeFuture};

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
}
