//! All records in one file, so that links survive a restart.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fs::File as LockFile;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use pairing_core::PhoneNumber;
use serde::{Deserialize, Serialize};

use super::PairingStore;
use super::error::{StoreError, StoreErrorKind};
use super::place::{Place, foreign, unavailable};
use super::record::{LinkRecord, PairingRecord, RecordChange, apply_to, seconds};
use crate::token::{LinkHash, PairingId};

/// Keeps the records in one regular file, which is replaced as a whole: its folder must be writable.
/// A lock stands beside it, under the same name with `.lock` at its end, and keeps every other hub
/// away until this one is shut down or dropped.
///
/// Beyond 16 MiB, the records that end first are left out, and the log says how many.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    open: Arc<Mutex<Option<Open>>>,
}

/// The file while a hub has it.
#[derive(Debug)]
struct Open {
    place: Place,
    records: HashMap<PairingId, PairingRecord>,
    _lock: LockFile,
}

impl StateFile {
    /// The file at this path, which need not exist. Nothing is opened yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            open: Arc::default(),
        }
    }

    /// Does the work on a thread where blocking is fine, also to its end if the caller gives up.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Option<Open>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let open = self.open.clone();
        let done = tokio::task::spawn_blocking(move || {
            // A panic while it is held leaves the file as it was.
            work(&mut open.lock().unwrap_or_else(PoisonError::into_inner))
        });
        let ended = |error| unavailable(io::Error::other(error));
        done.await.map_err(ended)?
    }
}

#[async_trait]
impl PairingStore for StateFile {
    async fn load(&self) -> Result<Vec<PairingRecord>, StoreError> {
        let path = self.path.clone();
        let load = move |open: &mut Option<Open>| {
            let place = Place::at(&path)?;
            // A file of something else gets no lock beside it.
            read(&place)?;
            let lock = place.lock()?;
            let records = read(&place)?;
            let by_id = |record: &PairingRecord| (record.id.clone(), record.clone());
            *open = Some(Open {
                records: records.iter().map(by_id).collect(),
                place,
                _lock: lock,
            });
            Ok(records)
        };
        self.blocking(load).await
    }

    async fn apply(&self, changes: &[RecordChange]) -> Result<(), StoreError> {
        let changes = changes.to_vec();
        let apply = move |open: &mut Option<Open>| {
            let Some(open) = open else {
                let message = "the state file is not open";
                return Err(StoreError::new(StoreErrorKind::Unavailable, message));
            };
            apply_to(&mut open.records, changes);
            let content = content_within(MOST_BYTES, open.records.values().collect());
            let replaced = content.and_then(|content| open.place.replace(&content));
            replaced.map_err(not_replaced)
        };
        self.blocking(apply).await
    }

    async fn close(&self) {
        let close = |open: &mut Option<Open>| {
            *open = None;
            Ok(())
        };
        // Without a thread to close it, the runtime is ending, and this value with it.
        let _ = self.blocking(close).await;
    }
}

/// The system does not let go of a file that is mounted by itself.
fn not_replaced(error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::ResourceBusy => {
            let message = "the state file is mounted by itself, so it cannot be replaced: \
                           mount its folder";
            StoreError::new(StoreErrorKind::Unusable, message)
        }
        _ => unavailable(error),
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content<T> {
    version: u32,
    pairings: Vec<T>,
}

/// A record as earlier versions wrote it too.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    id: PairingId,
    instance: String,
    links: Vec<SavedLink>,
    #[serde(with = "seconds")]
    expires_at: SystemTime,
    #[serde(default)]
    expected_phone: Option<PhoneNumber>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum SavedLink {
    /// Ends with its pairing.
    OfThePairing(LinkHash),
    OfItsOwn(LinkRecord),
}

impl From<Saved> for PairingRecord {
    fn from(saved: Saved) -> Self {
        let expires_at = saved.expires_at;
        let link = |link| match link {
            SavedLink::OfThePairing(hash) => LinkRecord { hash, expires_at },
            SavedLink::OfItsOwn(link) => link,
        };
        Self {
            id: saved.id,
            instance: saved.instance,
            links: saved.links.into_iter().map(link).collect(),
            expires_at,
            expected_phone: saved.expected_phone,
        }
    }
}

const VERSION: u32 = 2;
/// Is read as well: its links live as long as their pairings.
const VERSION_WITHOUT_EXPIRIES: u32 = 1;
/// What is written at most. Ten thousand pairings with a link each are 2 MB.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// What is read at most: an earlier version wrote more.
const MOST_BYTES_READ: u64 = 64 * 1024 * 1024;

fn read(place: &Place) -> Result<Vec<PairingRecord>, StoreError> {
    let content = place.read(MOST_BYTES_READ)?.unwrap_or_default();
    // There is nothing in it to be lost.
    if content.is_empty() {
        return Ok(Vec::new());
    }
    let content: Content<Saved> = serde_json::from_slice(&content).map_err(|_| foreign())?;
    if ![VERSION_WITHOUT_EXPIRIES, VERSION].contains(&content.version) {
        return Err(foreign());
    }
    Ok(content.pairings.into_iter().map(Into::into).collect())
}

/// What goes into the file, with no more bytes than `most`: the records that end first are left out.
fn content_within(most: usize, records: Vec<&PairingRecord>) -> io::Result<Vec<u8>> {
    let mut content = Content {
        version: VERSION,
        pairings: records,
    };
    let whole = serde_json::to_vec(&content)?;
    if whole.len() <= most {
        return Ok(whole);
    }
    let all = content.pairings.len();
    let mut left = most.saturating_sub(ENVELOPE);
    content
        .pairings
        .sort_by_key(|record| Reverse(record.ends_at()));
    content.pairings.retain(|record| {
        // And the comma.
        let bytes = serde_json::to_vec(record).map_or(usize::MAX, |text| text.len() + 1);
        let fits = bytes <= left;
        left -= if fits { bytes } else { 0 };
        fits
    });
    tracing::error!(
        left_out = all - content.pairings.len(),
        "the state file is full: some links will not survive a restart; lower max_pairings or \
         max_links_per_pairing"
    );
    Ok(serde_json::to_vec(&content)?)
}

/// More than everything around the pairings takes.
const ENVELOPE: usize = 64;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_that_the_system_does_not_let_go_of_is_mounted() {
        use rustix::io::Errno;

        for (errno, kind) in [
            (Errno::BUSY, StoreErrorKind::Unusable),
            (Errno::NOSPC, StoreErrorKind::Unavailable),
        ] {
            assert_eq!(not_replaced(errno.into()).kind(), kind, "{errno}");
        }
    }

    fn record(instance: &str, ends_in: u64) -> PairingRecord {
        let expires_at = SystemTime::now() + Duration::from_secs(ends_in);
        PairingRecord {
            id: PairingId::new().unwrap(),
            instance: instance.to_owned(),
            links: vec![LinkRecord {
                hash: LinkHash::of(&"t".repeat(43)).unwrap(),
                expires_at,
            }],
            expires_at,
            expected_phone: None,
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out_and_what_ends_last_is_kept() {
        let records: Vec<_> = (0..100)
            .map(|n| record(&format!("shop-{n:02}"), n))
            .collect();
        let content = |most| content_within(most, records.iter().collect()).unwrap();
        let all = content(MOST_BYTES).len();
        for most in [0, 100, 1000, all - 1, all] {
            let content = content(most);
            let read: Content<PairingRecord> = serde_json::from_slice(&content).unwrap();
            let kept = read.pairings.len();
            assert!(content.len() <= most.max(ENVELOPE), "{most}");
            assert_eq!(kept == 100, most == all, "{most}");
            for (place, record) in read.pairings.iter().enumerate().take(kept % 100) {
                assert_eq!(record.instance, format!("shop-{:02}", 99 - place));
            }
        }
    }
}
