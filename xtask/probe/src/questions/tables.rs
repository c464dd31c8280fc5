//! Verdicts from answers, without a socket.
