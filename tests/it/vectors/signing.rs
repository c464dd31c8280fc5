//! The reference vectors of the app signature, made by an independent implementation: each stage
//! of each of them, in turn.
//!
//! Source: `openapi/vectors/signing.json`, which teams in other languages use as well.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use koodrive_ext::signing::{self, Signature, SignedHeaders, SigningRequest};
use koodrive_ext::{AppCredentials, Error};
use koodrive_tests::hex;
use serde_json::Value;
use url::Url;

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/vectors/signing.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("{name} is not a text in {}", vector["name"]))
}

/// The headers as the vector sends them; the date is handed over on its own.
fn headers(vector: &Value) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for pair in vector["headers"].as_array().unwrap() {
        let name: HeaderName = pair[0].as_str().unwrap().parse().unwrap();
        if name != "x-date" || vector["expect"].is_null() {
            headers.append(name, HeaderValue::from_str(pair[1].as_str().unwrap()).unwrap());
        }
    }
    Ok(headers)
}

fn sign(vector: &Value, headers: &HeaderMap) -> Result<Signature, Error> {
    let names =
        vector["signed_headers"].as_array().map(|names| names.iter().map(|n| n.as_str().unwrap()));
    let signed = names.map_or_else(|| Ok(SignedHeaders::default()), SignedHeaders::new)?;
    signing::sign(
        SigningRequest::new(
            &text(vector, "method").parse::<Method>().unwrap(),
            &text(vector, "url").parse::<Url>().unwrap(),
            headers,
            &signing::body_sha256(&hex::decode(text(vector, "body_hex"))),
        ),
        &AppCredentials::new(text(vector, "app_id"), text(vector, "app_secret"))?,
        text(vector, "x_date").parse()?,
        &signed,
    )
}

#[test]
fn every_stage_of_every_vector_is_reproduced() {
    let vectors = vectors();
    let vectors = vectors["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 102);
    for vector in vectors {
        let (name, expect) = (text(vector, "name"), &vector["expect"]);
        let url: Url = text(vector, "url").parse().unwrap();
        assert_eq!(signing::canonical_uri(&url), text(expect, "canonical_uri"), "{name}");
        assert_eq!(signing::canonical_query(&url), text(expect, "canonical_query"), "{name}");
        let body = hex::decode(text(vector, "body_hex"));
        assert_eq!(signing::body_sha256(&body), text(expect, "body_sha256"), "{name}");
        let signature = sign(vector, &headers(vector).unwrap()).unwrap();
        assert_eq!(signature.canonical_request(), text(expect, "canonical_request"), "{name}");
        assert_eq!(
            signing::body_sha256(signature.canonical_request().as_bytes()),
            text(expect, "canonical_request_sha256"),
            "{name}"
        );
        assert_eq!(signature.string_to_sign(), text(expect, "string_to_sign"), "{name}");
        assert_eq!(signature.signature(), text(expect, "signature"), "{name}");
        assert_eq!(signature.authorization(), text(expect, "authorization"), "{name}");
        assert!(signature.authorization().is_sensitive(), "{name}");
    }
}

#[test]
fn the_canonical_query_reads_back_as_itself() {
    for vector in vectors()["vectors"].as_array().unwrap() {
        let mut url: Url = text(vector, "url").parse().unwrap();
        let once = signing::canonical_query(&url);
        url.set_query(Some(&once));
        assert_eq!(url.query(), Some(once.as_str()), "sent as it is signed: {}", vector["name"]);
        assert_eq!(signing::canonical_query(&url), once, "{}", vector["name"]);
    }
}

#[test]
fn every_input_to_refuse_is_refused_with_a_reason() {
    let vectors = vectors();
    let refused = vectors["refuse"].as_array().unwrap();
    assert_eq!(refused.len(), 14);
    for vector in refused {
        let mut headers = headers(vector).unwrap();
        let outcome = match HeaderValue::from_str(text(vector, "user_id")) {
            // Such a header cannot even be made; the client's own check has a test of its own.
            Err(_) => continue,
            Ok(user) => {
                headers.append("x-user-id", user);
                sign(vector, &headers)
            }
        };
        let error = outcome.expect_err(text(vector, "name"));
        assert!(error.is_invalid_input(), "{}: {error}", vector["name"]);
    }
}

/// Huawei's published example of SDK-HMAC-SHA256, which has the same canonical form; its
/// canonical request's hash is published.
#[test]
fn the_published_example_of_the_sister_scheme_hashes_to_the_published_value() {
    let url: Url = "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0".parse().unwrap();
    let request = format!(
        "GET\n{}\n{}\ncontent-type:application/json\nhost:{}\nx-sdk-date:20191115T033655Z\n\ncontent-type;host;x-sdk-date\n{}",
        signing::canonical_uri(&url),
        signing::canonical_query(&url),
        signing::canonical_host(&url).unwrap(),
        signing::body_sha256(b""),
    );
    assert_eq!(
        signing::body_sha256(request.as_bytes()),
        "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
    );
}
