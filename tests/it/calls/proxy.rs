//! A proxy named by the environment is used.

use std::sync::{Arc, Mutex};

use koodrive_sandbox::Sandbox;
use koodrive_tests::{example, process};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// A proxy for plain http: hands everything on to `upstream`, and notes the request lines.
async fn proxy(upstream: std::net::SocketAddr) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let lines = Arc::new(Mutex::new(Vec::new()));
    let noted = lines.clone();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let noted = noted.clone();
            tokio::spawn(async move {
                let mut head = vec![0; 16 * 1024];
                let length = client.read(&mut head).await.unwrap();
                let first =
                    String::from_utf8_lossy(&head[..length]).lines().next().map(str::to_owned);
                noted.lock().unwrap().extend(first);
                let mut server = TcpStream::connect(upstream).await.unwrap();
                server.write_all(&head[..length]).await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (url, lines)
}

#[tokio::test]
async fn requests_go_through_the_proxy_that_the_environment_names() {
    let sandbox = Sandbox::builder().records(3).start().await.unwrap();
    let (proxy, lines) = proxy(sandbox.addr()).await;
    let outcome = process::run(example::signed(&sandbox).env("HTTP_PROXY", &proxy)).await;
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    assert_eq!(outcome.last_line(), "9 records, 3 pages, 3 requests, 0 retries");
    let lines = lines.lock().unwrap();
    let absolute = format!("GET {}/koodrive/ose/v1/backup/record?", sandbox.url());
    assert!(!lines.is_empty() && lines.iter().all(|line| line.starts_with(&absolute)), "{lines:?}");
}
