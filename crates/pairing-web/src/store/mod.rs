//! Where a hub keeps what must survive its process: one plain record for each pairing.

mod error;
mod memory;
mod place;
mod record;
mod state_file;

use std::fmt;

use async_trait::async_trait;

pub use error::{StoreError, StoreErrorKind};
pub use memory::MemoryStore;
pub use record::{LinkRecord, PairingRecord, RecordChange};
pub use state_file::StateFile;

/// Keeps the records of a hub's pairings: a file, a table, a key-value store.
///
/// A hub calls [`load`](Self::load) once, then [`apply`](Self::apply) immediately, and
/// [`close`](Self::close) last. It never has two calls under way. The first change of a quiet time
/// is applied immediately; later changes are collected and applied together, at most once a second.
/// A batch that failed is applied again, with what has changed meanwhile, after 1 s, 2 s, 4 s and
/// so on, up to 60 s. [`PairingHub::shutdown`](crate::PairingHub::shutdown) waits for the last batch,
/// so each call should end in bounded time.
///
/// [`StateFile`] and [`MemoryStore`] are the implementations of this crate. One over any other map:
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
///
/// use async_trait::async_trait;
/// use pairing_web::{PairingRecord, PairingStore, RecordChange, StoreError, StoreErrorKind};
///
/// /// One JSON text for each pairing, under the pairing's id.
/// #[derive(Debug, Default)]
/// struct KeyValueStore(Mutex<HashMap<String, String>>);
///
/// #[async_trait]
/// impl PairingStore for KeyValueStore {
///     async fn load(&self) -> Result<Vec<PairingRecord>, StoreError> {
///         let table = self.0.lock().unwrap();
///         let records = table.values().map(|text| serde_json::from_str(text));
///         records.collect::<Result<_, _>>().map_err(|error| {
///             StoreError::new(StoreErrorKind::Format, "the table holds something else")
///                 .with_source(error)
///         })
///     }
///
///     async fn apply(&self, changes: &[RecordChange]) -> Result<(), StoreError> {
///         let mut table = self.0.lock().unwrap();
///         for change in changes {
///             match change {
///                 RecordChange::Put(record) => {
///                     let text = serde_json::to_string(record).map_err(|error| {
///                         StoreError::new(StoreErrorKind::Unavailable, "not written")
///                             .with_source(error)
///                     })?;
///                     table.insert(record.id.to_string(), text);
///                 }
///                 RecordChange::Delete(id) => {
///                     table.remove(id.as_str());
///                 }
///             }
///         }
///         Ok(())
///     }
/// }
///
/// # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
/// use pairing_web::PairingHub;
///
/// let hub = PairingHub::builder()
///     .build_with_store(KeyValueStore::default())
///     .await?;
/// # let _ = hub;
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
/// #     .block_on(serve()).unwrap();
/// ```
#[async_trait]
pub trait PairingStore: fmt::Debug + Send + Sync {
    /// Claims the store for one hub, and gives all records. Records whose time is up may be among
    /// them: the hub deletes them.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the hub is not built.
    async fn load(&self) -> Result<Vec<PairingRecord>, StoreError>;

    /// Applies all changes, at most one for each pairing. The first call, directly after
    /// [`load`](Self::load), may have none: it fails if the store could not be written later.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. Any part of the changes may have been applied: the hub repeats all.
    async fn apply(&self, changes: &[RecordChange]) -> Result<(), StoreError>;

    /// Releases the store for the next hub. Nothing is called afterwards.
    async fn close(&self) {}
}
