//! The generated client with a signature on every request, and what an answer comes to.

use http::Extensions;
use jiff::Timestamp;
use koodrive_client::apis::configuration::Configuration;
use koodrive_client::models::BackupRecord;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Error, Middleware, Next, Result};
use serde_json::Value;

use crate::signer::{Signer, canonical_query, x_date_at};

#[derive(Clone)]
pub enum Credentials {
    App { id: String, secret: String },
    Token(String),
}

/// Puts the three headers on every request, last of all.
struct Signing {
    user_id: String,
    credentials: Credentials,
    x_date: Option<String>,
}

#[async_trait::async_trait]
impl Middleware for Signing {
    async fn handle(&self, mut request: Request, extensions: &mut Extensions, next: Next<'_>) -> Result<Response> {
        // Sent as it is signed, so that no reading of the query can differ.
        let query = request.url().query().map(canonical_query);
        request.url_mut().set_query(query.as_deref());
        let x_date = self.x_date.clone().unwrap_or_else(|| x_date_at(Timestamp::now()));
        let authorization = match &self.credentials {
            Credentials::App { id, secret } => {
                let signer = Signer { app_id: id, app_secret: secret, user_id: &self.user_id };
                let (method, url) = (request.method().to_string(), request.url().to_string());
                signer.sign(&method, &url, &[], &[], &x_date, None).map_err(refused)?["authorization"].clone()
            }
            Credentials::Token(token) if has_scheme(token) => token.clone(),
            Credentials::Token(token) => format!("Bearer+{token}"),
        };
        let headers = request.headers_mut();
        headers.insert("x-user-id", value(&self.user_id)?);
        headers.insert("x-date", value(&x_date)?);
        headers.insert(AUTHORIZATION, value(&authorization)?);
        next.run(request, extensions).await
    }
}

fn refused(why: String) -> Error {
    Error::middleware(std::io::Error::other(why))
}

fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(Error::middleware)
}

fn has_scheme(token: &str) -> bool {
    token.get(..7).is_some_and(|start| ["bearer+", "bearer "].contains(&start.to_lowercase().as_str()))
}

/// The generated client's configuration; `innermost` may stand in for the service.
pub fn connect(
    endpoint: &str, user_id: &str, credentials: Credentials, x_date: Option<String>, innermost: Option<impl Middleware>,
) -> Configuration {
    // Credentials must not follow a redirect.
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    let signing = Signing { user_id: user_id.to_owned(), credentials, x_date };
    let mut client = ClientBuilder::new(http.build().expect("a client without TLS")).with(signing);
    if let Some(innermost) = innermost {
        client = client.with(innermost);
    }
    Configuration { base_path: endpoint.to_owned(), client: client.build(), ..Configuration::default() }
}

/// A page, or an error: never an error that looks like an empty page.
#[derive(Debug)]
pub enum Outcome {
    Page { records: Vec<BackupRecord>, unreadable: usize, next_cursor: Option<String> },
    Failure(Failure),
}

#[derive(Debug, Default, PartialEq)]
pub struct Failure {
    /// None without a usable answer.
    pub http_status: Option<u16>,
    pub code: Option<String>,
    pub unauthorized: bool,
    pub throttled: bool,
}

/// Reads record by record, because one bad record costs the generated operation its page, and its
/// error does not have the body.
pub async fn page(client: &Configuration, module: &str, size: i32, cursor: Option<&str>) -> Outcome {
    let url = format!("{}/koodrive/ose/v1/backup/record", client.base_path);
    let size = size.to_string();
    let mut query = vec![("moduleCode", module), ("pageSize", size.as_str())];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let answer = client.client.get(url).query(&query).send().await;
    let Ok(response) = answer else { return Outcome::Failure(Failure::default()) };
    let status = response.status().as_u16();
    let Ok(body) = response.bytes().await else { return Outcome::Failure(Failure::default()) };
    let members = match serde_json::from_slice(&body) {
        Ok(Value::Object(members)) => Value::Object(members),
        _ if status == 200 => return Outcome::Failure(Failure::default()),
        _ => Value::Null,
    };
    let code = text(&members["error_code"]).or_else(|| text(&members["code"]));
    let is_success = code.as_deref().map_or(members.get("data").is_some(), |code| code == "0");
    if status != 200 || !is_success {
        return Outcome::Failure(failure(status, code, members["msg"].as_str().unwrap_or_default()));
    }
    let elements = members["data"].as_array().map_or(&[][..], Vec::as_slice);
    let records: Vec<BackupRecord> =
        elements.iter().filter(|element| element.is_object()).filter_map(|element| serde_json::from_value(element.clone()).ok()).collect();
    let next_cursor = text(&members["nextCursor"]).filter(|next| !next.is_empty());
    Outcome::Page { unreadable: elements.len() - records.len(), records, next_cursor }
}

fn failure(status: u16, code: Option<String>, message: &str) -> Failure {
    let refused = status == 400 && message.to_lowercase().contains("authentication failed");
    let gateway = status != 429 && code.as_deref().is_some_and(|code| ["APIG.03", "APIGW.03"].iter().any(|start| code.starts_with(start)));
    Failure { http_status: Some(status), code, unauthorized: status == 401 || refused || gateway, throttled: status == 429 }
}

/// A text or number as it came.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
