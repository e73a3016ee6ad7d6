//! Where the state file is: one regular file, which one hub at a time may use, and which is
//! replaced as a whole.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::StateFileError;

pub(super) struct Place {
    /// Whole, and without links: later changes of the working directory and of links do not matter.
    path: PathBuf,
    /// Open as long as the file is ours.
    lock: Mutex<Option<File>>,
}

impl Place {
    /// Refuses what could not be read to its end or not be replaced: folders, pipes, devices.
    pub(super) fn at(path: &Path) -> Result<Self, StateFileError> {
        let name = path.file_name().ok_or(StateFileError::NotAFile)?;
        let path = fs::canonicalize(folder(path))?.join(name);
        let path = match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => fs::canonicalize(&path)?,
            Ok(_) => path,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path,
            Err(error) => return Err(error.into()),
        };
        match fs::metadata(&path) {
            Ok(found) if !found.is_file() => Err(StateFileError::NotAFile),
            _ => Ok(Self {
                path,
                lock: Mutex::default(),
            }),
        }
    }

    /// Keeps everybody else from the file, until [`Place::release`] or the end of this value. The
    /// lock is a file beside it that stays: the file itself is another one after each write.
    pub(super) fn lock(&self) -> Result<(), StateFileError> {
        let mut name = OsString::from(self.path.file_name().unwrap_or_default());
        name.push(".lock");
        let file = locked(&self.path.with_file_name(name))?.ok_or(StateFileError::InUse)?;
        *self.held() = Some(file);
        Ok(())
    }

    pub(super) fn release(&self) {
        *self.held() = None;
    }

    /// Whether the file is locked and not yet released.
    pub(super) fn is_ours(&self) -> bool {
        self.held().is_some()
    }

    /// A panic while it is held leaves it whole.
    fn held(&self) -> MutexGuard<'_, Option<File>> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The content, if it has no more bytes than this; `None` without a file.
    pub(super) fn read(&self, most: u64) -> Result<Option<Vec<u8>>, StateFileError> {
        let file = match open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // It may have been exchanged since it was looked at.
        if !file.metadata()?.is_file() {
            return Err(StateFileError::NotAFile);
        }
        let mut content = Vec::new();
        file.take(most + 1).read_to_end(&mut content)?;
        if content.len() as u64 > most {
            return Err(StateFileError::Format);
        }
        Ok(Some(content))
    }

    /// Puts a file with this content there in one step, readable by its owner alone.
    pub(super) fn replace(&self, content: &[u8]) -> io::Result<()> {
        let mut temporary = tempfile::NamedTempFile::new_in(folder(&self.path))?;
        temporary.write_all(content)?;
        temporary.as_file().sync_all()?;
        temporary.persist(&self.path)?;
        Ok(())
    }
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Waits for nobody who would have to write into a pipe.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    File::options().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
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
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The same, where a file can be opened for nobody else.
#[cfg(not(unix))]
fn locked(path: &Path) -> io::Result<Option<File>> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 0);
    match options.open(path) {
        Ok(file) => Ok(Some(file)),
        // `ERROR_SHARING_VIOLATION`
        Err(error) if error.raw_os_error() == Some(32) => Ok(None),
        Err(error) => Err(error),
    }
}
