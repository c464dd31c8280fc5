//! Errors of generated operations as errors of this crate.

use std::fmt;

use crate::error::Error;
use crate::error::what::{Answer, What};

/// The error of a generated operation called through [`UserClient::api`](crate::UserClient::api).
impl<E: fmt::Debug + 'static> From<koodrive_api::Error<E>> for Error {
    fn from(error: koodrive_api::Error<E>) -> Self {
        if let Some(ours) = koodrive_api::find_source::<Error>(&error) {
            return ours.clone();
        }
        // Without our exchange's error in it, only the input or the decoding can have failed.
        let answered = |status: reqwest::StatusCode| {
            Self::new(What::Answer(Answer { status: status.as_u16(), ..Answer::default() }))
        };
        match error {
            koodrive_api::Error::InvalidRequest(text) | koodrive_api::Error::Custom(text) => {
                Self::invalid(text)
            }
            koodrive_api::Error::InvalidResponsePayload(_, cause) => {
                // What was sent is not known here, so an echo of it could not be hidden.
                let cause = Some(format!("at line {}, column {}", cause.line(), cause.column()));
                Self::transient(What::Undecodable(Answer {
                    status: 200,
                    cause,
                    ..Answer::default()
                }))
            }
            koodrive_api::Error::UnexpectedResponse(response) => answered(response.status()),
            koodrive_api::Error::ErrorResponse(response) => answered(response.status()),
            koodrive_api::Error::CommunicationError(cause)
            | koodrive_api::Error::InvalidUpgrade(cause)
            | koodrive_api::Error::ResponseBodyError(cause) => {
                let what = if cause.is_connect() { What::Connect } else { What::CutOff };
                // The URL holds the cursor.
                Self::transient(what).caused_by(cause.without_url())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_cannot_be_read_tells_its_status_and_where_it_breaks() {
        let cause = serde_json::from_str::<u8>("\n hush").unwrap_err();
        let payload = "hush".as_bytes().into();
        let error = Error::from(koodrive_api::Error::<()>::InvalidResponsePayload(payload, cause));
        assert_eq!((error.is_undecodable(), error.http_status()), (true, Some(200)));
        let text = error.to_string();
        assert!(text.contains("at line 2, column") && !text.contains("hush"), "{text}");
    }

    #[test]
    fn an_answer_that_the_document_does_not_name_keeps_its_status() {
        let answer = http::Response::builder().status(418).body("").unwrap();
        let error = koodrive_api::Error::<()>::UnexpectedResponse(answer.into());
        assert_eq!(Error::from(error).http_status(), Some(418));
    }
}
