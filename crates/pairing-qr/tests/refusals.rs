//! What cannot be read is refused with an error that says why, and shows nothing.

#![allow(clippy::unwrap_used, reason = "only tests come here")]

mod common;

use common::{Grey, LINK_TEXT, SOCKET_TEXT, crc32};
use pairing_qr::{
    DecodeError, MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE, QrMatrix, decode,
};

fn picture(text: &str) -> Grey {
    Grey::of(&QrMatrix::encode(text).unwrap(), 3.0, 4)
}

/// A PNG that ends after its header, which announces a picture of this size.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file.extend([8, 6, 0, 0, 0]);
    let checksum = crc32(&file[12..]);
    file.extend(checksum.to_be_bytes());
    file
}

/// A JPEG that ends after its frame header.
fn jpeg_header(width: u16, height: u16) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8];
    file.extend(height.to_be_bytes());
    file.extend(width.to_be_bytes());
    file.extend([1, 1, 0x11, 0]);
    // The start of the scan: before it the header may go on.
    file.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    file
}

#[test]
fn too_many_bytes() {
    let mut file = picture(SOCKET_TEXT).to_png();
    file.resize(MAX_PICTURE_BYTES + 1, 0);
    let bytes = file.len();
    assert_eq!(decode(&file), Err(DecodeError::TooManyBytes { bytes }));
}

#[test]
fn too_many_pixels_by_the_header_alone() {
    for (width, height) in [
        (60_000, 60_000),
        (MAX_PICTURE_SIDE + 1, 1),
        (1, MAX_PICTURE_SIDE + 1),
        (MAX_PICTURE_SIDE, MAX_PICTURE_PIXELS / MAX_PICTURE_SIDE + 1),
        (0x7fff_ffff, 0x7fff_ffff),
    ] {
        let refused = Err(DecodeError::TooLarge { width, height });
        assert_eq!(decode(&png_header(width, height)), refused);
        if let (Ok(short_width), Ok(short_height)) = (width.try_into(), height.try_into()) {
            assert_eq!(decode(&jpeg_header(short_width, short_height)), refused);
        }
    }
}

#[test]
fn the_largest_picture_is_only_refused_for_what_it_lacks() {
    let file = png_header(MAX_PICTURE_SIDE, MAX_PICTURE_PIXELS / MAX_PICTURE_SIDE);
    assert_eq!(decode(&file), Err(DecodeError::Damaged));
}

#[test]
fn files_that_are_no_picture() {
    for file in [
        b"".as_slice(),
        b"2@text",
        b"<html><img src=qr.png></html>",
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"\x89PNG",
        b"\xff\xd8",
        b"data:image/png;base64,iVBORw0KGgo=",
    ] {
        assert_eq!(decode(file), Err(DecodeError::NotAPicture));
    }
}

#[test]
fn truncated_files() {
    let picture = picture(SOCKET_TEXT);
    for (file, first) in [(picture.to_png(), 8), (picture.to_jpeg(80), 3)] {
        let steps = (first..file.len() - 12).step_by(file.len() / 40);
        for end in steps {
            assert_eq!(
                decode(&file[..end]),
                Err(DecodeError::Damaged),
                "{end} of {} bytes",
                file.len()
            );
        }
    }
}

#[test]
fn a_flipped_bit_in_a_png() {
    let mut file = picture(SOCKET_TEXT).to_png();
    let middle = file.len() / 2;
    file[middle] ^= 0x10;
    assert_eq!(decode(&file), Err(DecodeError::Damaged));
}

#[test]
fn pictures_without_a_code() {
    let mut striped = Grey::filled(90, 90, 255);
    striped.paste(&Grey::filled(90, 30, 0), 0, 30);
    for picture in [
        Grey::filled(1, 1, 0),
        Grey::filled(200, 100, 255),
        Grey::filled(64, 64, 130),
        striped,
    ] {
        assert_eq!(decode(&picture.to_png()), Err(DecodeError::NoCode));
        assert_eq!(decode(&picture.to_jpeg(80)), Err(DecodeError::NoCode));
    }
}

#[test]
fn a_code_with_too_much_painted_over() {
    let mut picture = picture(SOCKET_TEXT);
    picture.paste(&Grey::filled(70, 70, 255), 60, 60);
    assert_eq!(decode(&picture.to_png()), Err(DecodeError::Unreadable));
}

#[test]
fn several_codes() {
    let (one, other) = (picture(SOCKET_TEXT), picture(LINK_TEXT));
    let side_by_side = |left: &Grey, right: &Grey| {
        let height = left.height.max(right.height);
        let mut sheet = Grey::filled(left.width + right.width, height, 255);
        sheet.paste(left, 0, 0);
        sheet.paste(right, left.width, 0);
        sheet.to_png()
    };
    assert_eq!(
        decode(&side_by_side(&one, &other)),
        Err(DecodeError::SeveralCodes)
    );
    assert_eq!(
        decode(&side_by_side(&one, &one)).as_deref(),
        Ok(SOCKET_TEXT)
    );

    let mut spoilt = other.clone();
    spoilt.paste(&Grey::filled(80, 80, 255), 60, 60);
    for sheet in [side_by_side(&one, &spoilt), side_by_side(&spoilt, &one)] {
        assert_eq!(decode(&sheet).as_deref(), Ok(SOCKET_TEXT));
    }
}

#[test]
fn a_picture_full_of_finder_patterns_is_given_up_on() {
    const RING: [u8; 7] = [0x7f, 0x41, 0x5d, 0x5d, 0x5d, 0x41, 0x7f];
    const PITCH: usize = 9;
    let mut picture = Grey::filled(900, 900, 255);
    for y in 0..picture.height {
        for x in 0..picture.width {
            let (row, column) = (y % PITCH, x % PITCH);
            if row < 7 && column < 7 && RING[row] >> column & 1 == 1 {
                picture.pixels[y * picture.width + x] = 0;
            }
        }
    }
    // Grows with the number of pixels alone; a search that tried all ten thousand
    // against each other would not come back.
    assert_eq!(decode(&picture.to_png()), Err(DecodeError::NoCode));
}

#[test]
fn errors_show_nothing_of_the_text() {
    let secret = "canary-secret-".repeat(300);
    let error = QrMatrix::encode(&secret).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("4200"), "{shown}");
}
