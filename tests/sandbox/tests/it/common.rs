//! A client that knows nothing but bytes, so that a test can also send what no client would.

use std::{
    io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use hmac::{Hmac, KeyInit, Mac};
use koodrive_sandbox::{Sandbox, SandboxBuilder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) const PATH: &str = "/koodrive/ose/v1/backup/record";
pub(crate) const X_DATE: &str = "20251103T070140Z";
pub(crate) const EXAMPLE_DEVICE: &str = "1842812272691451648";

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The moment that [`X_DATE`] names.
pub(crate) fn signing_time() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_762_153_300)
}

/// A sandbox whose clock stands still at [`X_DATE`].
pub(crate) fn builder() -> SandboxBuilder {
    Sandbox::builder().now(signing_time)
}

pub(crate) async fn start(builder: SandboxBuilder) -> Sandbox {
    builder.start().await.expect("a free port of the loopback")
}

pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Sorted and encoded, so that it is its own canonical form.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let mut pairs = pairs.to_vec();
    pairs.sort_unstable();
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The Authorization value for a GET whose query is canonical and whose path has no odd characters.
pub(crate) fn authorization(
    sandbox: &Sandbox,
    target: &str,
    user_id: &str,
    x_date: &str,
) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let canonical = format!(
        "GET\n{path}/\n{query}\nhost:{}\nx-date:{x_date}\nx-user-id:{user_id}\n\nhost;x-date;x-user-id\n{}",
        sandbox.addr(),
        hex(&Sha256::digest(b""))
    );
    let to_sign = format!("HMAC-SHA256\n{}", hex(&Sha256::digest(canonical)));
    let mut mac =
        Hmac::<Sha256>::new_from_slice(sandbox.app_secret().as_bytes()).expect("any key length");
    mac.update(to_sign.as_bytes());
    format!(
        "HMAC-SHA256 AppId={},SignedHeaders=host;x-date;x-user-id,Signature={}",
        sandbox.app_id(),
        hex(&mac.finalize().into_bytes())
    )
}

/// A request line and headers, as they go over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Call {
    /// Everything right, with the sandbox's token.
    pub(crate) fn token(sandbox: &Sandbox, target: impl Into<String>) -> Self {
        Self { method: "GET".into(), target: target.into(), headers: Vec::new() }
            .header("Host", &sandbox.addr().to_string())
            .header("Authorization", &format!("Bearer+{}", sandbox.token()))
            .header("X-User-Id", sandbox.user_id())
            .header("X-Date", X_DATE)
    }

    /// Everything right, signed with the sandbox's app.
    pub(crate) fn signed(sandbox: &Sandbox, target: impl Into<String>) -> Self {
        let target = target.into();
        let value = authorization(sandbox, &target, sandbox.user_id(), X_DATE);
        Self::token(sandbox, target).header("Authorization", &value)
    }

    /// Replaces a header, or adds it.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a header, even a second time.
    pub(crate) fn also(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn method(mut self, method: &str) -> Self {
        self.method = method.into();
        self
    }

    pub(crate) async fn connect(&self, sandbox: &Sandbox) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(sandbox.addr()).await?;
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("Connection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).await?;
        Ok(stream)
    }

    /// The whole answer; an error when the connection breaks or the body is cut off.
    pub(crate) async fn try_send(&self, sandbox: &Sandbox) -> io::Result<Answer> {
        let mut bytes = Vec::new();
        self.connect(sandbox).await?.read_to_end(&mut bytes).await?;
        Answer::read(&bytes)
    }

    pub(crate) async fn send(&self, sandbox: &Sandbox) -> Answer {
        self.try_send(sandbox).await.expect("an answer")
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> io::Result<Self> {
        let cut_off = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(cut_off)?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut answer = Self {
            status: status.and_then(|code| code.parse().ok()).expect("a status"),
            headers,
            body: bytes[end + 4..].to_vec(),
        };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = unchunked(&answer.body).ok_or_else(cut_off)?;
        } else if let Some(length) = answer.header("content-length")
            && length.parse() != Ok(answer.body.len())
        {
            return Err(cut_off());
        }
        Ok(answer)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    pub(crate) fn msg(&self) -> String {
        self.json()["msg"].as_str().expect("a msg").to_owned()
    }

    pub(crate) fn next_cursor(&self) -> Option<String> {
        self.json()["nextCursor"].as_str().map(str::to_owned)
    }

    pub(crate) fn record_ids(&self) -> Vec<String> {
        let json = self.json();
        let records = json["data"].as_array().cloned().unwrap_or_default();
        records.iter().filter_map(|record| record["recordId"].as_str().map(str::to_owned)).collect()
    }
}

fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = bytes.windows(2).position(|window| window == b"\r\n")?;
        let length = std::str::from_utf8(&bytes[..line]).ok()?;
        let length = usize::from_str_radix(length, 16).ok()?;
        bytes = &bytes[line + 2..];
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(bytes.get(..length)?);
        bytes = bytes.get(length + 2..)?;
    }
}

/// A listing's parameters.
pub(crate) fn listing<'a>(module: &'a str, page_size: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("moduleCode", module), ("pageSize", page_size)]
}

/// One page, asked for with the token.
pub(crate) async fn page(
    sandbox: &Sandbox,
    params: &[(&str, &str)],
    cursor: Option<&str>,
) -> Answer {
    let mut params = params.to_vec();
    params.extend(cursor.map(|cursor| ("cursor", cursor)));
    Call::token(sandbox, format!("{PATH}?{}", query(&params))).send(sandbox).await
}

/// All pages until there is no cursor, at most a thousand.
pub(crate) async fn pages(sandbox: &Sandbox, params: &[(&str, &str)]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    for _ in 0..1_000 {
        let cursor = answers.last().and_then(Answer::next_cursor);
        if !answers.is_empty() && cursor.as_ref().is_none_or(String::is_empty) {
            return answers;
        }
        let answer = page(sandbox, params, cursor.as_deref()).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        answers.push(answer);
    }
    panic!("the listing has no end");
}

pub(crate) fn all_record_ids(answers: &[Answer]) -> Vec<String> {
    answers.iter().flat_map(Answer::record_ids).collect()
}
