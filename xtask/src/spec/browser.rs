//! Opens the HTML reference in headless Chromium, behind a proxy that answers nothing and writes
//! down who was asked for.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::spec::source::{self, Source};
use crate::spec::{page, shown};
use crate::tools;

const LIMIT: Duration = Duration::from_secs(120);

/// Whom Chromium itself calls on every start, whatever its page is.
const BROWSERS_OWN: [&str; 3] = [".google.com", ".gvt1.com", ".googleapis.com"];

pub(crate) fn check(spec: &Source, html: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let browser = Browser { program: tools::chromium()?, proxy: Proxy::start()?, folder };

    // A proxy that nobody uses would be as silent as a page that asks for nothing.
    let probe = browser.folder.path().join("probe.html");
    write(
        &probe,
        "<img src='http://probe.invalid/'><script>fetch('https://probe.invalid/')</script>",
    )?;
    let asked = browser.open(&probe, "")?.asked;
    if !asked.iter().any(|host| host == "probe.invalid") {
        return Err(format!("the proxy saw no request of a page that makes two: {asked:?}"));
    }

    // Without its policy, which would hide what the page wants behind what it may.
    let text = source::read(html)?;
    let bare = browser.folder.path().join("bare.html");
    write(&bare, &text.replacen(page::POLICY, "", 1))?;
    for page in [bare.as_path(), html] {
        for fragment in fragments(&spec.value).iter().chain([&String::new()]) {
            let asked = browser.open(page, fragment)?.asked;
            let asked: BTreeSet<String> =
                asked.into_iter().filter(|host| !is_browsers_own(host, &text)).collect();
            if !asked.is_empty() {
                return Err(format!("{} asks for {asked:?}", page::FILE));
            }
        }
    }

    let mut seen = String::new();
    for fragment in fragments(&spec.value) {
        seen.push_str(&shown::text_of(&browser.open(html, &fragment)?.dom));
    }
    let missing = shown::missing(&spec.value, &seen);
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("{} does not show {}", page::FILE, missing.join(", ")))
    }
}

/// Where the page shows each operation.
fn fragments(document: &Value) -> Vec<String> {
    shown::operations(document)
        .map(|(_, _, operation)| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
            format!("#/{}/{}", text(&operation["tags"][0]), text(&operation["operationId"]))
        })
        .collect()
}

fn is_browsers_own(host: &str, page: &str) -> bool {
    BROWSERS_OWN.iter().any(|domain| host.ends_with(domain)) && !page.contains(host)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

struct Browser {
    program: PathBuf,
    proxy: Proxy,
    folder: tempfile::TempDir,
}

struct Opened {
    dom: String,
    asked: Vec<String>,
}

impl Browser {
    /// Opens the file and lets it run for a while.
    fn open(&self, file: &Path, fragment: &str) -> Result<Opened, String> {
        self.proxy.take();
        let output = self.folder.path().join("dom");
        let stdout = std::fs::File::create(&output).map_err(|e| e.to_string())?;
        let mut child = Command::new(&self.program)
            .args(["--headless=new", "--disable-gpu", "--no-first-run", "--disable-extensions"])
            .args(["--disable-background-networking", "--disable-component-update"])
            .args(["--disable-sync", "--disable-default-apps"])
            // It refuses to run as root otherwise, as in many containers; the page is our own.
            .arg("--no-sandbox")
            .arg(format!("--user-data-dir={}", self.folder.path().join("profile").display()))
            .arg(format!("--proxy-server=http://127.0.0.1:{}", self.proxy.port))
            .arg("--proxy-bypass-list=<-loopback>")
            // Tall, because the page renders what is in sight.
            .args(["--window-size=1500,20000", "--virtual-time-budget=20000", "--dump-dom"])
            .arg(format!("{}{fragment}", url_of(file)))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{}: {e}", self.program.display()))?;
        let started = Instant::now();
        while child.try_wait().map_err(|e| e.to_string())?.is_none() {
            if started.elapsed() > LIMIT {
                let _ = child.kill();
                return Err(format!("{} did not end", self.program.display()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        // The last connection may still be in the hands of the proxy's thread.
        std::thread::sleep(Duration::from_millis(200));
        let dom = std::fs::read(&output).map_err(|e| e.to_string())?;
        let dom = String::from_utf8_lossy(&dom).into_owned();
        if !dom.contains("</html>") {
            return Err(format!("{} opened nothing", self.program.display()));
        }
        Ok(Opened { dom, asked: self.proxy.take() })
    }
}

fn url_of(file: &Path) -> String {
    let path = file.display().to_string();
    format!("file://{}", path.replace('%', "%25").replace('#', "%23").replace(' ', "%20"))
}

/// Refuses everything, and remembers the hosts.
struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
        let port = listener.local_addr().map_err(|e| e.to_string())?.port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
                let mut buffer = [0; 4096];
                let length = stream.read(&mut buffer).unwrap_or(0);
                let head = String::from_utf8_lossy(&buffer[..length]).into_owned();
                if let (Some(host), Ok(mut seen)) = (host_of(&head), seen.lock()) {
                    seen.push(host);
                }
                let _ = stream.write_all(
                    b"HTTP/1.1 502 Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                );
            }
        });
        Ok(Self { port, asked })
    }

    /// The hosts since the last call.
    fn take(&self) -> Vec<String> {
        self.asked.lock().map(|mut asked| std::mem::take(&mut *asked)).unwrap_or_default()
    }
}

/// The host in `CONNECT host:443 HTTP/1.1` or `GET http://host/path HTTP/1.1`.
fn host_of(head: &str) -> Option<String> {
    let target = head.split_whitespace().nth(1)?;
    let authority = target.split_once("://").map_or(target, |(_, rest)| rest);
    let authority = authority.split('/').next()?;
    Some(authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_from_both_forms_of_a_proxy_request() {
        assert_eq!(host_of("CONNECT a.example:443 HTTP/1.1\r\n").unwrap(), "a.example");
        assert_eq!(host_of("GET http://b.example/c:d HTTP/1.1\r\n").unwrap(), "b.example");
        assert_eq!(host_of("GET http://b.example:81/ HTTP/1.1\r\n").unwrap(), "b.example");
        assert_eq!(host_of(""), None);
    }

    #[test]
    fn a_host_that_the_page_names_is_the_pages() {
        assert!(is_browsers_own("accounts.google.com", "<html>"));
        assert!(!is_browsers_own("fonts.googleapis.com", "href='https://fonts.googleapis.com/'"));
        assert!(!is_browsers_own("cdn.redoc.ly", "<html>"));
    }
}
