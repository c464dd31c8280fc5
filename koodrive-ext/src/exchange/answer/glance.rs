//! Tells a full page from a failure without reading it.

use memchr::memmem;

/// Smaller bodies are read: a failure carries no data.
const LARGE: usize = 2048;

/// Whether `body` is seen to be a success: it is large, begins with code 0, and holds no other
/// name that a failure could have, in any spelling. (`false` proves nothing.) A body without its
/// end can pass only where it breaks off behind a bracket; the decoder then finds that out.
pub(super) fn is_success(body: &[u8]) -> bool {
    let Some(rest) = behind_code_0(body) else { return false };
    body.len() >= LARGE
        && body.ends_with(b"}")
        // The end of `"code"` and of `"error_code"`; and the only other way to write a letter.
        && memmem::find(rest, b"code\"").is_none()
        && memmem::find(rest, br"\u").is_none()
}

fn behind_code_0(body: &[u8]) -> Option<&[u8]> {
    let member = body.strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"code\"")?;
    let value = member.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    value.strip_prefix(b"0")?.trim_ascii_start().strip_prefix(b",")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exchange::answer::take;

    fn page(start: &str, end: &str) -> String {
        let record =
            r#"{"recordId":"1842862763295184641","moduleCode":"101","properties":"{\"a\":1}"}"#;
        format!("{start}\"data\":[{}]{end}", vec![record; 40].join(","))
    }

    #[test]
    fn a_full_page_is_a_success_at_a_glance() {
        for start in [r#"{"code":0,"#, r#"{"code":0,"msg":"success","#, "{\n  \"code\" : 0 ,\n"] {
            assert!(is_success(page(start, r#","nextCursor":"eyJv"}"#).as_bytes()), "{start}");
        }
    }

    #[test]
    fn what_may_be_a_failure_is_read() {
        for (start, end) in [
            (r#"{"code":1,"#, "}"),
            (r#"{"code":00,"#, "}"),
            (r#"{"code":0.5,"#, "}"),
            ("{", r#","code":13000410}"#),
            (r#"{"code":0,"#, r#","code":13000410}"#),
            (r#"{"code":0,"#, r#","error_code":"APIGW.0301"}"#),
            (r#"{"code":0,"#, r#","cod\u0065":13000410}"#),
            (r#"{"code":0,"#, ""),
        ] {
            assert!(!is_success(page(start, end).as_bytes()), "{start}…{end}");
        }
        assert!(!is_success(br#"{"code":0,"data":[]}"#));
    }

    proptest! {
        #[test]
        fn a_success_at_a_glance_has_no_other_code(
            start in r#"\{"code": ?(0|7|0\.0),"#,
            end in r#"(,"(code|error_code|c\\u006fde|x)":(0|7|"code"|"\\\\")){0,3}\}"#,
        ) {
            let body = page(&start, &end);
            if is_success(body.as_bytes()) {
                let members = take(body.as_bytes()).expect("an object");
                prop_assert!(members.codes.iter().all(|code| code == "0"), "{start}…{end}");
            }
        }
    }
}
