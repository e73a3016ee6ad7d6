//! `--save-qr`: the picture of the live code in a file, and never a dead one.

mod claim;
mod owned;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use pairing_core::{ImageType, PairingCode};
use pairing_qr::{PictureError, QrMatrix, read_pairing_text};

use crate::failure::Failure;
use claim::Claim;
use owned::{OwnedFile, folder, temporary};

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
/// alone; dropping this removes it. A file that is not ours is never touched.
pub(crate) struct PictureFile {
    path: PicturePath,
    file: OwnedFile,
    /// Goes last: the name is free once the file is gone.
    _claim: Claim,
}

impl PictureFile {
    /// Refuses a file that exists, and one that another session is using.
    pub(crate) fn new(path: PicturePath) -> Result<Self, Failure> {
        let name = path.path.display();
        let folder = folder(&path.path);
        if !folder.is_dir() {
            return Err(Failure::configuration(format!(
                "--save-qr: the folder of {name} does not exist; create it first"
            )));
        }
        let cannot = |error: io::Error| {
            Failure::configuration(format!(
                "--save-qr: {name} cannot be written: {}; choose another folder",
                error.kind()
            ))
        };
        let claim = Claim::of(&path.path, folder).map_err(cannot)?;
        let claim = claim.ok_or_else(|| {
            Failure::configuration(format!(
                "--save-qr: another session that is running writes {name}; choose another name"
            ))
        })?;
        if fs::symlink_metadata(&path.path).is_ok() {
            return Err(Failure::configuration(format!(
                "--save-qr: {name} exists already; remove it or choose another name"
            )));
        }
        // Noticed now, and not when the first code is there and asked for in vain.
        temporary(folder).map_err(cannot)?;
        Ok(Self {
            file: OwnedFile::new(path.path.clone()),
            path,
            _claim: claim,
        })
    }

    /// Replaces what is in the file by this code. Gives the file's name, or `None` for what is
    /// no QR code or cannot be written in this format.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AlreadyExists`] if another program has put a file there.
    pub(crate) fn save(&mut self, code: &PairingCode) -> io::Result<Option<String>> {
        let Some(picture) = picture(code, self.path.format) else {
            self.remove()?;
            return Ok(None);
        };
        self.file.write(&picture)?;
        Ok(Some(self.path.path.display().to_string()))
    }

    /// Removes the file, if it was written and not replaced since.
    pub(crate) fn remove(&mut self) -> io::Result<()> {
        self.file.remove()
    }
}

impl Drop for PictureFile {
    fn drop(&mut self) {
        // A caller that needs the result calls `remove`.
        let _ = self.remove();
    }
}

/// The code drawn again, even if it came as a picture: gateways send small and blurred ones. A
/// picture that cannot be decoded is passed on as it came; one that holds anything but a pairing
/// code is refused.
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
    use std::path::Path;

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
    fn a_file_that_appears_later_is_neither_overwritten_nor_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qr.png");
        for written in [false, true] {
            let mut file = file(folder.path(), "qr.png");
            if written {
                file.save(&code("2@ours")).unwrap();
                fs::remove_file(&path).unwrap();
            }
            fs::write(&path, "sun").unwrap();
            let refused = file.save(&code("2@more")).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
            file.remove().unwrap();
            drop(file);
            assert_eq!(fs::read(&path).unwrap(), b"sun");
            fs::remove_file(&path).unwrap();
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_or_a_link_that_appears_later_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qr.png");
        let target = folder.path().join("holiday.png");
        fs::write(&target, "sun").unwrap();
        let mut file = file(folder.path(), "qr.png");
        file.save(&code("2@ours")).unwrap();
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(file.save(&code("2@more")).is_err());
        assert!(path.is_dir());
        fs::remove_dir(&path).unwrap();
        std::os::unix::fs::symlink(&target, &path).unwrap();
        assert!(file.save(&code("2@more")).is_err());
        drop(file);
        assert!(path.is_symlink());
        assert_eq!(fs::read(&target).unwrap(), b"sun");
    }

    #[test]
    fn a_removed_file_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("qr.png");
        let mut file = file(folder.path(), "qr.png");
        file.save(&code("2@first")).unwrap();
        fs::remove_file(&path).unwrap();
        file.save(&code("2@second")).unwrap();
        let text = pairing_qr::decode(&fs::read(&path).unwrap());
        assert_eq!(text.unwrap(), "2@second");
    }

    #[test]
    fn one_name_serves_one_session_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path: PicturePath = folder
            .path()
            .join("qr.png")
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        let mut first = file(folder.path(), "qr.png");
        for saves in [false, true] {
            if saves {
                first.save(&code("2@first")).unwrap();
            }
            let Err(Failure::Configuration(refused)) = PictureFile::new(path.clone()) else {
                panic!("two sessions have one file")
            };
            assert!(refused.contains("another session"), "{refused}");
            let other = file(folder.path(), "other.png");
            drop(other);
        }
        drop(first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        // As a program that was killed leaves it.
        fs::write(folder.path().join(".qr.png.lock"), "").unwrap();
        drop(file(folder.path(), "qr.png"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
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
