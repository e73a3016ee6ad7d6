//! No input makes reading or drawing panic.

#![allow(clippy::unwrap_used, reason = "only tests come here")]

mod common;

use std::sync::LazyLock;

use common::{Grey, SOCKET_TEXT, crc32};
use pairing_qr::{QrMatrix, TerminalStyle, decode};
use proptest::{collection::vec, prelude::*, sample::Index};

static PICTURE: LazyLock<Grey> =
    LazyLock::new(|| Grey::of(&QrMatrix::encode(SOCKET_TEXT).unwrap(), 1.0, 2));
static PNG: LazyLock<Vec<u8>> = LazyLock::new(|| PICTURE.to_png());
static JPEG: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let picture = Grey::of(&QrMatrix::encode("2@small").unwrap(), 3.0, 2);
    picture.to_jpeg_with(50, |encoder| encoder.set_progressive(true))
});

/// Bytes to overwrite, then how much of the file to keep.
fn mutations() -> impl Strategy<Value = (Vec<(Index, u8)>, Option<Index>)> {
    (
        vec((any::<Index>(), any::<u8>()), 1..8),
        prop::option::weighted(0.2, any::<Index>()),
    )
}

fn mutate(file: &[u8], (bytes, end): &(Vec<(Index, u8)>, Option<Index>)) -> Vec<u8> {
    let mut file = file.to_vec();
    for (place, byte) in bytes {
        *place.get_mut(&mut file) = *byte;
    }
    if let Some(end) = end {
        file.truncate(end.index(file.len()));
    }
    file
}

/// Makes the checksums of all chunks right again, so that what the chunks say
/// reaches the decoder.
fn repair_checksums(file: &mut [u8]) {
    let mut chunk = 8;
    while let Some(header) = file.get(chunk..chunk + 8) {
        let length = u32::from_be_bytes(header[..4].try_into().unwrap()) as usize;
        let data = chunk + 4..chunk.saturating_add(8).saturating_add(length);
        let Some(covered) = file.get(data.clone()) else {
            return;
        };
        let sum = crc32(covered).to_be_bytes();
        let Some(place) = file.get_mut(data.end..data.end + 4) else {
            return;
        };
        place.copy_from_slice(&sum);
        chunk = data.end + 4;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes(bytes in vec(any::<u8>(), 0..2000), signature in 0..3) {
        let signature: &[u8] = match signature {
            0 => b"",
            1 => b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            _ => &[0xff, 0xd8, 0xff],
        };
        let _ = decode(&[signature, &bytes].concat());
    }

    #[test]
    fn mutated_png(mutations in mutations(), repair in any::<bool>()) {
        let mut file = mutate(&PNG, &mutations);
        if repair {
            repair_checksums(&mut file);
        }
        let _ = decode(&file);
    }

    #[test]
    fn mutated_jpeg(mutations in mutations()) {
        let _ = decode(&mutate(&JPEG, &mutations));
    }

    #[test]
    fn mutated_modules(changes in vec((any::<Index>(), any::<u8>()), 0..800)) {
        let mut picture = PICTURE.clone();
        for (place, shade) in changes {
            *place.get_mut(&mut picture.pixels) = shade;
        }
        if let Ok(text) = decode(&picture.to_png()) {
            prop_assert_eq!(text, SOCKET_TEXT);
        }
    }

    #[test]
    fn tiny_pictures(width in 1..40_usize, pixels in vec(any::<bool>(), 1..1600)) {
        let height = pixels.len().div_ceil(width);
        let mut picture = Grey::filled(width, height, 255);
        for (pixel, dark) in picture.pixels.iter_mut().zip(pixels) {
            *pixel = if dark { 0 } else { 255 };
        }
        let _ = decode(&picture.to_png());
    }

    #[test]
    fn any_style(text in "\\PC{1,40}", inverted in any::<bool>(), quiet_zone in any::<usize>()) {
        let matrix = QrMatrix::encode(&text).unwrap();
        let style = TerminalStyle::default().with_inverted(inverted).with_quiet_zone(quiet_zone);
        let (columns, rows) = style.size(&matrix);
        prop_assert_eq!(matrix.to_terminal(style).chars().count(), (columns + 1) * rows - 1);
    }
}
