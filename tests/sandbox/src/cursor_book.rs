//! When cursors were given out and which were used, where a habit makes them lapse.

use std::{
    collections::{HashMap, HashSet},
    time::SystemTime,
};

use crate::{
    cursor::{self, Place},
    envelope::Refusal,
    habits::{Cursors, Habits, Refused},
    params::Query,
};

#[derive(Debug, Default)]
pub(crate) struct CursorBook {
    given: HashMap<String, SystemTime>,
    used: HashSet<String>,
}

impl CursorBook {
    pub(crate) fn give(&mut self, habits: &Habits, cursor: &str, now: SystemTime) {
        if let Cursors::Lapsing(_) = habits.cursors {
            self.given.insert(cursor.to_owned(), now);
        }
    }

    /// Refuses a cursor that is no longer good.
    pub(crate) fn take(
        &mut self,
        habits: &Habits,
        query: &Query,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        if query.place == Place::START {
            return Ok(());
        }
        let cursor = || cursor::encode(&query.listing, query.place);
        let is_good = match habits.cursors {
            Cursors::Lasting => true,
            Cursors::Once => self.used.insert(cursor()),
            Cursors::Lapsing(lifetime) => self
                .given
                .get(&cursor())
                .is_some_and(|given| now.duration_since(*given).unwrap_or_default() <= lifetime),
        };
        if is_good {
            return Ok(());
        }
        Err(Refusal::parameter("the cursor is no longer good").of(Refused::Cursor))
    }
}
