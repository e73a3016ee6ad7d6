//! Passes changed records on to the store: the first change immediately, later ones together, at
//! most once a second, and again after a failure.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as BlockingMutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

use crate::store::{PairingStore, RecordChange, StoreError};
use crate::token::PairingId;

/// From one beginning of a write to the next, however much happens.
const REST: Duration = Duration::from_secs(1);

pub(super) struct Writer {
    store: Box<dyn PairingStore>,
    pending: BlockingMutex<Pending>,
    /// Held while writing.
    pace: Arc<Mutex<WritePace>>,
    /// A task waits to write.
    is_due: AtomicBool,
    closing: watch::Sender<bool>,
}

/// The latest change of each record that the store has not confirmed.
#[derive(Default)]
struct Pending {
    /// With the number of the change.
    changes: HashMap<PairingId, (u64, RecordChange)>,
    last: u64,
}

/// When the store may be written again.
struct WritePace {
    next: Instant,
    /// Writes that have failed since the last that did not.
    failures: u32,
    is_closed: bool,
}

/// Lets the next change ask for a task again: before this one is written, and also if it never
/// is, because the runtime on which it was to be has ended.
struct Due(Weak<Writer>);

impl Drop for Due {
    fn drop(&mut self) {
        if let Some(writer) = self.0.upgrade() {
            writer.is_due.store(false, Ordering::Release);
        }
    }
}

impl Writer {
    pub(super) fn new(store: Box<dyn PairingStore>) -> Self {
        Self {
            store,
            pending: BlockingMutex::default(),
            pace: Arc::new(Mutex::new(WritePace {
                next: Instant::now(),
                failures: 0,
                is_closed: false,
            })),
            is_due: AtomicBool::new(false),
            closing: watch::Sender::new(false),
        }
    }

    /// Returns immediately. What [`close`](Self::close) finds unwritten it writes itself.
    pub(super) fn write(self: &Arc<Self>, changes: Vec<RecordChange>) {
        if changes.is_empty() {
            return;
        }
        self.pending().add(changes);
        self.write_soon();
    }

    fn write_soon(self: &Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if self.is_due.swap(true, Ordering::AcqRel) {
            return;
        }
        // Holds no writer while it waits: the store is free once the hub is dropped.
        let due = Due(Arc::downgrade(self));
        let pace = self.pace.clone();
        let mut closing = self.closing.subscribe();
        runtime.spawn(async move {
            let rested = pace.lock().await.next;
            tokio::select! {
                biased;
                // An error means that the hub is gone.
                _ = closing.wait_for(|closing| *closing) => return,
                () = tokio::time::sleep_until(rested) => {}
            }
            let Some(writer) = due.0.upgrade() else {
                return;
            };
            let mut pace = pace.lock().await;
            // The store may be its successor's by now.
            if *writer.closing.borrow() {
                return;
            }
            drop(due);
            if writer.flush(&mut pace).await.is_err() {
                writer.write_soon();
            }
        });
    }

    /// Writes what is pending, and releases the store.
    pub(super) async fn close(&self) {
        self.closing.send_replace(true);
        let mut pace = self.pace.lock().await;
        if pace.is_closed {
            return;
        }
        // A failure is logged, and there is no later time to repeat it.
        let _ = self.flush(&mut pace).await;
        self.store.close().await;
        pace.is_closed = true;
    }

    /// What is pending stays so until the store has confirmed it, also if this is given up.
    async fn flush(&self, pace: &mut WritePace) -> Result<(), StoreError> {
        pace.next = Instant::now() + REST;
        let (changes, last) = self.pending().all();
        if changes.is_empty() {
            return Ok(());
        }
        let result = self.store.apply(&changes).await;
        match &result {
            Ok(()) => {
                self.pending().forget_up_to(last);
                if std::mem::take(&mut pace.failures) > 0 {
                    tracing::warn!("the links are stored again");
                }
            }
            Err(error) => {
                pace.failures = pace.failures.saturating_add(1);
                pace.next = Instant::now() + rest_after(pace.failures);
                tracing::error!(
                    %error,
                    "the links cannot be stored: until they can, they will not survive a restart"
                );
            }
        }
        result
    }

    /// A panic while it is held leaves every change whole.
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending {
    fn add(&mut self, changes: Vec<RecordChange>) {
        for change in changes {
            self.last += 1;
            self.changes
                .insert(change.id().clone(), (self.last, change));
        }
    }

    /// The changes, and the number of the last.
    fn all(&self) -> (Vec<RecordChange>, u64) {
        let changes = self.changes.values().map(|(_, change)| change.clone());
        (changes.collect(), self.last)
    }

    fn forget_up_to(&mut self, last: u64) {
        self.changes.retain(|_, (number, _)| *number > last);
    }
}

/// How long after a failed write the next one is tried: 1 s, 2 s, 4 s and so on, and once a minute
/// in the end.
fn rest_after(failures: u32) -> Duration {
    const LONGEST: Duration = Duration::from_secs(60);
    let factor = 1u32.checked_shl(failures.saturating_sub(1));
    REST.saturating_mul(factor.unwrap_or(u32::MAX)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_after_failures_grows_to_a_minute() {
        let seconds = [1, 2, 3, 6, 7, 33, u32::MAX].map(|count| rest_after(count).as_secs());
        assert_eq!(seconds, [1, 2, 4, 32, 60, 60, 60]);
    }
}
