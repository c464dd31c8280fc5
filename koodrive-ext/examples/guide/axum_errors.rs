//! What a service answers its own caller when KooDrive fails: by the table of `ErrorKind`.

use std::error::Error;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use koodrive_ext::{Client, ErrorKind, ModuleCode};

struct Failure(koodrive_ext::Error);

impl From<koodrive_ext::Error> for Failure {
    fn from(error: koodrive_ext::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        eprintln!("{}", self.0); // for the operator: the message holds no secret
        let status = match self.0.kind() {
            ErrorKind::InvalidInput => StatusCode::BAD_REQUEST,
            ErrorKind::Forbidden => StatusCode::FORBIDDEN,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Checkpoint | ErrorKind::CursorRefused => StatusCode::CONFLICT,
            ErrorKind::Throttled => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
            ErrorKind::Setup => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_GATEWAY,
        };
        let pause =
            self.0.retry_after().map(|pause| [("retry-after", pause.as_secs().to_string())]);
        (status, pause.unwrap_or([("retry-after", "0".to_owned())]), self.0.kind().name())
            .into_response()
    }
}

async fn count(
    State(client): State<Client>,
    Path((user_id, module)): Path<(String, String)>,
) -> Result<String, Failure> {
    let user = client.for_user(user_id)?;
    let query = user.backup_records(module.parse::<ModuleCode>()?);
    Ok(query.records().try_collect().await?.len().to_string())
}

pub(crate) async fn run(client: Client, user_id: &str) -> Result<(), Box<dyn Error>> {
    let app = Router::new().route("/users/{user}/{module}/count", get(count)).with_state(client);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let http = reqwest::Client::builder().no_proxy().build()?;
    for path in [format!("{user_id}/album"), format!("{user_id}/albun"), "nobody/album".into()] {
        let answer = http.get(format!("{url}/users/{path}/count")).send().await?;
        println!("{} {}", answer.status(), answer.text().await?);
    }
    Ok(())
}
