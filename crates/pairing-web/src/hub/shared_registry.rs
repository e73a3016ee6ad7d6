//! The registry as the hub and its tasks share it: every change is passed on to the store.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::registry::Registry;
use super::writer::Writer;

pub(super) struct SharedRegistry {
    registry: Mutex<Registry>,
    /// `None` without a store.
    writer: Option<Arc<Writer>>,
}

impl SharedRegistry {
    pub(super) fn new(registry: Registry, writer: Option<Arc<Writer>>) -> Self {
        Self {
            registry: Mutex::new(registry),
            writer,
        }
    }

    /// For looking things up.
    pub(super) fn lock(&self) -> MutexGuard<'_, Registry> {
        // A panic while it is held leaves every entry whole.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the registry. The records are passed on in the order of the changes, because the
    /// registry is locked meanwhile.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Registry) -> T) -> T {
        let mut registry = self.lock();
        let done = change(&mut registry);
        match &self.writer {
            Some(writer) => writer.write(registry.take_changes()),
            None => registry.drop_changes(),
        }
        done
    }

    /// Refuses pairings from now on, applies what the store does not know yet, and releases it.
    pub(super) async fn close(&self) {
        self.lock().close();
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }
}
