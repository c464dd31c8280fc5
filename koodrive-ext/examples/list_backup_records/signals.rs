//! Ctrl-c, SIGTERM and SIGHUP end the listing after the page at hand; a second ctrl-c or SIGTERM ends
//! the process at once.

use tokio::sync::watch;

/// The status that a shell gives to what ctrl-c ended.
pub(crate) const STATUS: u8 = 130;

/// Whether the process was asked to end.
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens from now on.
    pub(crate) fn listen() -> Result<Self, String> {
        let (asked, receiver) = watch::channel(false);
        let mut signals =
            Signals::new().map_err(|e| format!("signals cannot be listened for: {e}"))?;
        tokio::spawn(async move {
            let mut insisted = 0;
            while insisted < 2 {
                insisted += u32::from(signals.next().await == Asked::Insistently);
                let _ = asked.send(true);
            }
            // Printing may be stuck behind a reader that does not read.
            std::process::exit(STATUS.into());
        });
        Ok(Self(receiver))
    }

    /// Waits for it. Cancel-safe.
    pub(crate) async fn asked(&mut self) {
        if self.0.wait_for(|asked| *asked).await.is_err() {
            std::future::pending().await
        }
    }
}

#[derive(PartialEq, Eq)]
enum Asked {
    /// By a person or a service manager, who may become impatient.
    Insistently,
    /// By a terminal that was closed, often more than once, or together with a SIGTERM.
    #[cfg_attr(not(unix), allow(dead_code))]
    Once,
}

#[cfg(unix)]
struct Signals {
    interrupt: Option<tokio::signal::unix::Signal>,
    terminate: Option<tokio::signal::unix::Signal>,
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let ignored = ignored();
        // What nohup or a shell's `&` told this process to ignore stays ignored.
        let listen = |kind: SignalKind| {
            let bit = 1_u64 << (kind.as_raw_value() - 1);
            (ignored & bit == 0).then(|| signal(kind)).transpose()
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Asked {
        tokio::select! {
            () = received(&mut self.interrupt) => Asked::Insistently,
            () = received(&mut self.terminate) => Asked::Insistently,
            () = received(&mut self.hangup) => Asked::Once,
        }
    }
}

#[cfg(unix)]
async fn received(signal: &mut Option<tokio::signal::unix::Signal>) {
    let signal = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if signal.is_none() {
        std::future::pending().await
    }
}

/// The signals that this process was started to ignore, a bit for each, as far as the system tells.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Asked {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
        Asked::Insistently
    }
}
