//! The current token of each user: renewed once for everybody who waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::credentials::provider::{TokenProvider, TokenRequest};
use crate::credentials::token::AccessToken;
use crate::error::Error;
use crate::error::what::What;

/// Users whose token is kept; of more, those that nobody uses at the moment are forgotten.
const MAX_USERS: usize = 10_000;

/// The tokens of a client, a cell per user.
#[derive(Default)]
pub(crate) struct TokenCells(Mutex<HashMap<String, Arc<Cell>>>);

impl TokenCells {
    /// A token for `user_id`: the current one, unless it is the one that was `refused`; otherwise
    /// the provider is asked.
    pub(crate) async fn token(
        &self,
        provider: &dyn TokenProvider,
        user_id: &str,
        refused: Option<&AccessToken>,
    ) -> Result<AccessToken, Error> {
        self.of(user_id).token(provider, TokenRequest::new(user_id, refused)).await
    }

    fn of(&self, user_id: &str) -> Arc<Cell> {
        let mut cells = lock(&self.0);
        if let Some(cell) = cells.get(user_id) {
            return cell.clone();
        }
        if cells.len() >= MAX_USERS {
            cells.retain(|_, cell| Arc::strong_count(cell) > 1);
        }
        cells.entry(user_id.to_owned()).or_default().clone()
    }
}

/// The token of one user.
#[derive(Default)]
struct Cell {
    state: Mutex<State>,
    /// Held by the call that asks the provider.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    current: Option<AccessToken>,
    /// Whether a call has seen `current` refused, so that others need not try it.
    is_refused: bool,
    /// How often the provider failed, and how it did last.
    failures: u64,
    failure: Option<Error>,
}

impl State {
    /// The current token, unless it is known to be refused.
    fn good(&mut self, refused: Option<&AccessToken>) -> Option<AccessToken> {
        let current = self.current.as_ref()?;
        if refused.is_some_and(|refused| refused.same_as(current)) {
            self.is_refused = true;
        }
        (!self.is_refused).then(|| current.clone())
    }
}

impl Cell {
    /// A call that is dropped while it asks leaves everything as it was, and the next one asks.
    async fn token(
        &self,
        provider: &dyn TokenProvider,
        request: TokenRequest<'_>,
    ) -> Result<AccessToken, Error> {
        let failures = {
            let mut state = lock(&self.state);
            if let Some(token) = state.good(request.refused()) {
                return Ok(token);
            }
            state.failures
        };
        let _turn = self.turn.lock().await;
        let refused = {
            let mut state = lock(&self.state);
            if let Some(token) = state.good(request.refused()) {
                return Ok(token);
            }
            if let Some(error) = state.failure.clone().filter(|_| state.failures > failures) {
                return Err(error);
            }
            state.current.clone()
        };
        let request = TokenRequest::new(request.user_id(), refused.as_ref().or(request.refused()));
        let answer = provider.token(request).await;
        let mut state = lock(&self.state);
        match answer {
            Ok(token) => {
                state.current = Some(token.clone());
                state.is_refused = false;
                Ok(token)
            }
            Err(cause) => {
                let error = Error::transient(What::TokenProvider).caused_by(cause);
                state.failures += 1;
                state.failure = Some(error.clone());
                Err(error)
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
