//! What a listing gets from its source alone: pages, records, limit, checkpoint, completeness, and
//! the guard against circles.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use koodrive_ext::{AppCredentials, Client, UserClient};

/// Answers each cursor with its page, until the test ends.
fn serve(pages: &'static [(&'static str, &'static str)]) -> UserClient {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut request) = (stream.unwrap(), Vec::new());
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            let request = String::from_utf8(request).unwrap();
            assert!(request.starts_with("GET /koodrive/ose/v1/backup/record/r1/files?"), "{request}");
            let asked = |cursor: &str| match cursor {
                "" => !request.contains("cursor="),
                _ => request.contains(&format!("?cursor={cursor}&")),
            };
            let body = pages.iter().find(|(cursor, _)| asked(cursor)).unwrap().1;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close", body.len());
            stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
        }
    });
    let client = Client::builder(url)
        .credentials(AppCredentials::new("app", "secret").unwrap())
        .configure_http(|http| http.no_proxy())
        .build()
        .unwrap();
    client.for_user("1").unwrap()
}

const PAGES: &[(&str, &str)] = &[
    ("", r#"{"code":0,"data":[{"fileId":"a","fileName":"x"},{"fileId":"b","new":1}],"nextCursor":"2"}"#),
    ("2", r#"{"code":0,"data":[{"fileId":"c"},7,{"fileId":"d"}],"nextCursor":""}"#),
];

#[tokio::test]
async fn files_are_listed_resumed_and_complete() {
    let user = serve(PAGES);
    let mut first = user.backup_files("r1").limit(3).records();
    let mut ids = Vec::new();
    while let Some(file) = first.try_next().await.unwrap() {
        ids.push(file.file_id.unwrap());
    }
    let checkpoint = first.checkpoint();
    assert!(!checkpoint.is_end());
    let mut rest = user.backup_files("r1").resume(checkpoint.clone()).records();
    assert!(rest.next().await.unwrap().unwrap_err().is_unreadable_record());
    ids.push(rest.try_next().await.unwrap().unwrap().file_id.unwrap());
    assert!(rest.try_next().await.unwrap().is_none() && rest.checkpoint().is_end());
    assert_eq!(ids, ["a", "b", "c", "d"]);
    let other = user.backup_files("r2").resume(checkpoint).records().next().await.unwrap();
    assert!(other.unwrap_err().is_checkpoint_mismatch());
}

#[tokio::test]
async fn a_circle_ends_the_listing() {
    const CIRCLE: &[(&str, &str)] = &[
        ("", r#"{"data":[{"fileId":"a"}],"nextCursor":"2"}"#),
        ("2", r#"{"data":[{"fileId":"b"}],"nextCursor":"2"}"#),
    ];
    let mut files = serve(CIRCLE).backup_files("r1").records();
    assert!(files.next().await.unwrap().is_ok() && files.next().await.unwrap().is_ok());
    assert!(files.next().await.unwrap().unwrap_err().is_broken_paging());
    assert!(files.next().await.is_none() && !files.checkpoint().is_end());
}
