//! The hashes alone, over the bytes that a signature covers.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::input::{APP_SECRET, ToSign};

/// The texts that are hashed.
pub struct Texts {
    canonical_request: String,
    string_to_sign: String,
}

/// What a signature of `request` hashes.
pub fn texts(request: &ToSign) -> Texts {
    let empty = koodrive_ext::signing::body_sha256(b"");
    let signature = koodrive_ext::signing::sign(
        koodrive_ext::signing::SigningRequest::new(
            &http::Method::GET,
            &request.url,
            &request.headers,
            &empty,
        ),
        &request.app,
        request.date,
        &request.signed,
    )
    .expect("a signature");
    Texts {
        canonical_request: signature.canonical_request().to_owned(),
        string_to_sign: signature.string_to_sign().to_owned(),
    }
}

/// SHA-256 of the body and of the canonical request, HMAC of the string to sign.
pub fn hash(texts: &Texts) -> [u8; 32] {
    let body = Sha256::digest(b"");
    let request = Sha256::digest(&texts.canonical_request);
    std::hint::black_box((body, request));
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).expect("any key");
    mac.update(texts.string_to_sign.as_bytes());
    mac.finalize().into_bytes().into()
}
