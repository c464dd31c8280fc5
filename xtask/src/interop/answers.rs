//! A listener that answers `/<name>/…` with the response vector of that name, verbatim.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Starts it on a free port; it ends with the process.
pub(super) fn serve(vectors: &Path) -> Result<String> {
    let answers = Arc::new(read(vectors)?);
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = answers.clone();
            // A client may keep an unused connection open.
            std::thread::spawn(move || answer(&stream, &answers));
        }
    });
    Ok(format!("http://{address}"))
}

fn read(vectors: &Path) -> Result<HashMap<String, Vec<u8>>> {
    let file: Value = serde_json::from_str(&fs_err::read_to_string(vectors)?)?;
    let vectors = file["vectors"].as_array().context("responses.json has no vectors")?;
    vectors
        .iter()
        .map(|vector| {
            let name = vector["name"].as_str().context("a vector has no name")?;
            let bytes = bytes(vector).with_context(|| format!("the vector {name} is no answer"))?;
            Ok((name.to_owned(), bytes))
        })
        .collect()
}

fn bytes(vector: &Value) -> Option<Vec<u8>> {
    let body = match vector["body_hex"].as_str() {
        Some(hex) => (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
            .collect::<Option<Vec<u8>>>()?,
        None => vector["body"].as_str()?.as_bytes().to_vec(),
    };
    let mut head = format!("HTTP/1.1 {} Vector\r\nConnection: close\r\n", vector["status"]);
    let mut has_length = false;
    for header in vector["headers"].as_array()? {
        let (name, value) = (header[0].as_str()?, header[1].as_str()?);
        has_length |= name.eq_ignore_ascii_case("content-length");
        head += &format!("{name}: {value}\r\n");
    }
    if !has_length {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    head += "\r\n";
    Some([head.into_bytes(), body].concat())
}

fn answer(mut stream: &TcpStream, answers: &HashMap<String, Vec<u8>>) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next()?.ok()?;
    lines.find(|line| line.as_ref().map_or(true, String::is_empty))?.ok()?;
    let name = request.split([' ', '/']).nth(2)?;
    let unknown = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let answer = answers.get(name).map_or(&unknown[..], Vec::as_slice);
    // The client may hang up on what it does not want to read.
    stream.write_all(answer).ok()
}
