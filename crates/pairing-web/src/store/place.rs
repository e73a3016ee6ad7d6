//! Where the state file is: one regular file, which one hub at a time may use, and which is
//! replaced as a whole.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::{StoreError, StoreErrorKind};

/// Whole, and without links: later changes of the working directory and of links do not matter.
#[derive(Debug)]
pub(super) struct Place(PathBuf);

impl Place {
    /// Refuses what could not be read to its end or not be replaced: folders, pipes, devices.
    pub(super) fn at(path: &Path) -> Result<Self, StoreError> {
        let name = path.file_name().ok_or_else(not_a_file)?;
        let folder = fs::canonicalize(folder(path)).map_err(unavailable)?;
        let path = folder.join(name);
        let path = match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => fs::canonicalize(&path).map_err(unavailable)?,
            Ok(_) => path,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path,
            Err(error) => return Err(unavailable(error)),
        };
        match fs::metadata(&path) {
            Ok(found) if !found.is_file() => Err(not_a_file()),
            _ => Ok(Self(path)),
        }
    }

    /// Keeps every other hub from the file as long as the result is open. It is a file beside it
    /// that stays: the file itself is another one after each write.
    pub(super) fn lock(&self) -> Result<File, StoreError> {
        let mut name = OsString::from(self.0.file_name().unwrap_or_default());
        name.push(".lock");
        let file = open_lock(&self.0.with_file_name(name)).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                let message =
                    "the state file is in use by another process: each needs a file of its own";
                Err(StoreError::new(StoreErrorKind::InUse, message))
            }
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }

    /// The content, if it has no more bytes than this; `None` without a file.
    pub(super) fn read(&self, most: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let file = match open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unavailable(error)),
        };
        // It may have been exchanged since it was looked at.
        if !file.metadata().map_err(unavailable)?.is_file() {
            return Err(not_a_file());
        }
        let mut content = Vec::new();
        let read = file.take(most + 1).read_to_end(&mut content);
        read.map_err(unavailable)?;
        if content.len() as u64 > most {
            return Err(foreign());
        }
        Ok(Some(content))
    }

    /// Puts a file with this content there in one step, readable by its owner alone.
    pub(super) fn replace(&self, content: &[u8]) -> io::Result<()> {
        let mut temporary = tempfile::NamedTempFile::new_in(folder(&self.0))?;
        temporary.write_all(content)?;
        temporary.as_file().sync_all()?;
        temporary.persist(&self.0)?;
        Ok(())
    }
}

pub(super) fn unavailable(error: io::Error) -> StoreError {
    let message = format!(
        "the state file cannot be read and written: {}",
        error.kind()
    );
    StoreError::new(StoreErrorKind::Unavailable, message).with_source(error)
}

pub(super) fn foreign() -> StoreError {
    let message = "the state file was not written by this version: name another file, or remove it";
    StoreError::new(StoreErrorKind::Format, message)
}

fn not_a_file() -> StoreError {
    let message = "the state file must be a regular file, not a folder, a pipe or a device";
    StoreError::new(StoreErrorKind::Unusable, message)
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Does not wait for a program that would have to write into a pipe.
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
