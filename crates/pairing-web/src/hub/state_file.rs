//! Keeps the links of pairings that are not over, as hashes, so that they survive a restart.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use pairing_core::PhoneNumber;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::Inner;
use super::until::{Now, Until};
use crate::token::{PairingId, TokenHash};

/// A pairing that is not over. No secret: a token cannot be made from its hash.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saved {
    pub(super) id: PairingId,
    pub(super) instance: String,
    pub(super) links: Vec<SavedLink>,
    /// When it must have been opened, or will be over at the latest.
    #[serde(with = "seconds")]
    pub(super) expires_at: SystemTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expected_phone: Option<PhoneNumber>,
}

/// A link of a pairing. The first version of the file knew one kind alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum SavedLink {
    /// Lives as long as its pairing, because that was opened in time.
    OfThePairing(TokenHash),
    /// Must be opened by then.
    OfItsOwn {
        hash: TokenHash,
        #[serde(with = "seconds")]
        expires_at: SystemTime,
    },
}

impl Saved {
    /// The links whose time is not up. None waits for longer than `longest`, whatever the file
    /// says: the clock may have been set since it was written.
    pub(super) fn links_left(&self, longest: Duration, now: Now) -> Vec<(TokenHash, Until)> {
        let left = |at| Until::time_of_day(at, longest, now);
        let of_the_pairing = left(self.expires_at);
        let links = self.links.iter().filter_map(|link| match link {
            SavedLink::OfThePairing(hash) => Some((*hash, of_the_pairing?)),
            SavedLink::OfItsOwn { hash, expires_at } => Some((*hash, left(*expires_at)?)),
        });
        links.collect()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    pairings: Vec<Saved>,
}

const VERSION: u32 = 2;
/// Is read as well: its links live as long as their pairings.
const VERSION_WITHOUT_EXPIRIES: u32 = 1;
/// Ten thousand pairings with a link each are 2 MB.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The state file cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateFileError {
    /// The file or its folder cannot be opened, or not be written to.
    #[error("the state file cannot be read and written")]
    Io(#[from] std::io::Error),
    /// It holds something else. It is not overwritten.
    #[error("the state file was not written by this version: name another file, or remove it")]
    Format,
}

/// What the file holds; nothing, if there is none. Refuses a place where it could not be
/// written later, when nobody would notice.
pub(super) fn open(path: &Path) -> Result<Vec<Saved>, StateFileError> {
    let saved = read(path)?;
    temporary_beside(path)?;
    Ok(saved)
}

/// A file that can take its place, readable by its owner alone.
fn temporary_beside(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
    tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
}

fn read(path: &Path) -> Result<Vec<Saved>, StateFileError> {
    let length = match std::fs::metadata(path) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    if length > MOST_BYTES {
        return Err(StateFileError::Format);
    }
    let file: File =
        serde_json::from_slice(&std::fs::read(path)?).map_err(|_| StateFileError::Format)?;
    if ![VERSION_WITHOUT_EXPIRIES, VERSION].contains(&file.version) {
        return Err(StateFileError::Format);
    }
    Ok(file.pairings)
}

/// From one beginning of a write to the next, however much happens.
const REST: Duration = Duration::from_secs(1);

/// Lets the next change ask anew: before this one is written, and also if it never is, because
/// the runtime on which it was to be has ended.
struct Asked(Weak<Inner>);

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(hub) = self.0.upgrade()
            && let Some(file) = &hub.state_file
        {
            file.is_due.store(false, Ordering::Release);
        }
    }
}

pub(super) struct StateFile {
    path: PathBuf,
    /// Held while writing, so that an older state never replaces a newer one. When it may be
    /// written again.
    writing: Arc<Mutex<Instant>>,
    is_due: AtomicBool,
}

impl StateFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            writing: Arc::new(Mutex::new(Instant::now())),
            is_due: AtomicBool::new(false),
        }
    }

    /// Returns at once. The first change is written at once; those that come while the disk
    /// rests share the next time. What shutting down finds unwritten it writes itself.
    pub(super) fn write_soon(&self, hub: &Arc<Inner>) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if self.is_due.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut closing = hub.closing.subscribe();
        let writing = self.writing.clone();
        let asked = Asked(Arc::downgrade(hub));
        runtime.spawn(async move {
            let rested = *writing.lock().await;
            tokio::select! {
                biased;
                // An error means that the hub is gone.
                _ = closing.wait_for(|closing| *closing) => return,
                () = tokio::time::sleep_until(rested) => {}
            }
            if let Some(hub) = asked.0.upgrade()
                && let Some(file) = &hub.state_file
            {
                let writing = file.writing.clone().lock_owned().await;
                // The file may be its successor's by now.
                if !*hub.closing.borrow() {
                    drop(asked);
                    file.write(&hub, writing).await;
                }
            }
        });
    }

    /// Once the hub is closing: the last time.
    pub(super) async fn write_at_last(&self, hub: &Inner) {
        let writing = self.writing.clone().lock_owned().await;
        self.write(hub, writing).await;
    }

    async fn write(&self, hub: &Inner, mut writing: OwnedMutexGuard<Instant>) {
        *writing = Instant::now() + REST;
        let pairings = hub.book().saved();
        let path = self.path.clone();
        let written = tokio::task::spawn_blocking(move || {
            let result = write(&path, pairings);
            drop(writing);
            result
        });
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(
                error = %error.kind(),
                "the state file cannot be written: links will not survive a restart"
            ),
            // The runtime is shutting down without the hub having been shut down first.
            Err(_) => {}
        }
    }
}

/// Replaces the file as a whole.
fn write(path: &Path, pairings: Vec<Saved>) -> std::io::Result<()> {
    let file = File {
        version: VERSION,
        pairings,
    };
    let mut temporary = temporary_beside(path)?;
    temporary.write_all(&serde_json::to_vec(&file)?)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path)?;
    Ok(())
}

impl Serialize for TokenHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::from_text(&text).ok_or_else(|| serde::de::Error::custom("no hash of a link"))
    }
}

/// Whole seconds since 1970.
mod seconds {
    use super::{Deserialize, Deserializer, Duration, Serializer, SystemTime};

    pub(super) fn serialize<S: Serializer>(at: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
        let since = at.duration_since(SystemTime::UNIX_EPOCH);
        to.serialize_u64(since.unwrap_or_default().as_secs())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SystemTime, D::Error> {
        let seconds = u64::deserialize(from)?;
        SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_secs(seconds))
            .ok_or_else(|| serde::de::Error::custom("a moment no clock shows"))
    }
}
