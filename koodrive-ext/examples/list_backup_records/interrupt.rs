//! Ctrl-c: the first one ends the listing after the page at hand, the second one ends the process.

use tokio::sync::watch;

/// The status that a shell gives to what ctrl-c ended.
pub(crate) const STATUS: u8 = 130;

/// Whether ctrl-c was pressed.
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens from now on.
    pub(crate) fn listen() -> Result<Self, String> {
        let (pressed, receiver) = watch::channel(false);
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_err() {
                // Without the means to listen, ctrl-c keeps its usual meaning.
                return pressed.closed().await;
            }
            let _ = pressed.send(true);
            // Printing may be stuck behind a reader that does not read.
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(STATUS.into());
            }
        });
        Ok(Self(receiver))
    }

    /// Waits for it. Cancel-safe.
    pub(crate) async fn pressed(&mut self) {
        if self.0.wait_for(|pressed| *pressed).await.is_err() {
            std::future::pending().await
        }
    }
}
