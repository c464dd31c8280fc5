//! What does not change while a sandbox runs.

use std::{fmt, sync::Arc};

use crate::{RequestRecord, clock::Clock, habits::Habits, paging::LastPage};

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
