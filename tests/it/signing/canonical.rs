//! The canonical form of any URL: properties.

use koodrive_ext::signing;
use proptest::prelude::*;
use url::Url;

fn url(query: &str) -> Url {
    let mut url: Url =
        "https://intl.myhuaweicloud-koodrive.com/koodrive/ose/v1/backup/record".parse().unwrap();
    url.set_query(Some(query));
    url
}

fn decoded(query: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.sort();
    pairs
}

proptest! {
    #[test]
    fn the_canonical_query_is_a_fixed_point(query in ".*") {
        let once = signing::canonical_query(&url(&query));
        prop_assert_eq!(signing::canonical_query(&url(&once)), once);
    }

    #[test]
    fn the_canonical_query_means_the_same(pairs in prop::collection::vec((".+", ".*"), 0..6)) {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&pairs);
        let form = form.finish();
        prop_assert_eq!(decoded(&signing::canonical_query(&url(&form))), decoded(&form));
    }

    #[test]
    fn the_canonical_query_holds_nothing_that_can_be_read_in_two_ways(query in ".*") {
        let canonical = signing::canonical_query(&url(&query));
        prop_assert!(canonical.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%=&".contains(&b)));
    }

    #[test]
    fn the_order_of_parameters_does_not_count(mut pairs in prop::collection::vec(("[a-z]{1,3}", "[a-z]{0,3}"), 0..6)) {
        let write = |pairs: &[(String, String)]| {
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
        };
        let forward = signing::canonical_query(&url(&write(&pairs)));
        pairs.reverse();
        prop_assert_eq!(signing::canonical_query(&url(&write(&pairs))), forward);
    }

    #[test]
    fn the_canonical_uri_is_a_fixed_point_that_ends_in_a_slash(path in "(/[^/]{0,8}){0,5}") {
        let mut url = url("");
        url.set_path(&path);
        let once = signing::canonical_uri(&url);
        prop_assert!(once.ends_with('/'));
        url.set_path(&once);
        prop_assert_eq!(signing::canonical_uri(&url), once);
    }
}
