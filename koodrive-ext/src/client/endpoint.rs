//! The address of a deployment, checked before a secret is sent to it.

use url::{Host, Url};

use crate::error::Error;

/// Checks `text` and returns it without a trailing slash, as the generated client needs it.
///
/// `plain_http_hosts` are the hosts to which plain http is allowed by name; loopback always is.
pub(crate) fn check(text: &str, plain_http_hosts: &[String]) -> Result<Url, Error> {
    let bad = |why: String| Err(Error::invalid(format!("the endpoint {} {why}", shown(text))));
    let example = "expected something like https://intl.myhuaweicloud-koodrive.com";
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(e) => return bad(format!("is not a URL ({e}): {example}")),
    };
    let Some(host) = url.host_str() else { return bad(format!("names no host: {example}")) };
    if !url.username().is_empty() || url.password().is_some() {
        return bad("holds a user name or password: credentials are given separately".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return bad("has a query or fragment: give scheme, host and perhaps a path".into());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) || plain_http_hosts.iter().any(|h| h == host) => Ok(url),
        "http" => bad(format!(
            "is plain http, over which a signature or token can be read and replayed: use https, \
             or allow it by name with allow_plain_http_to({host:?})"
        )),
        other => bad(format!("has the scheme {other}, expected https")),
    }
}

/// As the generated client wants it: with no slash at its end.
pub(crate) fn base(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Whether the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// The endpoint without what may be a password.
fn shown(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (scheme, Some(at)) => {
            let start = scheme.map_or(0, |i| i + 3).min(at);
            format!("{:?}", format!("{}…{}", &text[..start], &text[at..]))
        }
        _ => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_taken_without_their_last_slash() {
        for (text, expected) in [
            ("https://intl.myhuaweicloud-koodrive.com", "https://intl.myhuaweicloud-koodrive.com"),
            ("https://intl.myhuaweicloud-koodrive.com/", "https://intl.myhuaweicloud-koodrive.com"),
            ("https://Gateway.example:8443/stem/", "https://gateway.example:8443/stem"),
            ("http://127.0.0.1:5017", "http://127.0.0.1:5017"),
            ("http://localhost:5017", "http://localhost:5017"),
            ("http://[::1]:5017", "http://[::1]:5017"),
        ] {
            assert_eq!(base(&check(text, &[]).unwrap()), expected);
        }
    }

    #[test]
    fn plain_http_needs_to_be_allowed_by_name() {
        assert!(check("http://gateway.example", &[]).is_err());
        assert!(check("http://gateway.example", &["gateway.example".to_owned()]).is_ok());
        assert!(check("http://127.0.0.1.example", &[]).is_err());
    }

    #[test]
    fn a_user_is_refused_with_a_password_and_without() {
        for user in ["me", "me:hush", ":hush"] {
            assert!(check(&format!("https://{user}@example.com"), &[]).is_err(), "{user}");
        }
    }

    #[test]
    fn a_password_in_an_endpoint_is_not_repeated() {
        for text in ["https://me:hush@example.com", "me:hush@", "http//me:hush@x", "@", "://@"] {
            let error = check(text, &[]).unwrap_err().to_string();
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
