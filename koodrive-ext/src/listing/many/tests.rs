use std::future::poll_fn;
use std::sync::Arc;

use super::*;
use crate::error::what::What;
use crate::listing::pages::tests::Scripted;

type Story = Vec<(usize, &'static str)>;

/// Runs all of `sources`, at most `max` at a time; returns what was told and how many were pulled
/// when the first event came.
async fn story(sources: Vec<Result<Arc<Scripted>, Error>>, max: usize) -> (Story, usize) {
    let mut many = Many::new(max);
    let mut sources = sources.into_iter().enumerate();
    let (mut story, mut pulled, mut at_first) = (Vec::new(), 0, None);
    loop {
        let event = poll_fn(|cx| {
            many.poll_next(cx, |_| {
                Poll::Ready(sources.next().map(|(n, source)| {
                    pulled += 1;
                    (n, source.map(|source| source.pages(false)))
                }))
            })
        });
        let told = match event.await {
            Some(Event::Page { of, .. }) => (of, "page"),
            Some(Event::Failed { of, .. }) => (of, "failed"),
            Some(Event::Complete { of, stats }) => {
                assert_eq!(stats.pages, stats.records);
                (of, "complete")
            }
            Some(Event::Incomplete { of, error: Some(_), .. }) => (of, "incomplete by an error"),
            Some(Event::Incomplete { of, .. }) => (of, "incomplete"),
            None => return (story, at_first.unwrap_or(0)),
        };
        at_first.get_or_insert(pulled);
        story.push(told);
    }
}

fn of(story: &Story, n: usize) -> Vec<&'static str> {
    story.iter().filter(|(of, _)| *of == n).map(|(_, what)| *what).collect()
}

#[tokio::test]
async fn each_listing_ends_once_and_an_error_stops_no_other() {
    let sources = vec![
        Ok(Scripted::new(3, 100)),
        Ok(Scripted::failing_at(3, 2)),
        Err(Error::new(What::InvalidInput("no user".into()))),
        Ok(Scripted::new(1, 100)),
    ];
    let (story, _) = story(sources, 2).await;
    assert_eq!(of(&story, 0), ["page", "page", "page", "complete"]);
    assert_eq!(of(&story, 1), ["page", "incomplete by an error"]);
    assert_eq!(of(&story, 2), ["incomplete by an error"]);
    assert_eq!(of(&story, 3), ["page", "complete"]);
}

#[tokio::test]
async fn listings_are_pulled_only_when_there_is_room() {
    let sources = (0..1000).map(|_| Ok(Scripted::new(1, 100))).collect();
    let (story, pulled_at_first) = story(sources, 7).await;
    assert_eq!((story.len(), pulled_at_first), (2000, 7));
}

#[tokio::test]
async fn a_long_listing_does_not_keep_a_short_one_waiting() {
    let sources = vec![Ok(Scripted::new(50, 100)), Ok(Scripted::new(2, 100))];
    let (story, _) = story(sources, 2).await;
    let short = story.iter().position(|told| *told == (1, "complete")).unwrap();
    assert!(short < 10, "{short}");
}

#[tokio::test]
async fn no_listing_at_all_is_the_end() {
    assert!(story(Vec::new(), 3).await.0.is_empty());
}

#[tokio::test]
async fn nothing_yet_to_list_is_not_the_end() {
    let mut many = Many::<usize, u32>::new(3);
    let mut cx = Context::from_waker(std::task::Waker::noop());
    assert!(many.poll_next(&mut cx, |_| Poll::Pending).is_pending());
    let end = many.poll_next(&mut cx, |_| Poll::Ready(None));
    assert!(matches!(end, Poll::Ready(None)));
}
