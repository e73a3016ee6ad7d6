//! The one thread that runs every session of the process, started when the first one needs it.

use std::future::Future;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::{ErrorCode, PairingError};

/// How long an idle helper thread (name resolution, HTTP by a C program) stays. Short, so that an
/// app at rest keeps one thread of ours and no more.
const HELPER_IDLE: Duration = Duration::from_secs(1);

/// Most helper threads at once: a name is resolved at most once per connection, and a C program
/// whose HTTP blocks relies on this number.
const MOST_HELPERS: usize = 8;

/// Longer than any work between two awaits takes, even on a machine that is busy; and not for ever,
/// because a child of `fork` has no such thread.
#[cfg(feature = "uniffi")]
const LAST_WORK: Duration = Duration::from_secs(5);

/// Empty until the thread runs: what the system could not give once is asked for again.
static RUNTIME: OnceLock<Handle> = OnceLock::new();
/// Held while starting it. Nothing else waits for this: a child of `fork` may find it held for ever.
static STARTING: Mutex<()> = Mutex::new(());
static STOP: Notify = Notify::const_new();
static STOPPED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

/// The runtime, to spawn on or to enter.
///
/// A single thread is enough: sessions wait, and waiting needs none. It stays until the process
/// ends, because ending it could not tell whether an app still holds a session.
pub(crate) fn handle() -> Result<Handle, PairingError> {
    if let Some(handle) = RUNTIME.get() {
        return Ok(handle.clone());
    }
    let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = RUNTIME.get() {
        return Ok(handle.clone());
    }
    let handle = start().ok_or_else(|| {
        PairingError::new(ErrorCode::Internal, "the operating system gives no thread")
    })?;
    Ok(RUNTIME.get_or_init(|| handle).clone())
}

/// Lets the thread finish what it is at, and keeps it from beginning anything else for good.
///
/// Not to be called on that thread.
#[cfg(feature = "uniffi")]
pub(crate) fn stop() {
    if RUNTIME.get().is_none() {
        return;
    }
    STOP.notify_one();
    if let Ok(stopped) = STOPPED.0.lock() {
        let _ = STOPPED
            .1
            .wait_timeout_while(stopped, LAST_WORK, |stopped| !*stopped);
    }
}

fn start() -> Option<Handle> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .thread_name("pairing-helper")
        .thread_keep_alive(HELPER_IDLE)
        .max_blocking_threads(MOST_HELPERS)
        .build()
        .ok()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("pairing".to_owned())
        .spawn(move || {
            block_sigpipe();
            runtime.block_on(STOP.notified());
            if let Ok(mut stopped) = STOPPED.0.lock() {
                *stopped = true;
            }
            STOPPED.1.notify_all();
            // Dropping the runtime would drop what apps still hold.
            loop {
                thread::park();
            }
        })
        .ok()?;
    Some(handle)
}

/// Makes a write to a connection that the other side has closed an error and no more. Rust's own
/// programs ignore the signal, but programs in C and Swift die of it, and writes of several
/// buffers at once cannot leave it out as others do. Helper threads inherit this.
#[cfg(unix)]
fn block_sigpipe() {
    use nix::sys::signal::{SigSet, Signal};
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGPIPE);
    // Fails only for an invalid signal set.
    let _ = signals.thread_block();
}

#[cfg(not(unix))]
fn block_sigpipe() {}

/// A task on the runtime; dropping this aborts it.
pub(crate) struct Running<T>(JoinHandle<T>);

impl<T: Send + 'static> Running<T> {
    pub(crate) fn spawn(
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<Self, PairingError> {
        Ok(Self(handle()?.spawn(work)))
    }

    pub(crate) async fn result(mut self) -> Result<T, PairingError> {
        // This is the only handle, so the task was not aborted: it panicked.
        (&mut self.0).await.map_err(|_| PairingError::panicked())
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
