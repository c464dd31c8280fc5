//! A server that has its answers ready: page n, and the cursor of page n + 1 while there is one.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::input;

/// Answers every listing with `pages` pages of 100 records, each after `delay`.
pub async fn serve(listener: TcpListener, pages: u64, delay: Duration) -> Result<()> {
    let middle = input::page(Some(0));
    // The cursor's number is the last thing of a page but its quote and bracket.
    let middle = middle.strip_suffix(b"0\"}").context("a page ends with its cursor")?;
    let answers: Answers = std::sync::Arc::new((middle.to_vec(), input::page(None)));
    loop {
        let (stream, _) = listener.accept().await?;
        let answers = answers.clone();
        // A client that goes away is the end of its connection and of nothing else.
        tokio::spawn(async move { _ = connection(stream, pages, delay, &answers).await });
    }
}

type Answers = std::sync::Arc<(Vec<u8>, Vec<u8>)>;

async fn connection(
    mut stream: TcpStream,
    pages: u64,
    delay: Duration,
    answers: &Answers,
) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    let mut answer = Vec::new();
    loop {
        request.clear();
        while !request.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut request).await? == 0 {
                return Ok(());
            }
        }
        let page = page_of(&request).context("a cursor has a number")?;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let (middle, last) = &**answers;
        let (body, end) = if page < pages {
            (middle, format!("{}\"}}", page + 1))
        } else {
            (last, String::new())
        };
        answer.clear();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len() + end.len()
        );
        for part in [head.as_bytes(), body, end.as_bytes()] {
            answer.extend_from_slice(part);
        }
        stream.write_all(&answer).await?;
    }
}

/// The page that a request asks for, from 1.
fn page_of(request: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(request.split(|b| *b == b'\r').next()?).ok()?;
    let Some((_, cursor)) = line.split_once("cursor=") else { return Some(1) };
    let end = cursor.find(['&', ' '])?;
    cursor[..end].rsplit_once('-')?.1.parse().ok()
}
