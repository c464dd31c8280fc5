//! What goes out for which parameters, byte for byte on the server.
//!
//! Source: `openapi/vectors/requests.json`, which teams in other languages use as well.

use std::future::pending;
use std::time::{Duration, SystemTime};

use koodrive_ext::clock::{Clock, Wait};
use koodrive_ext::{AccessToken, AppCredentials, ClientBuilder, Credentials, XDate};
use koodrive_tests::client::{BuildFor as _, begun};
use koodrive_tests::raw_server::{RawServer, ok};
use serde_json::Value;

use super::file::{text, vectors};
use super::parameters::listing;

/// Stands still at the vector's X-Date.
struct Stopped(SystemTime);

impl Stopped {
    fn at(date: &str) -> Self {
        let date: XDate = date.parse().unwrap();
        let seconds = u64::try_from(date.as_unix_seconds()).unwrap();
        Self(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }
}

impl Clock for Stopped {
    fn now(&self) -> SystemTime {
        self.0
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Wait {
        Box::pin(async {})
    }

    fn timeout(&self, _: Duration) -> Wait {
        Box::pin(pending())
    }
}

fn credentials(vector: &Value) -> Credentials {
    let given = &vector["credentials"];
    match given["token"].as_str() {
        Some(token) => AccessToken::new(token).unwrap().into(),
        None => {
            AppCredentials::new(text(given, "app_id"), text(given, "app_secret")).unwrap().into()
        }
    }
}

fn client(server: &RawServer, credentials: Credentials, date: &str) -> ClientBuilder {
    begun(server.url(), Stopped::at(date)).credentials(credentials).date_margin(Duration::ZERO)
}

/// The value of each header of that name.
fn values<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    head.lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .filter(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .collect()
}

#[tokio::test]
async fn every_vector_is_what_goes_out() {
    let vectors = vectors("requests.json", "vectors");
    assert!(vectors.len() >= 20);
    for vector in &vectors {
        let name = text(vector, "name");
        let server = RawServer::answering(|_, _| ok(r#"{"code":0,"data":[]}"#)).await;
        let (scheme, host) = text(vector, "endpoint").split_once("://").unwrap();
        let user = client(&server, credentials(vector), text(vector, "x_date"))
            .host(host)
            .build_for(text(vector, "user_id"));
        listing(&user, &vector["parameters"]).next().await.unwrap().unwrap();

        let heads = server.heads();
        assert_eq!(heads.len(), 1, "{name}");
        let expect = &vector["expect"];
        let target = text(expect, "url").strip_prefix(&format!("{scheme}://{host}")).unwrap();
        let line = format!("{} {target} HTTP/1.1", text(expect, "method"));
        assert_eq!(heads[0].lines().next(), Some(line.as_str()), "{name}");
        for (header, value) in expect["headers"].as_object().unwrap() {
            assert_eq!(values(&heads[0], header), [value.as_str().unwrap()], "{name}: {header}");
        }
        for absent in expect["absent_headers"].as_array().unwrap() {
            let absent = absent.as_str().unwrap();
            assert!(values(&heads[0], absent).is_empty(), "{name}: {absent}");
        }
        for unknown in ["api-version", "content-length", "content-type"] {
            assert!(values(&heads[0], unknown).is_empty(), "{name}: {unknown}");
        }
    }
}

#[tokio::test]
async fn nothing_goes_out_for_parameters_to_refuse() {
    let server = RawServer::answering(|_, _| ok(r#"{"code":0,"data":[]}"#)).await;
    let token: Credentials = AccessToken::new("60f4ccc7").unwrap().into();
    let user = client(&server, token, "20251103T070140Z").build_for("1");
    let refused = vectors("requests.json", "refuse");
    assert!(refused.len() >= 7);
    for vector in &refused {
        let name = text(vector, "name");
        let error = listing(&user, &vector["parameters"]).next().await.unwrap().unwrap_err();
        assert!(error.is_invalid_input(), "{name}: {error}");
        assert_eq!(error.attempts(), 0, "{name}: {error}");
    }
    assert!(server.heads().is_empty());
}

/// Every parameter of the document has a vector that gives it, and one that leaves it out if it
/// may be.
#[test]
fn the_vectors_cover_every_parameter_with_both_kinds_of_credentials() {
    let vectors = vectors("requests.json", "vectors");
    for kind in ["app_id", "token"] {
        let of_kind: Vec<&Value> =
            vectors.iter().filter(|v| v["credentials"][kind].is_string()).collect();
        let given =
            |name: &str| of_kind.iter().filter(|v| !v["parameters"][name].is_null()).count();
        for mandatory in ["moduleCode", "pageSize"] {
            assert_eq!(given(mandatory), of_kind.len(), "{kind} {mandatory}");
        }
        for optional in ["cursor", "deviceId", "x-backup-lock-id"] {
            assert!((1..of_kind.len()).contains(&given(optional)), "{kind} {optional}");
        }
    }
}
