//! Keeps the links of pairings that are not over, as hashes, so that they survive a restart.

mod place;

use std::cmp::Reverse;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as BlockingMutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use pairing_core::PhoneNumber;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Inner;
use super::until::{Now, Until};
use crate::token::{PairingId, TokenHash};
use place::Place;

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

    /// When its last link ends.
    fn ends_at(&self) -> SystemTime {
        let ends = self.links.iter().map(|link| match link {
            SavedLink::OfThePairing(_) => self.expires_at,
            SavedLink::OfItsOwn { expires_at, .. } => *expires_at,
        });
        ends.max().unwrap_or(SystemTime::UNIX_EPOCH)
    }

    fn is_over(&self, now: SystemTime) -> bool {
        self.ends_at() <= now
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
/// What is written at most. Ten thousand pairings with a link each are 2 MB.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// What is read at most: an earlier version wrote more.
const MOST_BYTES_READ: u64 = 64 * 1024 * 1024;

/// The state file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateFileError {
    /// The file or its folder cannot be opened, or not be written to.
    #[error("the state file cannot be read and written")]
    Io(#[from] std::io::Error),
    /// It holds something else. It is not overwritten.
    #[error("the state file was not written by this version: name another file, or remove it")]
    Format,
    /// It is a folder, a pipe or a device, or the name is no file's.
    #[error("the state file must be a regular file, not a folder, a pipe or a device")]
    NotAFile,
    /// Another hub uses it, in this process or another.
    #[error("the state file is in use by another process: each needs a file of its own")]
    InUse,
    /// It is mounted by itself, as containers do with a single file, and so cannot be replaced.
    #[error("the state file is mounted by itself, so it cannot be replaced: mount its folder")]
    Mounted,
}

/// The file, for this hub alone, and what it holds; nothing, if it is not there. What has ended is
/// left out. Refuses a place where it could not be written later, when nobody would notice: it
/// is written, as every other time.
pub(super) fn open(
    path: &Path,
    now: SystemTime,
) -> Result<(StateFile, Vec<Saved>), StateFileError> {
    let place = Place::at(path)?;
    // A file of something else gets no lock beside it.
    read(&place)?;
    place.lock()?;
    let mut saved = read(&place)?;
    saved.retain(|saved| !saved.is_over(now));
    let content = content(saved.clone())?;
    place.replace(&content).map_err(not_replaced)?;
    Ok((StateFile::new(place), saved))
}

/// A file that is mounted by itself is in use by the system.
fn not_replaced(error: std::io::Error) -> StateFileError {
    match error.kind() {
        std::io::ErrorKind::ResourceBusy => StateFileError::Mounted,
        _ => error.into(),
    }
}

fn read(place: &Place) -> Result<Vec<Saved>, StateFileError> {
    let content = place.read(MOST_BYTES_READ)?.unwrap_or_default();
    // There is nothing in it to be lost.
    if content.is_empty() {
        return Ok(Vec::new());
    }
    let file: File = serde_json::from_slice(&content).map_err(|_| StateFileError::Format)?;
    if ![VERSION_WITHOUT_EXPIRIES, VERSION].contains(&file.version) {
        return Err(StateFileError::Format);
    }
    Ok(file.pairings)
}

/// What goes into the file for these pairings.
fn content(pairings: Vec<Saved>) -> std::io::Result<Vec<u8>> {
    content_within(MOST_BYTES, pairings)
}

/// The same with no more bytes than `most`: those that end first are left out.
fn content_within(most: usize, pairings: Vec<Saved>) -> std::io::Result<Vec<u8>> {
    let mut file = File {
        version: VERSION,
        pairings,
    };
    let content = serde_json::to_vec(&file)?;
    if content.len() <= most {
        return Ok(content);
    }
    let all = file.pairings.len();
    let mut left = most.saturating_sub(ENVELOPE);
    file.pairings.sort_by_key(|saved| Reverse(saved.ends_at()));
    file.pairings.retain(|saved| {
        // And the comma.
        let bytes = serde_json::to_vec(saved).map_or(usize::MAX, |text| text.len() + 1);
        let fits = bytes <= left;
        left -= if fits { bytes } else { 0 };
        fits
    });
    tracing::error!(
        left_out = all - file.pairings.len(),
        "the state file is full: some links will not survive a restart; lower max_pairings or \
         max_links_per_pairing"
    );
    Ok(serde_json::to_vec(&file)?)
}

/// More than everything around the pairings takes.
const ENVELOPE: usize = 64;

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

/// How long after a failed write the next one is tried: 1 s, 2 s, 4 s and so on, and once a minute
/// in the end.
fn rest_after(failures: u32) -> Duration {
    const LONGEST: Duration = Duration::from_secs(60);
    let factor = 1u32.checked_shl(failures.saturating_sub(1));
    REST.saturating_mul(factor.unwrap_or(u32::MAX)).min(LONGEST)
}

/// How often an end that is awaited is compared with the time of day, which may be set.
const GLANCE: Duration = Duration::from_secs(600);

/// When it may be written again.
struct WritePace {
    next: Instant,
    /// Writes that have failed since the last that did not.
    failures: u32,
}

pub(super) struct StateFile {
    place: Arc<Place>,
    /// Held while writing, so that an older state never replaces a newer one.
    writing: Arc<Mutex<WritePace>>,
    is_due: AtomicBool,
    /// Waits for the next pairing in the file to end: one whose instance is unknown is nobody
    /// else's. Ends with this value.
    tidying: BlockingMutex<JoinSet<()>>,
}

impl StateFile {
    fn new(place: Place) -> Self {
        Self {
            place: Arc::new(place),
            writing: Arc::new(Mutex::new(WritePace {
                next: Instant::now(),
                failures: 0,
            })),
            is_due: AtomicBool::new(false),
            tidying: BlockingMutex::default(),
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
            let rested = writing.lock().await.next;
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
                    if file.write(&hub, writing).await.is_err() {
                        file.write_soon(&hub);
                    }
                }
            }
        });
    }

    /// Once the hub is closing: the last time. The file is free for another hub afterwards.
    pub(super) async fn write_at_last(&self, hub: &Arc<Inner>) {
        let writing = self.writing.clone().lock_owned().await;
        if !self.place.is_ours() {
            return;
        }
        // It is logged.
        let _ = self.write(hub, writing).await;
        self.stop_tidying();
        self.place.release();
    }

    async fn write(
        &self,
        hub: &Arc<Inner>,
        mut writing: OwnedMutexGuard<WritePace>,
    ) -> Result<(), Failed> {
        writing.next = Instant::now() + REST;
        let mut pairings = hub.book().saved();
        pairings.retain(|saved| !saved.is_over(hub.clock.now().wall));
        self.tidy_after(hub, &pairings);
        let place = self.place.clone();
        let written = tokio::task::spawn_blocking(move || {
            let result = content(pairings).and_then(|content| place.replace(&content));
            let before = writing.failures;
            writing.failures = if result.is_ok() { 0 } else { before + 1 };
            if result.is_err() {
                writing.next = Instant::now() + rest_after(writing.failures);
            }
            drop(writing);
            (result, before)
        });
        match written.await {
            Ok((Ok(()), before)) => {
                if before > 0 {
                    tracing::warn!("the state file is written again");
                }
                Ok(())
            }
            Ok((Err(error), _)) => {
                tracing::error!(
                    error = %error.kind(),
                    "the state file cannot be written: until it can, links will not survive a \
                     restart"
                );
                Err(Failed)
            }
            // The runtime is shutting down without the hub having been shut down first.
            Err(_) => Ok(()),
        }
    }

    /// Begins to wait for the end of what was read, unless something is waited for already.
    pub(super) fn begin_tidying(&self, hub: &Arc<Inner>) {
        let is_idle = self.tidying().is_empty();
        if is_idle && tokio::runtime::Handle::try_current().is_ok() {
            self.tidy_after(hub, &hub.book().saved());
        }
    }

    /// Writes the file anew when the first of these has ended.
    fn tidy_after(&self, hub: &Arc<Inner>, pairings: &[Saved]) {
        let mut tidying = JoinSet::new();
        if let Some(end) = pairings.iter().map(Saved::ends_at).min() {
            let clock = hub.clock.clone();
            let hub = Arc::downgrade(hub);
            tidying.spawn(async move {
                while let Ok(left) = end.duration_since(clock.now().wall) {
                    tokio::time::sleep((left + REST).min(GLANCE)).await;
                }
                if let Some(hub) = hub.upgrade() {
                    hub.save();
                }
            });
        }
        *self.tidying() = tidying;
    }

    fn stop_tidying(&self) {
        *self.tidying() = JoinSet::new();
    }

    /// A panic while it is held leaves it whole.
    fn tidying(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        self.tidying.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A write failed, which has been logged.
struct Failed;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(instance: &str, ends_in: u64) -> Saved {
        Saved {
            id: PairingId::new().unwrap(),
            instance: instance.to_owned(),
            links: vec![SavedLink::OfThePairing(
                TokenHash::of(&"t".repeat(43)).unwrap(),
            )],
            expires_at: SystemTime::now() + Duration::from_secs(ends_in),
            expected_phone: None,
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_the_system_does_not_let_go_of_is_mounted() {
        use rustix::io::Errno;

        let refused = |errno: Errno| not_replaced(errno.into());
        assert!(matches!(refused(Errno::BUSY), StateFileError::Mounted));
        assert!(matches!(refused(Errno::NOSPC), StateFileError::Io(_)));
    }

    #[test]
    fn what_does_not_fit_is_left_out_and_what_ends_last_is_kept() {
        let pairings: Vec<_> = (0..100)
            .map(|n| saved(&format!("shop-{n:02}"), n))
            .collect();
        let all = content(pairings.clone()).unwrap();
        for most in [0, 100, 1000, all.len() - 1, all.len()] {
            let content = content_within(most, pairings.clone()).unwrap();
            let file: File = serde_json::from_slice(&content).unwrap();
            let kept = file.pairings.len();
            assert!(content.len() <= most.max(ENVELOPE), "{most}");
            assert_eq!(kept == 100, most == all.len(), "{most}");
            for (place, saved) in file.pairings.iter().enumerate().take(kept % 100) {
                assert_eq!(saved.instance, format!("shop-{:02}", 99 - place));
            }
        }
    }

    #[test]
    fn the_rest_after_failures_grows_to_a_minute() {
        let seconds = [1, 2, 3, 6, 7, 33, u32::MAX].map(|count| rest_after(count).as_secs());
        assert_eq!(seconds, [1, 2, 4, 32, 60, 60, 60]);
    }
}
