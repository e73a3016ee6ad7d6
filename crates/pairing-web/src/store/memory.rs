//! Records in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::PairingStore;
use super::error::StoreError;
use super::record::{PairingRecord, RecordChange, apply_to};
use crate::token::PairingId;

/// Keeps records as long as a clone of it exists: for tests, and for a host that replaces its hub
/// within one process. Two hubs must not use it at the same time.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<HashMap<PairingId, PairingRecord>>>);

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A panic while it is held leaves every record whole.
    fn records(&self) -> MutexGuard<'_, HashMap<PairingId, PairingRecord>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl PairingStore for MemoryStore {
    async fn load(&self) -> Result<Vec<PairingRecord>, StoreError> {
        Ok(self.records().values().cloned().collect())
    }

    async fn apply(&self, changes: &[RecordChange]) -> Result<(), StoreError> {
        apply_to(&mut self.records(), changes.iter().cloned());
        Ok(())
    }
}
