use std::{fmt, io, net::SocketAddr};

/// Why a sandbox did not start.
///
/// Its message says what to change: a setting of the builder, or the address to listen on.
#[derive(Debug)]
pub struct Error {
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Setting(String),
    Bind(SocketAddr, io::Error),
    NoRuntime,
}

impl Error {
    pub(crate) fn setting(message: impl Into<String>) -> Self {
        Self { cause: Cause::Setting(message.into()) }
    }

    pub(crate) fn bind(addr: SocketAddr, source: io::Error) -> Self {
        Self { cause: Cause::Bind(addr, source) }
    }

    pub(crate) fn no_runtime() -> Self {
        Self { cause: Cause::NoRuntime }
    }

    /// Whether a setting of the builder was refused, before anything was bound.
    #[must_use]
    pub fn is_setting(&self) -> bool {
        matches!(self.cause, Cause::Setting(_))
    }

    /// Whether the address could not be listened on: in use, not allowed, or not of this machine.
    #[must_use]
    pub fn is_bind(&self) -> bool {
        matches!(self.cause, Cause::Bind(..))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Setting(message) => write!(f, "the sandbox cannot be set up: {message}"),
            Cause::Bind(addr, source) => write!(
                f,
                "the sandbox cannot listen on {addr}: {source}; choose another address, or port 0 for a free one"
            ),
            Cause::NoRuntime => f.write_str(
                "the sandbox needs a Tokio runtime with I/O and time enabled: await \
                 SandboxBuilder::start inside of one that was built with enable_all()",
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Bind(_, source) => Some(source),
            Cause::Setting(_) | Cause::NoRuntime => None,
        }
    }
}
