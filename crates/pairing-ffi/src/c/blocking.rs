//! Waiting for one answer of a provider on the caller's own thread.

use std::time::Duration;

use pairing_core::{ProviderError, ProviderErrorKind};

use super::guard::ensure_may_block;
use super::last_error::Failure;
use crate::runtime::{self, Running};

/// Runs on the library's thread; what is not done in time is dropped.
pub(super) fn run<T: Send + 'static>(
    limit: Duration,
    work: impl Future<Output = Result<T, ProviderError>> + Send + 'static,
) -> Result<T, Failure> {
    ensure_may_block()?;
    let running = Running::spawn(async move {
        let in_time = tokio::time::timeout(limit, work).await;
        in_time.unwrap_or_else(|_| Err(ProviderErrorKind::TimedOut.into()))
    })?;
    Ok(runtime::handle()?.block_on(running.result())??)
}
