//! Keeping a listing that may kill its worker away from those that have nothing to show yet.

use std::sync::Arc;

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Who may be between its claim and its first page at the same time.
///
/// The jobs of a dead worker come back together, and are handed out together again. If one of them
/// kills its worker, the others would die with it before their first page each time, and be given
/// up with it. So a listing whose last owner vanished before its first page (a suspect) makes its
/// next first page alone in its process. Whoever has stored a page since its claim needs no
/// protection: dying is no failed attempt then.
#[derive(Clone, Default)]
pub struct Alone(Arc<RwLock<()>>);

/// Held from before the claim until the first page is stored.
pub enum Entered {
    /// Beside others of its kind.
    Together(OwnedRwLockReadGuard<()>),
    /// A suspect.
    Alone(OwnedRwLockWriteGuard<()>),
}

impl Alone {
    /// Waits until the listing may be claimed.
    pub async fn enter(&self, is_suspect: bool) -> Entered {
        let lock = Arc::clone(&self.0);
        if is_suspect {
            Entered::Alone(lock.write_owned().await)
        } else {
            Entered::Together(lock.read_owned().await)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_suspect_waits_for_the_others_and_they_for_it() {
        let alone = Alone::default();
        let first = alone.enter(false).await;
        let second = alone.enter(false).await;
        let suspect = tokio::spawn({
            let alone = alone.clone();
            async move { alone.enter(true).await }
        });
        tokio::task::yield_now().await;
        assert!(!suspect.is_finished());
        drop((first, second));
        let suspect = suspect.await.unwrap();
        let third = tokio::spawn({
            let alone = alone.clone();
            async move { alone.enter(false).await }
        });
        tokio::task::yield_now().await;
        assert!(!third.is_finished());
        drop(suspect);
        third.await.unwrap();
    }
}
