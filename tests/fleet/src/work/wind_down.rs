//! The engine's backend, which ends in order.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use apalis_core::backend::{Backend, BackendConfig, WireFormatBackend};
use apalis_core::worker::context::WorkerContext;
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::work::stop::Stop;

/// A backend that, once it is told to stop, gives out no more jobs and goes on writing down what
/// becomes of those in hand.
///
/// The engine itself, told to stop, polls its backend no more while a job is in hand. A transaction
/// that was under way then stays open: on SQLite with the write lock, for which the jobs in hand
/// wait, and with them all other processes.
pub(super) struct WindDown<B> {
    backend: B,
    asked: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl<B> WindDown<B> {
    pub(super) fn new(backend: B, stop: &Stop) -> Self {
        Self { backend, asked: Box::pin(stop.asked_owned()) }
    }
}

impl<B: Backend> Backend for WindDown<B> {
    type Task = B::Task;
    type Error = B::Error;

    fn poll_ready(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Result<(), Self::Error>> {
        if self.asked.as_mut().poll(cx).is_pending() {
            return self.backend.poll_ready(cx, worker);
        }
        // Ends or drops what is under way, and writes down what there is; more may come.
        ready!(self.backend.poll_close(cx, worker))?;
        if worker.task_count() == 0
            && let Err(error) = worker.stop()
        {
            tracing::warn!(%error, "the engine does not stop");
        }
        Poll::Pending
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Self::Error>>> {
        self.backend.poll_next(cx, worker)
    }

    fn poll_close(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Result<(), Self::Error>> {
        self.backend.poll_close(cx, worker)
    }
}

impl<B: BackendConfig> BackendConfig for WindDown<B> {
    type Args = B::Args;
    type Id = B::Id;
    type Kind = B::Kind;
    type Config = B::Config;
    type Layer = B::Layer;

    fn config(&self) -> &Self::Config {
        self.backend.config()
    }

    fn middleware(&mut self, worker: &mut WorkerContext) -> Self::Layer {
        self.backend.middleware(worker)
    }
}

impl<B: WireFormatBackend> WireFormatBackend for WindDown<B> {
    type Codec = B::Codec;
    type Compact = B::Compact;

    fn codec(&self) -> &Self::Codec {
        self.backend.codec()
    }
}
