//! The questions, in the order in which they are asked.

mod access;
mod dates;
mod paging;
mod parameters;
mod refusals;
#[cfg(test)]
mod tables;
mod transport;

use crate::question::Question;

/// Access comes first, since the others need it; the cursor that is used again late comes last but
/// for what all answers show together.
pub(crate) fn all() -> Vec<Box<dyn Question>> {
    let mut all: Vec<Box<dyn Question>> = vec![
        Box::new(refusals::NoCredentials),
        Box::new(access::TokenForms),
        Box::new(access::SignedHost),
        Box::new(access::TokenNeeds),
        Box::new(paging::Records),
        Box::new(paging::CursorAgain),
        Box::new(dates::AHEAD),
        Box::new(dates::BEHIND),
    ];
    all.extend(refusals::ALL.iter().map(|refusal| Box::new(*refusal) as Box<dyn Question>));
    all.extend(parameters::SIZES.iter().map(|size| Box::new(*size) as Box<dyn Question>));
    let rest: [Box<dyn Question>; 8] = [
        Box::new(parameters::UnknownParameter),
        Box::new(transport::Compression),
        Box::new(paging::LastPage),
        Box::new(paging::CursorLater),
        Box::new(transport::RequestId),
        Box::new(transport::Clock),
        Box::new(transport::HttpVersion),
        Box::new(transport::Latency),
    ];
    all.extend(rest);
    all
}
