//! A server that knows no HTTP: it answers what it is told to, in turn.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Answers each request with what `answer` makes of its number (from 1) and its text; returns the
/// URL to reach it by.
///
/// # Panics
/// When there is no free port.
pub async fn answering(mut answer: impl FnMut(usize, &str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = vec![0; 16 * 1024];
            let length = socket.read(&mut request).await.unwrap_or_default();
            number += 1;
            let text = answer(number, &String::from_utf8_lossy(&request[..length]));
            let _ = socket.write_all(text.as_bytes()).await;
        }
    });
    url
}

/// A whole answer with this body, after which the connection ends.
#[must_use]
pub fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}
