//! Pictures of a QR code are read in whatever form a gateway may send them.

#![allow(clippy::unwrap_used, reason = "only tests come here")]

mod common;

use common::{Grey, SOCKET_TEXT, crc32, write_png};
use jpeg_encoder::SamplingFactor;
use pairing_qr::{QrMatrix, decode};
use png::{BitDepth, ColorType};

fn matrix() -> QrMatrix {
    QrMatrix::encode(SOCKET_TEXT).unwrap()
}

fn picture(pixels_per_module: f64) -> Grey {
    Grey::of(&matrix(), pixels_per_module, 4)
}

#[track_caller]
fn assert_read(file: &[u8], what: &str) {
    assert_eq!(decode(file).as_deref(), Ok(SOCKET_TEXT), "{what}");
}

#[test]
fn any_size_with_or_without_a_quiet_zone() {
    for pixels_per_module in [1.0, 1.5, 2.0, 2.7, 3.3, 5.0, 12.0] {
        for quiet_zone in [0, 1, 4] {
            let picture = Grey::of(&matrix(), pixels_per_module, quiet_zone);
            let what = format!("{pixels_per_module} pixels, quiet zone of {quiet_zone}");
            assert_read(&picture.to_png(), &what);
        }
    }
}

#[test]
fn a_size_of_no_whole_module_is_read_up_to_the_limits() {
    // The largest square there may be: 2896 x 2896 pixels.
    assert_read(&picture(2896.0 / 65.0).to_png(), "the largest");
}

#[test]
fn grey_of_every_depth() {
    let picture = picture(3.0);
    assert_read(
        &write_png(
            picture.width,
            picture.height,
            &picture.packed(),
            |encoder| {
                encoder.set_color(ColorType::Grayscale);
                encoder.set_depth(BitDepth::One);
            },
        ),
        "1 bit",
    );
    let wide = |shade| vec![shade, 0x5a];
    assert_read(
        &picture.to_png_as(ColorType::Grayscale, BitDepth::Sixteen, wide),
        "16 bits",
    );
}

/// The pass in which an interlaced file has each pixel of a square of eight (ISO/IEC 15948,
/// section 8.2).
const PASSES: [&[u8; 8]; 8] = [
    b"16462646",
    b"77777777",
    b"56565656",
    b"77777777",
    b"36463646",
    b"77777777",
    b"56565656",
    b"77777777",
];

/// In 8 bits of grey. The encoder that draws the other pictures does not interlace.
fn interlaced(picture: &Grey) -> Vec<u8> {
    let mut lines = Vec::new();
    for pass in b'1'..=b'7' {
        for y in 0..picture.height {
            let columns = (0..picture.width).filter(|x| PASSES[y % 8][x % 8] == pass);
            let row: Vec<u8> = columns
                .map(|x| picture.pixels[y * picture.width + x])
                .collect();
            if !row.is_empty() {
                lines.push(0);
                lines.extend(row);
            }
        }
    }
    let mut header = Vec::new();
    for side in [picture.width, picture.height] {
        header.extend(u32::try_from(side).unwrap().to_be_bytes());
    }
    header.extend([8, 0, 0, 0, 1]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let data = miniz_oxide::deflate::compress_to_vec_zlib(&lines, 6);
    for (name, content) in [(b"IHDR", header), (b"IDAT", data), (b"IEND", Vec::new())] {
        file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        let checked = [name.as_slice(), content.as_slice()].concat();
        file.extend(&checked);
        file.extend(crc32(&checked).to_be_bytes());
    }
    file
}

#[test]
fn interlaced_pictures_of_any_size() {
    for pixels_per_module in [1.0, 1.5, 2.0, 2.7, 3.3] {
        for quiet_zone in [0, 1, 4] {
            let picture = Grey::of(&matrix(), pixels_per_module, quiet_zone);
            let what = format!("{pixels_per_module} pixels, quiet zone of {quiet_zone}");
            assert_read(&interlaced(&picture), &what);
        }
    }
}

#[test]
fn palettes() {
    let picture = picture(3.0);
    for (palette, transparency, what) in [
        (&[0, 0, 0, 255, 255, 255], None, "black on white"),
        (&[18, 140, 126, 255, 255, 255], None, "green on white"),
        (&[0, 0, 0, 0, 0, 0], Some(&[255, 0]), "black on nothing"),
        (
            &[9, 9, 9, 255, 255, 255],
            Some(&[0, 255]),
            "nothing on white",
        ),
    ] {
        let file = write_png(
            picture.width,
            picture.height,
            &picture.packed(),
            |encoder| {
                encoder.set_color(ColorType::Indexed);
                encoder.set_depth(BitDepth::One);
                encoder.set_palette(palette.as_slice());
                if let Some(transparency) = transparency {
                    encoder.set_trns(transparency.as_slice());
                }
            },
        );
        assert_read(&file, what);
    }
}

#[test]
fn alpha() {
    let picture = picture(3.0);
    let dark = |shade| shade < 128;
    let rgba = |samples: &dyn Fn(u8) -> Vec<u8>| {
        picture.to_png_as(ColorType::Rgba, BitDepth::Eight, samples)
    };
    assert_read(&rgba(&|s| vec![s, s, s, 255]), "opaque");
    let on_nothing = |s| vec![0, 0, 0, if dark(s) { 255 } else { 0 }];
    assert_read(&rgba(&on_nothing), "black on nothing");
    let light_on_nothing = |s| vec![255, 255, 255, if dark(s) { 0 } else { 255 }];
    assert_read(&rgba(&light_on_nothing), "white around nothing");
    let faint = |s| vec![0, 0, 0, if dark(s) { 120 } else { 10 }];
    assert_read(&rgba(&faint), "half transparent");
    assert_read(
        &picture.to_png_as(ColorType::GrayscaleAlpha, BitDepth::Eight, |s| {
            vec![7, if dark(s) { 255 } else { 0 }]
        }),
        "grey and alpha",
    );
}

#[test]
fn colours_of_little_contrast() {
    let picture = picture(3.0);
    let file = picture.to_png_as(ColorType::Rgb, BitDepth::Eight, |shade| {
        if shade < 128 {
            vec![40, 90, 60]
        } else {
            vec![110, 150, 120]
        }
    });
    assert_read(&file, "dark green on pale green");
}

#[test]
fn negatives_with_and_without_a_quiet_zone() {
    for quiet_zone in [0, 4] {
        let picture = Grey::of(&matrix(), 2.0, quiet_zone).negative();
        assert_read(&picture.to_png(), &format!("quiet zone of {quiet_zone}"));
    }
}

#[test]
fn turned_by_right_angles() {
    let mut picture = picture(3.0);
    for turns in 1..4 {
        picture = picture.turned();
        assert_read(&picture.to_png(), &format!("{turns} turns"));
    }
}

#[test]
fn blurred_by_resizing() {
    assert_read(&picture(4.0).blurred().to_png(), "4 pixels");
    assert_read(&picture(6.7).blurred().blurred().to_png(), "6.7 pixels");
}

#[test]
fn jpeg_with_artefacts() {
    for pixels_per_module in [2.0, 3.3, 4.0, 8.0] {
        for quality in [90, 60, 35] {
            let what = format!("{pixels_per_module} pixels, quality {quality}");
            assert_read(&picture(pixels_per_module).to_jpeg(quality), &what);
        }
    }
    let noisy = picture(4.0).blurred().to_jpeg(35);
    assert_read(&noisy, "blurred");
}

#[test]
fn jpeg_of_every_kind() {
    let picture = picture(4.0);
    for sampling in [SamplingFactor::R_4_4_4, SamplingFactor::R_4_2_0] {
        for progressive in [false, true] {
            let file = picture.to_jpeg_with(75, |encoder| {
                encoder.set_sampling_factor(sampling);
                encoder.set_progressive(progressive);
            });
            assert_read(&file, &format!("{sampling:?}, progressive: {progressive}"));
        }
    }
}

#[test]
fn a_code_in_the_middle_of_a_screenshot() {
    let mut screen = Grey::filled(720, 900, 235);
    // A dark bar and a dark button, as a page has them.
    screen.paste(&Grey::filled(720, 60, 40), 0, 0);
    screen.paste(&Grey::filled(200, 48, 90), 260, 800);
    screen.paste(&picture(5.0), 190, 250);
    assert_read(&screen.to_png(), "PNG");
    assert_read(&screen.to_jpeg(70), "JPEG");
}

#[test]
fn a_few_wrong_modules_are_corrected() {
    let mut picture = picture(4.0);
    picture.paste(&Grey::filled(16, 16, 0), 120, 120);
    assert_read(&picture.to_png(), "a speck");
}
