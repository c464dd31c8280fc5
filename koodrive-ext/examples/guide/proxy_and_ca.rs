//! Through a proxy, and to a gateway whose certificate a company's own authority has issued.

use std::error::Error;
use std::path::Path;

use koodrive_ext::reqwest::{Certificate, Proxy};
use koodrive_ext::{AppCredentials, Client};

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let client = through("http://proxy.internal:3128", None)?;
    println!("{client:?}");
    Ok(())
}

/// Without this, the proxy is the one that `HTTPS_PROXY` names.
fn through(proxy: &str, authority: Option<&Path>) -> Result<Client, Box<dyn Error>> {
    let proxy = Proxy::https(proxy)?;
    let authority = match authority {
        Some(file) => Some(Certificate::from_pem(&std::fs::read(file)?)?),
        None => None,
    };
    let client = Client::builder("https://koodrive.gateway.internal")
        .credentials(AppCredentials::new("my-app", "my-secret")?)
        .host("intl.myhuaweicloud-koodrive.com") // signed and sent, where the gateway passes it on
        .configure_http(move |http| {
            let http = http.proxy(proxy);
            match authority {
                Some(authority) => http.add_root_certificate(authority),
                None => http,
            }
        })
        .build()?;
    Ok(client)
}
