//! A connection on which every answer has the headers that all have: hyper itself answers what it
//! cannot parse, and nothing but the bytes shows that.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A header that all answers have: its name in lower case, and what makes its value.
pub(crate) type Header = (String, Box<dyn Fn() -> String + Send>);

pub(crate) struct Identified<S> {
    stream: S,
    headers: Vec<Header>,
    /// Taken from hyper, and not yet written.
    left: Vec<u8>,
}

impl<S> Identified<S> {
    pub(crate) fn new(stream: S, headers: Vec<Header>) -> Self {
        Self { stream, headers, left: Vec::new() }
    }

    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    /// The bytes with what is missing, where they are an answer whose head lacks a header.
    fn completed(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if !bytes.starts_with(b"HTTP/1.") {
            return None;
        }
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let has = |name: &str| head.contains(&format!("\r\n{name}: "));
        let missing = self.headers.iter().filter(|(name, _)| !has(name));
        let missing: String =
            missing.map(|(name, value)| format!("\r\n{name}: {}", value())).collect();
        (!missing.is_empty()).then(|| [head.as_bytes(), missing.as_bytes(), &bytes[end..]].concat())
    }
}

impl<S: AsyncWrite + Unpin> Identified<S> {
    fn poll_left(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.left.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.left))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.left.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Identified<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Identified<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_left(context))?;
        match self.completed(bytes) {
            Some(completed) => {
                self.left = completed;
                Poll::Ready(Ok(bytes.len()))
            }
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_left(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_left(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
