//! A server that knows no HTTP beyond where a request's head ends, so that it neither corrects nor
//! spoils what it sends and receives.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Answers requests one after the other, until it and its runtime are gone.
#[derive(Clone, Debug)]
pub struct RawServer {
    url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// Answers each request with what `answer` makes of its number (from 1) and its head.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn answering<A: AsRef<[u8]> + Send>(
        mut answer: impl FnMut(usize, &str) -> A + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Self { url, heads: Arc::default() };
        let heads = server.heads.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(head) = read_head(&mut stream).await else { continue };
                let number = {
                    let mut heads = heads.lock().unwrap_or_else(PoisonError::into_inner);
                    heads.push(head.clone());
                    heads.len()
                };
                let answer = answer(number, &head);
                // The client may hang up on what it does not want to read.
                let _ = stream.write_all(answer.as_ref()).await;
                let _ = stream.shutdown().await;
            }
        });
        server
    }

    /// Where it is reached.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The heads of the requests so far, without their last empty line.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    head.truncate(head.len() - 4);
    String::from_utf8(head).ok()
}

/// A whole answer with this body, after which the connection ends. A `content-length` among the
/// headers is sent instead of the true one.
#[must_use]
pub fn response(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
        let _ = write!(head, "content-length: {}\r\n", body.len());
    }
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// A successful answer with this JSON.
#[must_use]
pub fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    response("200 OK", &[("content-type", "application/json")], body)
}
