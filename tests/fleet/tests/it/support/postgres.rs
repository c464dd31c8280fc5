//! PostgreSQL for tests: the one that `KOODRIVE_TEST_POSTGRES` names, or a server of our own in a
//! scratch folder, reached by a socket there, where its programs are found.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Weak};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use tokio::sync::Mutex;
use uuid::Uuid;

/// Keeps the server running.
pub(crate) type Lease = Arc<Server>;

/// The server of the tests that run just now.
static RUNNING: Mutex<Weak<Server>> = Mutex::const_new(Weak::new());

/// A server that ends when no test needs it.
pub(crate) struct Server {
    child: Child,
    folder: TempDir,
}

impl Server {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A new, empty database and what keeps its server alive; `None` without PostgreSQL.
pub(crate) async fn fresh_database() -> Option<(String, Option<Lease>)> {
    let name = format!("fleet_{}", Uuid::new_v4().simple());
    if let Some(url) = std::env::var("KOODRIVE_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) {
        create(&url, &name).await.expect("KOODRIVE_TEST_POSTGRES: cannot create a database");
        let mut url = url::Url::parse(&url).expect("KOODRIVE_TEST_POSTGRES is not a URL");
        url.set_path(&name);
        return Some((url.to_string(), None));
    }
    let mut running = RUNNING.lock().await;
    let server = match running.upgrade() {
        Some(server) => server,
        None => {
            let Some(server) = start().await else {
                eprintln!(
                    "skipped on PostgreSQL: no initdb and postgres here that can be run, and \
                     KOODRIVE_TEST_POSTGRES is not set"
                );
                return None;
            };
            let server = Arc::new(server);
            *running = Arc::downgrade(&server);
            server
        }
    };
    let folder = server.folder.path();
    create(&url(folder, "postgres"), &name).await.expect("cannot create a database");
    Some((url(folder, &name), Some(server)))
}

fn url(folder: &Path, database: &str) -> String {
    format!("postgres://fleet@localhost/{database}?host={}", folder.display())
}

async fn create(url: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
    connection.close().await
}

/// Where Debian keeps the programs, and the search path.
fn program(name: &str) -> Option<PathBuf> {
    let packaged = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = packaged.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found: Vec<PathBuf> = packaged
        .chain(std::env::split_paths(&path).collect::<Vec<_>>())
        .map(|folder| folder.join(name))
        .filter(|file| file.is_file())
        .collect();
    found.into_iter().next()
}

/// The server refuses to run as root: then it runs as `postgres` or `nobody`.
fn unprivileged() -> Option<(u32, u32)> {
    let is_root = rustix::process::geteuid().is_root();
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let id_of = |name: &str| {
        let fields: Vec<&str> =
            passwd.lines().map(|l| l.split(':').collect()).find(|f: &Vec<&str>| f[0] == name)?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    is_root.then(|| id_of("postgres").or_else(|| id_of("nobody"))).flatten()
}

fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).env("LC_ALL", "C");
    if let Some((user, group)) = unprivileged() {
        command.uid(user).gid(group);
    }
    command
}

async fn start() -> Option<Server> {
    let (initdb, postgres) = (program("initdb")?, program("postgres")?);
    // Short, since the path of a socket must be.
    let folder = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp").ok()?;
    if let Some((user, group)) = unprivileged() {
        chown(folder.path(), Some(user), Some(group)).ok()?;
    }
    let data = folder.path().join("data");
    let made = command(&initdb, folder.path())
        .args(["--username=fleet", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
        .arg("-D")
        .arg(&data)
        .output()
        .ok()?;
    if !made.status.success() {
        eprintln!("initdb: {}", String::from_utf8_lossy(&made.stderr));
        return None;
    }
    let log = std::fs::File::create(folder.path().join("log")).ok()?;
    let child = command(&postgres, folder.path())
        .arg("-D")
        .arg(&data)
        .args(["-F", "-c", "listen_addresses=", "-c", "max_connections=200"])
        .args(["-c", "shared_buffers=32MB", "-k"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .ok()?;
    let server = Server { child, folder };
    let url = url(server.folder.path(), "postgres");
    for _ in 0..600 {
        if PgConnection::connect(&url).await.is_ok() {
            return Some(server);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let log = std::fs::read_to_string(server.folder.path().join("log")).unwrap_or_default();
    eprintln!("PostgreSQL does not answer: {log}");
    None
}
