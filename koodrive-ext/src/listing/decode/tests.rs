use super::*;

type Item = Map<String, Value>;

fn page(body: &[u8]) -> Result<Content<Item>, Error> {
    tolerant(body, &Redactor::default())
}

fn story(body: &[u8]) -> Vec<String> {
    let content = page(body).unwrap();
    let tell = |item: &Result<Item, Unreadable>| match item {
        Ok(item) => serde_json::to_string(item).unwrap(),
        Err(unreadable) => format!("unreadable {}", unreadable.raw_json()),
    };
    content.items.iter().map(tell).collect()
}

#[test]
fn an_odd_element_costs_itself_and_keeps_its_place() {
    let body =
        b"{\"data\":[{\"a\":1},[[2]],null,{\"b\":\"\xff\"},{\"c\":\"\\ud800\"},tru,{}],\"code\":0}";
    let expected = [
        r#"{"a":1}"#,
        "unreadable [[2]]",
        "unreadable null",
        "unreadable {\"b\":\"\u{fffd}\"}",
        r#"unreadable {"c":"\ud800"}"#,
        "unreadable tru",
        "{}",
    ];
    assert_eq!(story(body), expected);
}

#[test]
fn a_member_beside_the_elements_never_costs_the_page() {
    for odd in [
        r#""msg":0"#,
        r#""msg":{"en":"ok"}"#,
        r#""msg":"\ud800""#,
        r#""\ud800":"\ud800""#,
        r#""code":"0x""#,
        r#""extra":1e999"#,
        r#""data":null"#,
    ] {
        let body = format!(r#"{{{odd},"data":[{{"a":1}}],"nextCursor":"n"}}"#);
        let content = page(body.as_bytes()).unwrap();
        assert_eq!((content.items.len(), content.next.as_deref()), (1, Some("n")), "{odd}");
    }
}

#[test]
fn what_is_beside_the_elements_is_kept() {
    let content = page(br#"{"code":0,"total":7,"data":[],"a":{"b":[1.5]}}"#).unwrap();
    assert_eq!(Value::from(content.extra), serde_json::json!({"total": 7, "a": {"b": [1.5]}}));
}

#[test]
fn a_cursor_that_cannot_be_read_is_an_error_and_not_an_end() {
    for (json, expected) in
        [("null", None), ("\"\"", Some("")), ("\"n\"", Some("n")), ("7", Some("7"))]
    {
        let body = format!(r#"{{"data":[],"nextCursor":{json}}}"#);
        assert_eq!(page(body.as_bytes()).unwrap().next.as_deref(), expected, "{json}");
    }
    for json in ["{}", "[]", "true", "1.5", "\"\\ud800\"", "1e30"] {
        let body = format!(r#"{{"data":[],"nextCursor":{json}}}"#);
        let error = page(body.as_bytes()).unwrap_err();
        assert!(error.is_undecodable() && error.to_string().contains("nextCursor"), "{error}");
    }
}

#[test]
fn a_page_of_more_than_1000_elements_is_refused_before_it_is_read() {
    let body = |n: usize| format!(r#"{{"data":[{}]}}"#, vec!["1"; n].join(","));
    assert_eq!(page(body(1000).as_bytes()).unwrap().items.len(), 1000);
    let error = page(body(1001).as_bytes()).unwrap_err().to_string();
    assert!(error.contains("more than 1000 elements"), "{error}");
}

#[test]
fn data_that_is_not_a_list_is_an_error() {
    for data in ["{}", "7", "\"x\"", "[1 2]", "[}"] {
        let body = format!(r#"{{"code":0,"data":{data}}}"#);
        assert!(page(body.as_bytes()).unwrap_err().is_undecodable(), "{data}");
    }
}

#[test]
fn raw_elements_are_the_bytes_that_came() {
    let body = b"{\"data\" : [ {\"a\" :1.00},\n \"\xff\" ] }";
    let raw: Vec<_> = raw_elements(body).into_iter().map(Vec::from).collect();
    assert_eq!(raw, [b"{\"a\" :1.00}".to_vec(), b"\"\xff\"".to_vec()]);
    assert!(raw_elements(b"{\"data\":null}").is_empty());
    assert_eq!(raw_elements(b"{\"data\":null,\"data\":[7]}"), [Box::from(*b"7")]);
}

#[test]
fn what_was_sent_is_hidden_in_what_is_shown_of_an_element() {
    let mut redactor = Redactor::default();
    redactor.add("hush/hush");
    let body = br#"{"data":["hush\/hush", {"a":"hush%2Fhush"}, "x"]}"#;
    let content = tolerant::<u8>(body, &redactor).unwrap();
    let shown = format!("{:?}", content.items);
    assert!(!shown.contains("hush") && shown.contains("[hidden]"), "{shown}");
}

#[test]
fn what_occurs_twice_is_an_error_and_not_half_of_a_page() {
    for body in [
        r#"{"data":[1],"data":[2]}"#,
        r#"{"data":[],"nextCursor":"a","nextCursor":"b"}"#,
        r#"{"data":[],"nextCursor":"a","nextCursor":null}"#,
    ] {
        let error = page(body.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("occurs twice"), "{error}");
    }
    assert!(
        page(br#"{"data":[],"data":[1],"data":null,"nextCursor":"a","nextCursor":"a"}"#).is_ok()
    );
}

#[test]
fn a_cursor_may_be_a_number_of_any_sign_and_size() {
    for number in ["-7", "7", "18446744073709551615"] {
        let body = format!(r#"{{"data":[],"nextCursor":{number}}}"#);
        assert_eq!(page(body.as_bytes()).unwrap().next.as_deref(), Some(number));
    }
}

#[test]
fn a_next_cursor_that_the_generated_operation_took_may_be_a_text_or_a_number() {
    let next = |json: &str| {
        let text: Text = serde_json::from_str(json).unwrap();
        read::<Item>(Vec::new(), Some(text), Map::new()).map(|content| content.next)
    };
    assert_eq!(next("\"n\"").unwrap().as_deref(), Some("n"));
    assert_eq!(next("7").unwrap().as_deref(), Some("7"));
    assert_eq!(next("-7").unwrap().as_deref(), Some("-7"));
    assert_eq!(next("18446744073709551615").unwrap().as_deref(), Some("18446744073709551615"));
    for json in ["{}", "true"] {
        assert!(next(json).unwrap_err().is_undecodable(), "{json}");
    }
}
