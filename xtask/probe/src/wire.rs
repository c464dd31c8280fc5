//! Puts secrets and time into a request, sends it, and reads the answer.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use koodrive_ext::signing::{SignedHeaders, SigningRequest, body_sha256, canonical_query, sign};
use koodrive_ext::{AppCredentials, XDate};
use url::Url;

use crate::ask::{Ask, Auth, CursorAsk, Flaw, UserAsk, WhichToken};
use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::secrets::Secrets;
use crate::seen::{Head, Seen};

const PATH: &str = "koodrive/ose/v1/backup/record";
const MAX_BODY: usize = 16 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(30);

// Nobody's, and of the form that real ones have.
const MADE_UP_USER: &str = "999999999999999999";
const MADE_UP_APP: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const MADE_UP_TOKEN: &str = "koodrive-probe-made-up-token-0000";
const MADE_UP_CURSOR: &str = "koodrive-probe-made-up-cursor";

pub(crate) struct Wire {
    http: reqwest::Client,
    url: Url,
    secrets: Secrets,
}

impl Wire {
    pub(crate) fn new(endpoint: &str, secrets: Secrets) -> Result<Self, String> {
        let url = checked(endpoint)?;
        let mut http = reqwest::Client::builder();
        if is_this_machine(&url) {
            // A proxy would look for it on its own machine.
            http = http.no_proxy();
        }
        let http = http
            .user_agent(concat!("koodrive-probe/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(TIMEOUT)
            .build()
            .map_err(|e| format!("the HTTP client cannot be set up: {e}"))?;
        Ok(Self { http, url, secrets })
    }

    /// The request, dated from `service_time`.
    pub(crate) fn request(
        &self,
        ask: &Ask,
        service_time: SystemTime,
    ) -> Result<(Url, HeaderMap), String> {
        let mut url = self.url.clone();
        {
            let mut query = url.query_pairs_mut();
            if let Some(module) = ask.module {
                query.append_pair("moduleCode", module);
            }
            query.append_pair("pageSize", &ask.page_size.to_string());
            match &ask.cursor {
                CursorAsk::None => {}
                CursorAsk::Given(cursor) => drop(query.append_pair("cursor", &cursor.0)),
                CursorAsk::MadeUp => drop(query.append_pair("cursor", MADE_UP_CURSOR)),
            }
            if ask.has_odd_parameter {
                query.append_pair("koodriveProbe", "1");
            }
        }
        let query = canonical_query(&url);
        url.set_query(Some(&query));

        let mut headers = HeaderMap::new();
        match ask.user {
            UserAsk::None => {}
            UserAsk::Own => put(&mut headers, "x-user-id", &self.secrets.user_id)?,
            UserAsk::MadeUp => put(&mut headers, "x-user-id", MADE_UP_USER)?,
        }
        let date = ask.date.map(|shift| XDate::at(shifted(service_time, shift)));
        let authorization = self.authorization(ask.auth, &url, &headers, date)?;
        if let Some(date) = date {
            put(&mut headers, "x-date", &date.to_string())?;
        }
        if let Some(mut authorization) = authorization {
            authorization.set_sensitive(true);
            headers.insert("authorization", authorization);
        }
        if ask.accepts_gzip {
            put(&mut headers, "accept-encoding", "gzip")?;
        }
        Ok((url, headers))
    }

    fn authorization(
        &self,
        auth: Auth,
        url: &Url,
        headers: &HeaderMap,
        date: Option<XDate>,
    ) -> Result<Option<HeaderValue>, String> {
        let text = match auth {
            Auth::None => return Ok(None),
            Auth::App { signs_host, flaw } => {
                let date = date.ok_or("a signature needs a date")?;
                return self.signature(signs_host, flaw, url, headers, date).map(Some);
            }
            Auth::Token(form, which) => {
                let token = match which {
                    WhichToken::Good => self.secrets.token.as_deref(),
                    WhichToken::Lapsed => self.secrets.lapsed_token.as_deref(),
                    WhichToken::MadeUp => Some(MADE_UP_TOKEN),
                };
                format!("{}{}", form.prefix(), token.ok_or("there is no token")?)
            }
        };
        HeaderValue::try_from(text).map(Some).map_err(|_| "the token cannot be sent".to_owned())
    }

    fn signature(
        &self,
        signs_host: bool,
        flaw: Option<Flaw>,
        url: &Url,
        headers: &HeaderMap,
        date: XDate,
    ) -> Result<HeaderValue, String> {
        let own = self.secrets.app.as_ref().ok_or("there is no app")?;
        let nobody =
            AppCredentials::new(MADE_UP_APP, "nobody's secret").map_err(|e| e.to_string())?;
        let app = if flaw == Some(Flaw::AppId) { &nobody } else { own };
        let mut signed_url = url.clone();
        if flaw == Some(Flaw::Signature) {
            signed_url.set_path("/another/request");
        }
        let names = if signs_host {
            SignedHeaders::default()
        } else {
            SignedHeaders::new(["x-date", "x-user-id"]).map_err(|e| e.to_string())?
        };
        let body = body_sha256(b"");
        let request = SigningRequest::new(&Method::GET, &signed_url, headers, &body);
        let signature = sign(request, app, date, &names).map_err(|e| e.to_string())?;
        Ok(signature.authorization().clone())
    }

    /// One exchange, unless there is no answer.
    pub(crate) async fn send(
        &self,
        ask: &Ask,
        ahead: i64,
        clock: &dyn Clock,
    ) -> Result<(Seen, Exchange), NoAnswer> {
        let sent = clock.now();
        let request = self.request(ask, shifted(sent, ahead));
        let (url, headers) = request.map_err(|why| NoAnswer { kind: "it cannot be made", why })?;
        let request = self.http.get(url.clone()).headers(headers.clone());
        let why = NoAnswer::new;
        let mut response = request.send().await.map_err(why)?;
        let received = clock.now();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(why)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                let why = format!("the body is longer than {MAX_BODY} bytes");
                return Err(NoAnswer { kind: "the body is too long", why });
            }
        }
        let head = Head {
            status: response.status().as_u16(),
            headers: response.headers(),
            version: response.version(),
            sent,
            received,
        };
        let exchange = Exchange::redacted(&url, &headers, &head, &body);
        Ok((Seen::read(&head, &body), exchange))
    }
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct NoAnswer {
    /// In words that are the same for everyone.
    pub(crate) kind: &'static str,
    /// In full; it may name the host.
    pub(crate) why: String,
}

impl NoAnswer {
    fn new(error: reqwest::Error) -> Self {
        let kind = match &error {
            e if e.is_timeout() => "it took too long",
            e if e.is_connect() => "no connection",
            e if e.is_body() || e.is_decode() => "the body broke off",
            _ => "the connection broke",
        };
        // The URL holds a cursor, perhaps.
        Self { kind, why: chain(&error.without_url()) }
    }
}

/// An endpoint to which credentials may be sent.
fn checked(endpoint: &str) -> Result<Url, String> {
    let expected = "expected something like https://intl.myhuaweicloud-koodrive.com";
    let bad = |why: &str| format!("--endpoint {why}: {expected}");
    let mut url = Url::parse(endpoint).map_err(|e| bad(&format!("is not a URL ({e})")))?;
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(bad("has a user, password, query or fragment"));
    }
    if !url.has_host() {
        return Err(bad("names no host"));
    }
    if url.scheme() != "https" && !(url.scheme() == "http" && is_this_machine(&url)) {
        return Err(bad("is not https, and credentials would be readable on the way"));
    }
    let path = format!("{}/{PATH}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), String> {
    let value = HeaderValue::from_str(value).map_err(|_| format!("{name} cannot be sent"))?;
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

fn shifted(time: SystemTime, seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let moved = if seconds < 0 { time.checked_sub(distance) } else { time.checked_add(distance) };
    moved.unwrap_or(time)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_sent_over_https_or_to_this_machine_alone() {
        for (endpoint, expected) in [
            ("https://drive.example", Some("https://drive.example/")),
            ("https://drive.example/a/", Some("https://drive.example/a/")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080/")),
            ("http://[::1]:8080", Some("http://[::1]:8080/")),
            ("http://localhost", Some("http://localhost/")),
            ("http://drive.example", None),
            ("http://10.0.0.1", None),
            ("ftp://localhost", None),
            ("https://me@drive.example", None),
            ("https://:hush@drive.example", None),
            ("https://drive.example?a=1", None),
            ("https://drive.example#a", None),
            ("drive.example", None),
        ] {
            let url = checked(endpoint).ok().map(String::from);
            assert_eq!(url, expected.map(|base| format!("{base}{PATH}")), "{endpoint}");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for (url, expected) in [
            ("http://localhost:1", true),
            ("http://127.0.0.1", true),
            ("http://[::1]:1", true),
            ("http://10.0.0.1", false),
            ("https://drive.example", false),
        ] {
            assert_eq!(is_this_machine(&url.parse().unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn a_cause_is_told_with_its_own() {
        let inner = std::io::Error::other("the inner");
        let outer = std::io::Error::other(Outer(inner));
        assert_eq!(chain(&outer), "the outer: the inner");
    }

    #[derive(Debug)]
    struct Outer(std::io::Error);

    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the outer")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
}
