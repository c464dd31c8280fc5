//! Reads what came back: a page to hand on, or one of the known shapes of failure.

use http::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::Error;
use crate::error::{Answer, Kind};

/// Headers that may hold the request's identifier, the documented one first.
const REQUEST_ID_HEADERS: [&str; 3] = ["x-traceid", "x-request-id", "x-hw-request-id"];

/// Longer identifiers are no identifiers.
const REQUEST_ID_LENGTH: usize = 128;

/// Texts that must not reach an error, because we sent them and a server may echo them.
#[derive(Default)]
pub(crate) struct Hidden(Vec<SecretString>);

impl Hidden {
    /// Very short texts are left: they would blank out half the message and tell nothing.
    pub(crate) fn add(&mut self, text: impl Into<String>) {
        let text = text.into();
        if text.len() >= 6 {
            self.0.push(SecretString::from(text));
        }
    }

    fn clean(&self, text: String) -> String {
        self.0.iter().fold(text, |text, hidden| text.replace(hidden.expose_secret(), "[hidden]"))
    }
}

/// The members by which an envelope, a gateway's answer and a page are told apart. Any of them
/// may have any type: what matters is whether it is there.
#[derive(Deserialize)]
struct Members {
    code: Option<Value>,
    msg: Option<Value>,
    error_code: Option<Value>,
    error_msg: Option<Value>,
    request_id: Option<Value>,
    data: Option<IgnoredAny>,
}

/// Decides whether an answer is a success; if not, the error says what it was.
pub(crate) fn judge(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    hidden: &Hidden,
) -> Result<(), Error> {
    let members = serde_json::from_slice::<Members>(body);
    let member = members.as_ref().ok().and_then(|m| m.request_id.as_ref()).and_then(text_of);
    let request_id = request_id(headers).or(member.filter(|id| is_plausible(id)));
    let request_id = request_id.map(|id| hidden.clean(id));
    let error = match members {
        Ok(members) if !is_redirect(status) => of_members(status, members, hidden),
        _ if !(200..300).contains(&status) => {
            Some(unreadable_failure(status, headers, body, hidden))
        }
        Ok(_) => None,
        // A proxy that ends a body early without an error leaves JSON without an end.
        Err(cause) if cause.is_eof() && !body.is_empty() => {
            Some(Error::new(Kind::CutOff).with_source(cause))
        }
        Err(cause) => Some(undecodable(status, body, &cause, hidden)),
    };
    match error {
        None => Ok(()),
        Some(error) => Err(error.with_context(|context| context.request_id = request_id)),
    }
}

fn of_members(status: u16, members: Members, hidden: &Hidden) -> Option<Error> {
    let success = (200..300).contains(&status);
    let code_of =
        |member: &Option<Value>| member.as_ref().and_then(text_of).filter(|c| !c.is_empty());
    let code = code_of(&members.error_code).or_else(|| code_of(&members.code));
    let zero = code.as_deref().is_some_and(|code| code.parse() == Ok(0_f64));
    if success && (zero || (code.is_none() && members.data.is_some())) {
        return None;
    }
    let message = members.error_msg.or(members.msg).as_ref().and_then(text_of);
    if success && code.is_none() {
        let cause = Some("it has neither code nor data".to_owned());
        return Some(Error::new(Kind::Undecodable(Answer {
            status,
            cause,
            message,
            ..Answer::default()
        })));
    }
    let message = message.map(|text| shorten(&hidden.clean(text)));
    let code = code.map(|code| shorten(&hidden.clean(code)));
    Some(Error::new(Kind::Answer(Answer { status, code, message, ..Answer::default() })))
}

fn unreadable_failure(status: u16, headers: &HeaderMap, body: &[u8], hidden: &Hidden) -> Error {
    let mut answer = Answer::unrecognised(status, body, None, |text| hidden.clean(text));
    if is_redirect(status) {
        let host = headers
            .get(http::header::LOCATION)
            .and_then(|location| location.to_str().ok())
            .map(|location| match url::Url::parse(location) {
                Ok(url) => url.host_str().unwrap_or("another address").to_owned(),
                Err(_) => "another path".to_owned(),
            });
        answer.redirect_host = Some(host.unwrap_or_else(|| "nowhere".to_owned()));
        answer.body_start = None;
    }
    Error::new(Kind::Answer(answer))
}

fn undecodable(status: u16, body: &[u8], cause: &serde_json::Error, hidden: &Hidden) -> Error {
    let clean = |text| hidden.clean(text);
    Error::new(Kind::Undecodable(Answer::unrecognised(
        status,
        body,
        Some(cause.to_string()),
        clean,
    )))
}

fn is_redirect(status: u16) -> bool {
    (300..400).contains(&status)
}

/// The identifier of an answer, where a header has a plausible one.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(*name)?.to_str().ok())?;
    Some(id).filter(|id| is_plausible(id)).map(str::to_owned)
}

fn is_plausible(id: &str) -> bool {
    (1..=REQUEST_ID_LENGTH).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str) -> Result<(), Error> {
        judge(status, &HeaderMap::new(), body.as_bytes(), &Hidden::default())
    }

    #[test]
    fn pages_are_successes_however_sparse() {
        for body in [
            r#"{"code":0,"msg":"success","data":[]}"#,
            r#"{"code":"0","data":null}"#,
            r#"{"code":0}"#,
            r#"{"data":[]}"#,
            r#"{"code":0.0,"error_code":"","data":[]}"#,
            r#"{"code":"","data":[]}"#,
            r#"{"code":null,"data":[{"recordId":1}],"nextCursor":""}"#,
            r#"{"code":0,"msg":null,"data":[],"request_id":7,"more":{}}"#,
        ] {
            assert!(judged(200, body).is_ok(), "{body}");
        }
    }

    #[test]
    fn a_code_in_a_success_is_a_failure() {
        let error =
            judged(200, r#"{"code":13000410,"msg":"no permission","data":[]}"#).unwrap_err();
        assert_eq!((error.code(), error.http_status()), (Some("13000410"), Some(200)));
        let error = judged(200, r#"{"code":"13000102"}"#).unwrap_err();
        assert_eq!(error.code(), Some("13000102"));
        let error =
            judged(200, r#"{"error_code":"APIGW.0308","error_msg":"throttled"}"#).unwrap_err();
        assert_eq!(error.code(), Some("APIGW.0308"));
    }

    #[test]
    fn what_is_no_page_is_never_taken_for_an_empty_one() {
        for body in ["", "[]", "7", "null", "{}", r#"{"msg":"hm"}"#, "<html>", "{\"code\":0}x"] {
            assert!(judged(200, body).unwrap_err().is_undecodable(), "{body}");
        }
    }

    #[test]
    fn json_without_its_end_was_cut_off() {
        for body in ["{", r#"{"code":0,"data":[{"recor"#] {
            assert!(judged(200, body).unwrap_err().is_connection(), "{body}");
        }
    }

    #[test]
    fn failures_keep_status_code_and_message_in_every_shape() {
        let envelope = judged(401, r#"{"code":401,"msg":"Unauthorized"}"#).unwrap_err();
        assert!(envelope.is_unauthorized() && envelope.code() == Some("401"));
        let gateway = judged(
            401,
            r#"{"error_code":"APIGW.0301","error_msg":"Incorrect","request_id":"3d2f"}"#,
        )
        .unwrap_err();
        assert_eq!((gateway.code(), gateway.request_id()), (Some("APIGW.0301"), Some("3d2f")));
        let html = judged(502, "<html>\n<h1>Bad Gateway</h1>").unwrap_err();
        assert_eq!(html.http_status(), Some(502));
        assert_eq!(html.body_start(), Some("<html> <h1>Bad Gateway</h1>"));
        assert_eq!(judged(500, "").unwrap_err().http_status(), Some(500));
        assert_eq!(judged(400, "[]").unwrap_err().body_start(), Some("[]"));
    }

    #[test]
    fn a_redirect_names_its_host_and_nothing_else() {
        let mut headers = HeaderMap::new();
        headers.insert("location", "https://elsewhere.example/x?cursor=hush".parse().unwrap());
        let error = judge(302, &headers, b"", &Hidden::default()).unwrap_err().to_string();
        assert!(error.contains("elsewhere.example") && !error.contains("hush"), "{error}");
    }

    #[test]
    fn the_next_cursor_is_hidden_in_what_is_shown_of_a_body() {
        for body in [
            r#"{"nextCursor":"hush-hush","code":0,"data":[]}x"#,
            r#"{"nextCursor" : "hush\"hush","code":0,"data":[]}x"#,
            r#"{"nextCursor":"hush-hush"#,
            "<\"nextCursor\"",
        ] {
            for status in [200, 500] {
                let error = judged(status, body).unwrap_err().to_string();
                assert!(!error.contains("hush"), "{error}");
            }
        }
    }

    #[test]
    fn a_secret_is_hidden_also_where_what_is_shown_ends_in_it() {
        let mut hidden = Hidden::default();
        hidden.add("hush-hush-hush");
        let body = format!("{}hush-hush-hush", "x".repeat(195));
        let error = judge(500, &HeaderMap::new(), body.as_bytes(), &hidden).unwrap_err();
        assert!(!error.to_string().contains("hush"), "{error}");
    }

    #[test]
    fn what_we_sent_is_hidden_when_it_comes_back() {
        let mut hidden = Hidden::default();
        hidden.add("hush-hush");
        for (status, body) in [
            (401, r#"{"code":"hush-hush","msg":"bad hush-hush","request_id":"hush-hush"}"#),
            (502, "hush-hush"),
            (200, "hush-hush"),
        ] {
            let error = judge(status, &HeaderMap::new(), body.as_bytes(), &hidden).unwrap_err();
            assert!(!format!("{error} {:?}", error.request_id()).contains("hush-hush"), "{error}");
        }
    }
}
