//! Requests that are refused before they are understood.

use std::collections::HashSet;

use crate::common::{Answer, builder, start};
use koodrive_sandbox::Sandbox;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

async fn sent(sandbox: &Sandbox, head: &str) -> Answer {
    let mut stream = TcpStream::connect(sandbox.addr()).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("an answer");
    Answer::read(&bytes).expect("a whole answer")
}

fn heads() -> [(u16, String); 3] {
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    [
        (400, "GET / HTTP/1.1\r\nno header\r\n\r\n".to_owned()),
        (414, format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(70_000))),
        (431, format!("GET / HTTP/1.1\r\n{many}\r\n")),
    ]
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_answered_with_an_id_and_the_date_too() {
    let sandbox = start(builder()).await;
    let mut ids = HashSet::new();
    for (status, head) in heads() {
        let answer = sent(&sandbox, &head).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("date"), Some("Mon, 03 Nov 2025 07:01:40 GMT"), "{status}");
        let id = answer.header("x-traceid").unwrap_or_else(|| panic!("{status} has no id"));
        assert!(ids.insert(id.to_owned()), "{status}");
    }
}

#[tokio::test]
async fn such_an_answer_has_neither_where_other_answers_have_neither() {
    let sandbox = start(builder().request_id_header(None).date_header(false)).await;
    for (status, head) in heads() {
        let answer = sent(&sandbox, &head).await;
        assert_eq!((answer.status, answer.header("x-traceid")), (status, None));
        assert_eq!(answer.header("date"), None);
    }
}
