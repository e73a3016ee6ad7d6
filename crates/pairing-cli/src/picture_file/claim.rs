//! Reserves a file name for one session: another session that wants the same name is refused before it
//! asks for a code.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::owned::is_same;

/// Held through a lock file beside the name, which goes with this. The system frees the lock of
/// a program that was killed, so what that leaves behind does not matter.
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
            let file = open_lock(&lock)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
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
        // Unix removes it first, so that no other process locks a file that is about to go. Windows
        // removes no file that is open.
        if cfg!(not(unix)) {
            self.file = None;
        }
        let _ = fs::remove_file(&self.lock);
    }
}

/// The file to lock, made if it is not there. A link or a pipe in its place is neither followed nor
/// waited for.
fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        use rustix::fs::OFlags;

        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        options.mode(0o600).custom_flags(flags);
    }
    options.open(path)
}
