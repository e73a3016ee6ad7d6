//! Holds what a picture says to the rule that holds for texts, beside the other work.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use pairing_core::QrImage;
use pairing_qr::{PictureError, read_pairing_text};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// One picture may take a second and 50 MB, and every gateway may send one at the same moment: no
/// more are read at a time than there are cores.
static AT_A_TIME: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, usize::from)));

/// Reads the QR code in a gateway's picture: `None` if it says anything but a pairing code of
/// WhatsApp, such as `undefined`, an address or a payment.
///
/// The text is kept [with the picture](QrImage::with_text), so that it is read only once. A picture
/// in which no text can be read is given back as it came: a phone's camera may know more styles of
/// drawing.
pub async fn read_picture(picture: QrImage) -> Option<QrImage> {
    let Ok(runtime) = Handle::try_current() else {
        return judged(picture);
    };
    // It is never closed; if it were, too much work would be better than none.
    let permit = AT_A_TIME.acquire().await.ok();
    let reading = runtime.spawn_blocking(move || {
        let picture = judged(picture);
        // Held until the work ends: the caller may have given up meanwhile.
        drop(permit);
        picture
    });
    // An error means that the runtime is shutting down.
    reading.await.ok().flatten()
}

fn judged(picture: QrImage) -> Option<QrImage> {
    match read_pairing_text(&picture) {
        Ok(text) => Some(picture.with_text(text)),
        Err(PictureError::NotPairing) => None,
        Err(_) => Some(picture),
    }
}

#[cfg(test)]
mod tests {
    use pairing_qr::QrMatrix;

    use super::*;

    fn picture(text: &str) -> QrImage {
        let png = QrMatrix::encode(text).unwrap().to_png(2).unwrap();
        QrImage::new(png).unwrap()
    }

    #[tokio::test]
    async fn a_picture_of_a_pairing_code_keeps_its_text_and_any_other_is_none() {
        let read = read_picture(picture("2@abc")).await.unwrap();
        assert_eq!(read.text().unwrap().expose(), "2@abc");
        assert_eq!(read, picture("2@abc"));
        assert_eq!(read_picture(picture("undefined")).await, None);
    }

    #[tokio::test]
    async fn a_picture_that_cannot_be_read_is_given_back_as_it_came() {
        let unreadable = QrImage::new(*b"\x89PNG\r\n\x1a\nin another style").unwrap();
        let same = read_picture(unreadable.clone()).await.unwrap();
        assert_eq!((same.text(), &same), (None, &unreadable));
    }

    #[test]
    fn without_a_runtime_it_is_read_in_place() {
        let read = ready(read_picture(picture("2@abc")));
        assert!(read.unwrap().text().is_some());
    }

    /// Polls once: there is nothing to wait for.
    fn ready<T>(future: impl Future<Output = T>) -> T {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match std::pin::pin!(future).poll(&mut context) {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => unreachable!("it waits for something"),
        }
    }
}
