//! Waiting for one answer of a provider on the caller's own thread.

use std::sync::mpsc;
use std::time::Duration;

use pairing_core::{ProviderError, ProviderErrorKind};

use super::guard::{Failure, may_wait};
use crate::{PairingError, runtime};

/// Runs on the library's thread; what is not done in time is dropped.
pub(super) fn run<T: Send + 'static>(
    limit: Duration,
    work: impl Future<Output = Result<T, ProviderError>> + Send + 'static,
) -> Result<T, Failure> {
    may_wait()?;
    let (done, answer) = mpsc::sync_channel(1);
    runtime::handle()?.spawn(async move {
        let in_time = tokio::time::timeout(limit, work).await;
        let answer = in_time.unwrap_or_else(|_| Err(ProviderErrorKind::TimedOut.into()));
        // The receiver waits as long as this task lives.
        let _ = done.send(answer);
    });
    // Nothing comes only when the task panicked.
    Ok(answer.recv().map_err(|_| PairingError::panicked())??)
}
