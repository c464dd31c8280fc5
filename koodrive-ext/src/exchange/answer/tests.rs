use super::*;
use crate::error::kind::ErrorKind;
use crate::exchange::redact::Sensitive;

fn judged(status: u16, body: &str) -> Result<(), Error> {
    judge(status, &HeaderMap::new(), body.as_bytes(), &redactor("------"))
}

/// Hides `secret`, and what is under `nextCursor`.
fn redactor(secret: &str) -> Redactor {
    let sensitive = Sensitive { parameters: &["cursor"], members: &["nextCursor"] };
    let mut redactor = Redactor::new(sensitive, &"https://example.com/".parse().unwrap());
    redactor.add(secret);
    redactor
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
    let error = judged(200, r#"{"code":13000410,"msg":"no permission","data":[]}"#).unwrap_err();
    assert_eq!((error.code(), error.http_status()), (Some("13000410"), Some(200)));
    let error = judged(200, r#"{"code":"13000102"}"#).unwrap_err();
    assert_eq!(error.code(), Some("13000102"));
    let error = judged(200, r#"{"error_code":"APIGW.0308","error_msg":"throttled"}"#).unwrap_err();
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
    let gateway =
        judged(401, r#"{"error_code":"APIGW.0301","error_msg":"Incorrect","request_id":"3d2f"}"#)
            .unwrap_err();
    assert_eq!((gateway.code(), gateway.request_id()), (Some("APIGW.0301"), Some("3d2f")));
    let html = judged(502, "<html>\n<h1>Bad Gateway</h1>").unwrap_err();
    assert_eq!(html.http_status(), Some(502));
    assert_eq!(html.body_start(), Some("<html>\\n<h1>Bad Gateway</h1>"));
    assert_eq!(judged(500, "").unwrap_err().http_status(), Some(500));
    assert_eq!(judged(400, "[]").unwrap_err().body_start(), Some("[]"));
}

#[test]
fn a_redirect_names_its_host_and_nothing_else() {
    let mut headers = HeaderMap::new();
    headers.insert("location", "https://elsewhere.example/x?cursor=hush".parse().unwrap());
    let error = judge(302, &headers, b"", &redactor("------")).unwrap_err().to_string();
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
    let hidden = redactor("hush-hush-hush");
    let body = format!("{}hush-hush-hush", "x".repeat(195));
    let error = judge(500, &HeaderMap::new(), body.as_bytes(), &hidden).unwrap_err();
    assert!(!error.to_string().contains("hush"), "{error}");
}

#[test]
fn what_we_sent_is_hidden_when_it_comes_back() {
    let hidden = redactor("hush-hush");
    for (status, body) in [
        (401, r#"{"code":"hush-hush","msg":"bad hush-hush","request_id":"hush-hush"}"#),
        (502, "hush-hush"),
        (200, "hush-hush"),
    ] {
        let error = judge(status, &HeaderMap::new(), body.as_bytes(), &hidden).unwrap_err();
        assert!(!format!("{error} {:?}", error.request_id()).contains("hush-hush"), "{error}");
    }
}

#[test]
fn any_member_that_names_a_failure_is_one() {
    for (body, code) in [
        (r#"{"error_code":"0","code":13000410,"data":[]}"#, "13000410"),
        (r#"{"error_code":0,"code":"13000410"}"#, "13000410"),
        (r#"{"error_code":"","code":13000410,"data":[]}"#, "13000410"),
        (r#"{"code":0,"error_code":"APIGW.0301","data":[]}"#, "APIGW.0301"),
        (r#"{"code":0,"code":13000410,"data":[]}"#, "13000410"),
        (r#"{"code":13000410,"data":[],"code":0}"#, "13000410"),
        (r#"{"code":false,"data":[]}"#, "false"),
        (r#"{"code":{"n":1},"data":[]}"#, r#"{"n":1}"#),
        (r#"{"cod\u0065":7,"data":[]}"#, "7"),
        (r#"{"code":1e3,"data":[]}"#, "1e3"),
    ] {
        let error = judged(200, body).unwrap_err();
        assert_eq!(error.code(), Some(code), "{body}");
    }
}

#[test]
fn odd_members_beside_the_code_do_not_matter() {
    for body in [
        r#"{"code":0,"msg":0,"data":[]}"#,
        r#"{"code":0,"msg":{"en":"ok"},"data":[]}"#,
        r#"{"code":0,"msg":"\ud800","data":[]}"#,
        r#"{"\ud800":1,"code":0,"data":[]}"#,
        r#"{"code":" 0 ","data":[[1],null,{}]}"#,
        r#"{"code":-0.0,"data":7}"#,
    ] {
        assert!(judged(200, body).is_ok(), "{body}");
    }
    assert!(
        judge(200, &HeaderMap::new(), b"{\"data\":[{\"a\":\"\xff\"}]}", &redactor("------"))
            .is_ok()
    );
    let error = judged(200, r#"{"code":7,"msg":{"en":"no\n"},"data":[]}"#).unwrap_err();
    assert!(error.to_string().contains("no\\\\n"), "{error}");
}

#[test]
fn text_from_outside_cannot_forge_a_line() {
    let body = r#"{"code":"1\u001b[2J\n2026-01-01 INFO all is well\u202e","msg":"a\nb\u061c"}"#;
    let error = judged(200, body).unwrap_err();
    let html = judged(502, "<html>\n\u{1b}[2J\u{202e}").unwrap_err();
    for shown in [format!("{error}"), format!("{error:?}"), format!("{html} {html:?}")] {
        let is_bad = |c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{61c}');
        assert!(!shown.contains(is_bad), "{shown:?}");
    }
    assert!(html.body_start().unwrap().starts_with("<html>\\n"), "{html}");
}

#[test]
fn the_kind_follows_from_the_status_where_no_code_says_more() {
    for (status, kind) in [
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Refused),
        (429, ErrorKind::Throttled),
        (503, ErrorKind::ServiceFailure),
    ] {
        let error = judged(status, r#"{"code":1,"msg":"no"}"#).unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
    }
}

#[test]
fn a_member_that_nobody_knows_is_no_message_and_hides_no_request_id() {
    let body = r#"{"request_id":"3d2f","more":"other","error_code":"APIGW.0301"}"#;
    let error = judged(401, body).unwrap_err();
    assert_eq!(error.request_id(), Some("3d2f"));
    assert!(!error.to_string().contains("other"), "{error}");
}

#[test]
fn a_header_that_is_no_identifier_is_no_request_id() {
    let longest = "x".repeat(REQUEST_ID_LENGTH);
    for (value, expected) in [
        ("trace-7", Some("trace-7")),
        (&longest, Some(longest.as_str())),
        ("all is well", None),
        (&format!("{longest}x"), None),
        ("", None),
    ] {
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static("x-traceid"),
            value.parse().unwrap(),
        )]);
        assert_eq!(request_id(&headers).as_deref(), expected);
    }
}

#[test]
fn a_failure_without_code_and_message_shows_the_start_of_its_body() {
    let body = r#"{"trouble":1}"#;
    for status in [503, 200] {
        let error = judged(status, body).unwrap_err();
        assert_eq!((error.http_status(), error.body_start()), (Some(status), Some(body)));
    }
}

#[test]
fn a_code_is_the_text_and_not_its_spelling() {
    let error = judged(200, r#"{"code":"A\/B","msg":"say \"no\"","data":[]}"#).unwrap_err();
    assert_eq!(error.code(), Some("A/B"));
}

#[test]
fn no_permission_for_the_space_is_forbidden_under_any_status() {
    for status in [200, 400] {
        let error = judged(status, r#"{"code":13000410}"#).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden);
    }
}
