//! The accept loop. Its own, because a connection that is to be reset must be in reach.

use std::{error::Error as _, sync::Arc, time::Duration};

use axum::Router;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::{
    answer::{Reset, answer},
    clock::http_date,
    identified::{Header, Identified},
    routes::router,
    shared::Shared,
};

/// Runs until it is dropped; all connections end with it.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let routes = TowerToHyperService::new(router(Arc::clone(&shared)));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(
                        stream,
                        Arc::clone(&shared),
                        routes.clone(),
                    ));
                }
                // Out of file handles, as a rule: a pause lets connections end.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>, routes: TowerToHyperService<Router>) {
    // Small answers at once: without this, Nagle's algorithm adds 40 ms to some.
    let _ = stream.set_nodelay(true);
    let stream = Identified::new(stream, common_headers(&shared));
    let service = service_fn(move |request| answer(Arc::clone(&shared), routes.clone(), request));
    let mut connection = http1::Builder::new()
        // The sandbox's own clock says the date, or none does.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let Err(error) = (&mut connection).await else {
        return;
    };
    let is_reset = error.source().is_some_and(|source| source.is::<Reset>());
    if is_reset {
        let stream = connection.into_parts().io.into_inner().into_inner();
        // Makes the close a TCP reset; where that fails, the client sees a plain close.
        let _ = stream.set_zero_linger();
    }
}

/// The headers that all answers have, for those that hyper gives by itself.
fn common_headers(shared: &Arc<Shared>) -> Vec<Header> {
    let habits = &shared.settings.habits;
    let mut headers: Vec<Header> = Vec::new();
    if habits.sends_date {
        let clock = shared.settings.clock.clone();
        headers.push(("date".to_owned(), Box::new(move || http_date(clock.now()))));
    }
    if let Some(name) = &habits.request_id {
        let shared = Arc::clone(shared);
        headers.push((name.to_lowercase(), Box::new(move || shared.next_trace_id())));
    }
    headers
}
