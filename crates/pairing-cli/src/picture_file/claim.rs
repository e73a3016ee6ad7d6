//! Keeps a file name for one session: another one that wants the same name is told so before
//! it asks for a code.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::owned::is_same;

/// Held through a lock file beside the name, which goes with this. The system frees the lock of
/// a program that was killed, so what that leaves behind stands in nobody's way.
pub(super) struct Claim {
    lock: PathBuf,
    file: Option<File>,
}

impl Claim {
    /// `None` if another session has the name.
    pub(super) fn of(path: &Path, folder: &Path) -> io::Result<Option<Self>> {
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(".lock");
        let lock = folder.join(name);
        loop {
            let Some(file) = locked(&lock)? else {
                return Ok(None);
            };
            // Otherwise its last owner has removed it since it was opened.
            if is_same(&lock, &file) {
                let file = Some(file);
                return Ok(Some(Self { lock, file }));
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Unix removes it first, so that nobody locks a file that is about to go. Windows removes
        // no file that is open.
        if cfg!(not(unix)) {
            self.file = None;
        }
        let _ = fs::remove_file(&self.lock);
    }
}

/// The file, made if it is not there; `None` if somebody else has it.
#[cfg(unix)]
fn locked(path: &Path) -> io::Result<Option<File>> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::{FlockOperation, OFlags, flock};
    use rustix::io::Errno;

    let file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        // What somebody else has put there is neither followed nor waited for.
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The same, where a file can be opened for nobody else.
#[cfg(windows)]
fn locked(path: &Path) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt as _;

    /// `ERROR_SHARING_VIOLATION`
    const SHARED: i32 = 32;

    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    match options.share_mode(0).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.raw_os_error() == Some(SHARED) => Ok(None),
        Err(error) => Err(error),
    }
}
