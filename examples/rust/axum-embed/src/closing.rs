//! When the shop is to close: at Ctrl-C, or when a service manager sends SIGTERM.

use std::io;

/// Hears from now on, not only once it is waited for: nobody should be able to come to a shop
/// that would not say goodbye.
#[cfg(unix)]
pub fn time() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Hears from now on.
#[cfg(windows)]
pub fn time() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
