//! A provider of tokens that lapse, each user's own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use koodrive_ext::{AccessToken, TokenFuture, TokenProvider, TokenRequest};
use koodrive_sandbox::{Sandbox, SandboxBuilder};

/// How many tokens a user has in all.
const TOKENS: u32 = 200;

/// Issues `<user>.<number>`, the next number when the one before was refused. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct TokenOffice(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    numbers: BTreeMap<String, u32>,
    asked: u32,
    failures: u32,
}

impl TokenOffice {
    /// Makes a sandbox know all tokens of this user.
    pub fn known_to(&self, sandbox: SandboxBuilder, user_id: &str) -> SandboxBuilder {
        (0..TOKENS).fold(sandbox, |sandbox, number| sandbox.token(text(user_id, number)))
    }

    /// Makes the user's current token lapse.
    pub fn lapse(&self, sandbox: &Sandbox, user_id: &str) {
        let number = self.state().numbers.get(user_id).copied().unwrap_or_default();
        sandbox.revoke_token(&text(user_id, number));
    }

    /// Fails so often before it issues a token again.
    pub fn fail(&self, times: u32) {
        self.state().failures = times;
    }

    /// How often it was asked.
    #[must_use]
    pub fn asked(&self) -> u32 {
        self.state().asked
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issue(&self, request: TokenRequest<'_>) -> Result<AccessToken, String> {
        let mut state = self.state();
        state.asked += 1;
        if state.failures > 0 {
            state.failures -= 1;
            return Err("the office is closed".to_owned());
        }
        let number = state.numbers.entry(request.user_id().to_owned()).or_default();
        let token = |number| {
            let token = AccessToken::new(text(request.user_id(), number));
            token.map_err(|error| error.to_string())
        };
        let current = token(*number)?;
        if request.refused().is_some_and(|refused| refused.same_as(&current)) {
            *number += 1;
            assert!(*number < TOKENS, "a sandbox knows no more tokens");
        }
        token(*number)
    }
}

impl TokenProvider for TokenOffice {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async move { self.issue(request).map_err(Into::into) })
    }
}

fn text(user_id: &str, number: u32) -> String {
    format!("{user_id}.{number}")
}
