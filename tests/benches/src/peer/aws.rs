//! The same request signed by `aws-sigv4`, the signer of Amazon's SDK.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SigningParams, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;

use crate::input::{APP_ID, APP_SECRET, ToSign, USER_ID};

/// Who signs.
pub fn identity() -> Identity {
    Credentials::new(APP_ID, APP_SECRET, None, None, "bench").into()
}

/// Signs `request`: its signature.
pub fn signature(request: &ToSign, identity: &Identity) -> String {
    let params = v4::SigningParams::builder()
        .identity(identity)
        .region("eu-west-1")
        .name("drive")
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(1_762_153_300))
        .settings(SigningSettings::default())
        .build()
        .expect("all of it is there");
    let headers = [("x-user-id", USER_ID)].into_iter();
    let signable =
        SignableRequest::new("GET", request.url.as_str(), headers, SignableBody::Bytes(b""));
    let output =
        sign(signable.expect("a request"), &SigningParams::V4(params)).expect("a signature");
    output.signature().to_owned()
}
