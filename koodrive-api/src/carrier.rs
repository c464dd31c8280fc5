//! Carries an error of ours through reqwest, since the generated code returns no other type.

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::seam::BoxError;

/// Turns `error` into a `reqwest::Error` that has it as a source.
///
/// The generated code takes no other type and that type has no constructor; but a body that
/// fails with an error of ours, read once, ends in one. Its own text ("error decoding response
/// body") says nothing of the cause.
pub(crate) async fn into_reqwest_error(error: BoxError) -> reqwest::Error {
    let body = reqwest::Body::wrap_stream(FailOnce(Some(error)));
    match reqwest::Response::from(http::Response::new(body)).bytes().await {
        Err(carrier) => carrier,
        Ok(_) => unreachable!("the first item of the body is an error"),
    }
}

struct FailOnce(Option<BoxError>);

impl Stream for FailOnce {
    type Item = Result<&'static [u8], BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Err))
    }
}

/// Finds an error of type `T` in `error` or among its sources.
///
/// This is how an [`Exchange`](crate::Exchange)'s own error is got back from an operation's error.
///
/// ```
/// let error = std::io::Error::other("5".parse::<bool>().unwrap_err());
/// assert!(koodrive_api::find_source::<std::str::ParseBoolError>(&error).is_some());
/// assert!(koodrive_api::find_source::<std::fmt::Error>(&error).is_none());
/// ```
pub fn find_source<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = inner_of(error).or_else(|| error.source());
    }
    None
}

/// `io::Error` shows its inner error's source as its own and so hides the inner error itself.
fn inner_of<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let inner = error.downcast_ref::<std::io::Error>()?.get_ref()?;
    Some(inner)
}
