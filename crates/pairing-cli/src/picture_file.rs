//! `--save-qr`: the picture of the live code in a file, and never a dead one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pairing_core::{ImageType, PairingCode};
use pairing_qr::{PictureError, QrMatrix, read_pairing_text};
use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Pixels to a module: a code of 57 modules becomes 520 pixels wide.
const PIXELS_PER_MODULE: u32 = 8;

/// A file name whose extension says what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PicturePath {
    path: PathBuf,
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Png,
    Svg,
}

impl FromStr for PicturePath {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let path = PathBuf::from(text);
        let extension = path.extension().and_then(|extension| extension.to_str());
        let format = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("png") => Format::Png,
            Some("svg") => Format::Svg,
            _ => return Err("the name must end in .png or .svg"),
        };
        Ok(Self { path, format })
    }
}

/// The file. It exists while the code in it can be used, and is readable for its owner
/// alone; dropping this removes it.
pub(crate) struct PictureFile {
    path: PicturePath,
    written: bool,
}

impl PictureFile {
    /// Refuses a file that exists: it would be overwritten, and then removed.
    pub(crate) fn new(path: PicturePath) -> Result<Self, Failure> {
        let name = path.path.display();
        if fs::symlink_metadata(&path.path).is_ok() {
            return Err(Failure::configuration(format!(
                "--save-qr: {name} exists already; remove it or choose another name"
            )));
        }
        if !folder(&path.path).is_dir() {
            return Err(Failure::configuration(format!(
                "--save-qr: the folder of {name} does not exist; create it first"
            )));
        }
        // Noticed now, and not when the first code is there and asked for in vain.
        temporary(folder(&path.path)).map_err(|error| {
            Failure::configuration(format!(
                "--save-qr: {name} cannot be written: {}; choose another folder",
                error.kind()
            ))
        })?;
        Ok(Self {
            path,
            written: false,
        })
    }

    /// Replaces what is in the file by this code, in one step. Gives the file's name, or
    /// `None` for what is no QR code or cannot be written in this format.
    pub(crate) fn save(&mut self, code: &PairingCode) -> io::Result<Option<String>> {
        let Some(picture) = picture(code, self.path.format) else {
            self.remove()?;
            return Ok(None);
        };
        let mut file = temporary(folder(&self.path.path))?;
        file.write_all(&picture)?;
        file.persist(&self.path.path)?;
        self.written = true;
        Ok(Some(self.path.path.display().to_string()))
    }

    /// Removes the file, if it was written.
    pub(crate) fn remove(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.written) {
            return Ok(());
        }
        match fs::remove_file(&self.path.path) {
            // Someone was faster: it is gone, as it should be.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }
}

impl Drop for PictureFile {
    fn drop(&mut self) {
        // Whoever wants to know whether it worked has called `remove`.
        let _ = self.remove();
    }
}

/// A new file, which is readable for its owner alone and goes when it is dropped.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".pairing-")
        .tempfile_in(folder)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The code drawn anew, even if it came as a picture: gateways send small and blurred
/// ones. What nobody can read is passed on as it came, and what says anything but a pairing code is
/// not.
fn picture(code: &PairingCode, format: Format) -> Option<Vec<u8>> {
    let matrix = match code {
        PairingCode::QrText { text } => QrMatrix::encode(text.expose()).ok(),
        PairingCode::QrImage { image } => match read_pairing_text(image) {
            Ok(text) => QrMatrix::encode(text.expose()).ok(),
            Err(PictureError::NotPairing) => return None,
            Err(_) => None,
        },
        PairingCode::PhoneCode { .. } => None,
    };
    match (matrix, format, code) {
        (Some(matrix), Format::Png, _) => matrix.to_png(PIXELS_PER_MODULE).ok(),
        (Some(matrix), Format::Svg, _) => Some(matrix.to_svg().into_bytes()),
        (None, Format::Png, PairingCode::QrImage { image })
            if image.media_type() == ImageType::Png =>
        {
            Some(image.expose().to_vec())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use pairing_core::{PhoneCode, QrImage, QrText};

    use super::*;

    fn code(text: &str) -> PairingCode {
        QrText::new(text).unwrap().into()
    }

    fn file(folder: &Path, name: &str) -> PictureFile {
        let path = folder.join(name);
        PictureFile::new(path.to_str().unwrap().parse().unwrap()).unwrap_or_else(|_| panic!())
    }

    #[test]
    fn the_extension_decides_and_must_be_known() {
        for good in ["a.png", "b.SVG", "/x/y.png"] {
            assert!(PicturePath::from_str(good).is_ok(), "{good}");
        }
        for bad in ["a", "a.jpg", ".png", "png", ""] {
            assert!(PicturePath::from_str(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_foreign_file_is_neither_overwritten_nor_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("holiday.png");
        fs::write(&path, "sun").unwrap();
        let refused = PictureFile::new(path.to_str().unwrap().parse().unwrap());
        assert!(matches!(refused, Err(Failure::Configuration(_))));
        drop(refused);
        assert_eq!(fs::read(&path).unwrap(), b"sun");
    }

    #[test]
    fn a_folder_that_does_not_exist_is_reported_before_the_session() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none/qr.png");
        let refused = PictureFile::new(path.to_str().unwrap().parse().unwrap());
        assert!(matches!(refused, Err(Failure::Configuration(_))));
    }

    #[test]
    fn the_file_follows_the_live_code_and_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qr.png");
        let mut file = file(folder.path(), "qr.png");
        for text in ["2@first", "2@second"] {
            assert!(file.save(&code(text)).unwrap().is_some());
            assert_eq!(pairing_qr::decode(&fs::read(&path).unwrap()).unwrap(), text);
        }
        file.remove().unwrap();
        assert!(!path.exists());
        assert!(file.save(&code("2@third")).unwrap().is_some());
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mut file = file(folder.path(), "qr.svg");
        file.save(&code("2@a")).unwrap();
        let mode = fs::metadata(folder.path().join("qr.svg"))
            .unwrap()
            .permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }

    #[test]
    fn a_picture_is_drawn_anew_passed_on_if_it_cannot_be_read_and_left_out_if_it_is_of_something_else()
     {
        let small = QrMatrix::encode("2@a").unwrap().to_png(1).unwrap();
        let readable = QrImage::new(small.clone()).unwrap().into();
        let drawn = picture(&readable, Format::Png).unwrap();
        assert!(drawn.len() > small.len());
        let broken = b"\x89PNG\r\n\x1a\nbroken";
        let unreadable: PairingCode = QrImage::new(*broken).unwrap().into();
        assert_eq!(
            picture(&unreadable, Format::Png).as_deref(),
            Some(&broken[..])
        );
        assert_eq!(picture(&unreadable, Format::Svg), None);
        let payment = QrMatrix::encode("upi://pay?pa=shop@bank").unwrap();
        let payment = QrImage::new(payment.to_png(4).unwrap()).unwrap().into();
        assert_eq!(picture(&payment, Format::Png), None);
        let phone = PhoneCode::new("ABCD1234").unwrap().into();
        assert_eq!(picture(&phone, Format::Png), None);
    }
}
