//! What does not change while a sandbox runs.

use std::{fmt, sync::Arc};

use crate::{
    clock::Clock, error::Error, habits::Habits, paging::LastPage, request_log::RequestRecord,
};

pub(crate) type OnRequest = Arc<dyn Fn(&RequestRecord) + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) apps: Vec<App>,
    pub(crate) users: Vec<String>,
    pub(crate) clock: Clock,
    pub(crate) last_page: LastPage,
    pub(crate) empty_every: Option<u64>,
    pub(crate) require_date_with_token: bool,
    pub(crate) signature_failure_status: u16,
    pub(crate) habits: Habits,
    pub(crate) keep_authorization: bool,
    pub(crate) keep_requests: usize,
    pub(crate) on_request: Option<OnRequest>,
}

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Settings {
    pub(crate) fn secret_of(&self, app_id: &str) -> Option<&str> {
        let app = self.apps.iter().find(|app| app.id == app_id)?;
        Some(&app.secret)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.habits.check()?;
        for app in &self.apps {
            if !is_plain(&app.id) || app.id.contains([',', ';']) {
                return Err(Error::setting(
                    "an app id must be visible ASCII without spaces, commas and semicolons",
                ));
            }
            if app.secret.is_empty() {
                return Err(Error::setting("an app secret must not be empty"));
            }
        }
        if !self.users.iter().all(|user| is_plain(user)) {
            return Err(Error::setting("a user id must be visible ASCII without spaces"));
        }
        if self.empty_every.is_some_and(|every| every < 2) {
            return Err(Error::setting(
                "empty_page_every must be at least 2, or no page would hold records",
            ));
        }
        if !(400..600).contains(&self.signature_failure_status) {
            return Err(Error::setting("signature_failure_status must be from 400 to 599"));
        }
        Ok(())
    }
}

pub(crate) fn check_token(token: &str) -> Result<(), Error> {
    if is_plain(token) {
        return Ok(());
    }
    Err(Error::setting("a token must be visible ASCII without spaces"))
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("apps", &self.apps)
            .field("users", &self.users)
            .field("clock", &self.clock)
            .field("last_page", &self.last_page)
            .field("empty_every", &self.empty_every)
            .field("require_date_with_token", &self.require_date_with_token)
            .field("signature_failure_status", &self.signature_failure_status)
            .field("habits", &self.habits)
            .field("keep_authorization", &self.keep_authorization)
            .field("keep_requests", &self.keep_requests)
            .finish_non_exhaustive()
    }
}
