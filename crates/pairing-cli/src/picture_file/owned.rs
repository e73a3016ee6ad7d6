//! A file that is replaced and removed only as long as it is the one that was written: another file
//! in its place is left alone.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

/// A name, and the file under it if it is ours. Readable for its owner alone.
pub(super) struct OwnedFile {
    path: PathBuf,
    /// What was written last. Open, so that no other file gets its number.
    ours: Option<File>,
}

impl OwnedFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, ours: None }
    }

    /// Puts this content there: in one step where the system can, and never half of it.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AlreadyExists`] if a file is there that is not ours.
    pub(super) fn write(&mut self, content: &[u8]) -> io::Result<()> {
        let mut file = temporary(folder(&self.path))?;
        file.write_all(content)?;
        let is_there = self
            .ours
            .as_ref()
            .is_some_and(|ours| is_same(&self.path, ours));
        if is_there {
            file = match self.exchange(file)? {
                None => return Ok(()),
                Some(file) => file,
            };
            self.remove()?;
        }
        let written = file.persist_noclobber(&self.path);
        self.ours = Some(written.map_err(|error| error.error)?);
        Ok(())
    }

    /// Lets the new file and the old one change places, and removes the old one. Gives the file
    /// back where that cannot be done.
    fn exchange(&mut self, file: NamedTempFile) -> io::Result<Option<NamedTempFile>> {
        if exchange(file.path(), &self.path).is_err() {
            return Ok(Some(file));
        }
        let (new, aside) = file.into_parts();
        if self.ours.as_ref().is_some_and(|ours| is_same(&aside, ours)) {
            self.ours = Some(new);
            return aside.close().map(|()| None);
        }
        // Another file was put there in between.
        self.ours = None;
        let _ = exchange(&aside, &self.path);
        discard(aside, &new);
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Removes the file, if it is still the one that was written.
    pub(super) fn remove(&mut self) -> io::Result<()> {
        let Some(ours) = self.ours.take() else {
            return Ok(());
        };
        if !is_same(&self.path, &ours) {
            return Ok(());
        }
        // Under a name of our own it is not replaced before it is removed.
        let aside = temporary(folder(&self.path))?;
        match fs::rename(&self.path, aside.path()) {
            Ok(()) => {}
            // Someone was faster: it is gone, as it should be.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        }
        if is_same(aside.path(), &ours) {
            return aside.into_temp_path().close();
        }
        if let Err(error) = aside.persist_noclobber(&self.path) {
            let _ = error.file.into_temp_path().keep();
        }
        Ok(())
    }
}

/// Removes what is under this name if it is this file, and leaves it alone otherwise.
fn discard(path: TempPath, file: &File) {
    if !is_same(&path, file) {
        let _ = path.keep();
    }
}

/// A new file, which is readable for its owner alone and goes when it is dropped.
pub(super) fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".pairing-")
        .tempfile_in(folder)
}

pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Whether this name leads to this file.
#[cfg(unix)]
pub(super) fn is_same(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    match (fs::symlink_metadata(path), file.metadata()) {
        (Ok(named), Ok(open)) => (named.dev(), named.ino()) == (open.dev(), open.ino()),
        _ => false,
    }
}

/// What is there, where files have no numbers that could be compared.
#[cfg(not(unix))]
pub(super) fn is_same(path: &Path, _: &File) -> bool {
    fs::symlink_metadata(path).is_ok()
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
