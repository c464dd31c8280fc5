//! The wire of the vector tests: a listener that knows no HTTP beyond where a head ends, so that it
//! neither mends nor spoils what it sends and receives.

use std::sync::{Arc, Mutex, PoisonError};

use koodrive_ext::{Client, ModuleCode, Pages};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::file::text;

/// The listing that a vector's `parameters` describe; nothing is sent yet.
pub fn listing(client: &Client, parameters: &Value) -> Pages {
    let module: ModuleCode = text(parameters, "moduleCode").into();
    let size = u32::try_from(parameters["pageSize"].as_u64().expect("pageSize")).expect("pageSize");
    let mut query = client.backup_records(module).page_size(size);
    if let Some(cursor) = parameters["cursor"].as_str() {
        query = query.cursor(cursor);
    }
    if let Some(device) = parameters["deviceId"].as_str() {
        query = query.device(device);
    }
    if let Some(lock_id) = parameters["x-backup-lock-id"].as_str() {
        query = query.backup_lock_id(lock_id);
    }
    query.pages()
}

/// Sends one fixed answer to whatever it receives.
pub struct Wire {
    pub url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Wire {
    pub async fn answering(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let received = heads.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                if let Some(head) = read_head(&mut stream).await {
                    received.lock().unwrap_or_else(PoisonError::into_inner).push(head);
                    // The client may hang up on what it does not want to read.
                    let _ = stream.write_all(&answer).await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        Self { url, heads }
    }

    /// The heads of the requests so far, without their last empty line.
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

/// An answer as bytes; the connection ends with it.
pub fn answer(status: u64, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Vector\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    [head.as_bytes(), body].concat()
}
