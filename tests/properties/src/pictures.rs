//! Pictures and the texts that hold them: what was put into a QR code comes out of it, and whatever
//! else comes in is refused without a panic.
//!
//! The first byte says what the rest is.

use pairing_adapter::{Body, HttpResponse, read_phone_code, read_qr_code};
use pairing_core::PairingCode;
use pairing_qr::{MAX_TEXT_BYTES, QrMatrix, TerminalStyle, decode};

use crate::gateways::code_holds;
use crate::said::assert_no_canary;
use crate::sent::{was_sent, without_mark};

pub(crate) const AS_TEXT: u8 = 0;
pub(crate) const AS_BODY: u8 = 1;
pub(crate) const AS_FILE: u8 = 2;
pub(crate) const AS_PIXELS: u8 = 3;
pub(crate) const TO_BE_DRAWN: u8 = 4;

/// More pixels take the decoder so long that the fuzzer learns little from them.
const MOST_PIXELS: u64 = 512 * 512;

pub(crate) fn check(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    match *kind % 5 {
        AS_TEXT => text(&String::from_utf8_lossy(rest)),
        AS_BODY => body(rest),
        AS_FILE => file(rest),
        AS_PIXELS => pixels(rest),
        _ => drawn(&String::from_utf8_lossy(rest)),
    }
}

/// A data URI, bare base64, a QR text, a phone code or anything else.
fn text(text: &str) {
    let qr = read_qr_code(text);
    if let Some(code) = &qr {
        code_holds(code);
        assert!(was_sent(code, text.as_bytes()), "a code that nobody sent");
        let padded = format!(" {text}\n");
        assert_eq!(
            read_qr_code(&padded).as_ref(),
            Some(code),
            "white space changes it"
        );
    }
    if let Some(PairingCode::QrImage { image }) = &qr {
        let json = serde_json::to_value(PairingCode::from(image.clone())).expect("a code is JSON");
        let base64 = json["data"].as_str().expect("a picture's base64");
        for uri in [
            base64.to_owned(),
            format!("data:{};base64,{base64}", image.media_type().as_str()),
        ] {
            assert_eq!(read_qr_code(&uri), qr, "its own spelling");
        }
    }
    if let Some(phone) = read_phone_code(text) {
        let code = PairingCode::from(phone.clone());
        code_holds(&code);
        assert!(was_sent(&code, text.as_bytes()), "a code that nobody sent");
        assert_eq!(
            read_phone_code(phone.expose()),
            Some(phone),
            "its own spelling"
        );
        assert_eq!(qr, None, "both a QR code and a phone code");
    }
}

fn body(bytes: &[u8]) {
    let body = Body::read(&HttpResponse::new(200, bytes));
    let debug = format!("{body:?}");
    assert!(
        debug.len() < 64,
        "Debug names the class of a body and no more: {debug}"
    );
    assert_no_canary(&debug);
    match &body {
        Body::Picture(picture) => assert_eq!(picture.expose(), without_mark(bytes)),
        Body::Text(text) => {
            assert_eq!(text.trim(), text);
            assert!(!text.is_empty() && !text.starts_with('<'));
        }
        _ => {}
    }
    let _ = body.message();
}

/// A file as it came.
fn file(bytes: &[u8]) {
    if pixels_announced(bytes) <= MOST_PIXELS {
        read_back(decode(bytes));
    }
}

/// Black and white pixels, to get past the decoders of files: width, then one bit each.
fn pixels(data: &[u8]) {
    let Some((width, bits)) = data.split_first() else {
        return;
    };
    let width = usize::from(*width).max(1);
    let row = width.div_ceil(8);
    let height = (bits.len() / row).min(256);
    if height > 0 {
        read_back(decode(&png(width, height, &bits[..row * height])));
    }
}

/// A file of one bit per pixel.
pub(crate) fn png(width: usize, height: usize, bits: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let side = |pixels| u32::try_from(pixels).expect("small pictures");
    let mut encoder = png::Encoder::new(&mut file, side(width), side(height));
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::NoCompression);
    let mut writer = encoder.write_header().expect("a header in memory");
    writer
        .write_image_data(bits)
        .expect("as many bits as announced");
    writer.finish().expect("an end in memory");
    file
}

/// What was read out of a picture can be drawn and read again.
fn read_back(read: Result<String, pairing_qr::DecodeError>) {
    match read {
        Ok(text) => drawn(&text),
        Err(error) => assert_no_canary(&format!("{error} {error:?}")),
    }
}

fn drawn(text: &str) {
    let matrix = match QrMatrix::encode(text) {
        Ok(matrix) => matrix,
        Err(error) => {
            assert!(text.is_empty() || text.len() > MAX_TEXT_BYTES, "{error}");
            return;
        }
    };
    let width = matrix.width();
    assert!(
        (21..=177).contains(&width) && width % 4 == 1,
        "{width} modules"
    );
    assert!(!matrix.is_dark(width, 0) && !matrix.is_dark(0, width));
    let style = TerminalStyle::default();
    let drawing = matrix.to_terminal(style);
    let (columns, rows) = style.size(&matrix);
    assert_eq!(drawing.lines().count(), rows);
    assert!(drawing.lines().all(|line| line.chars().count() == columns));
    let png = matrix.to_png(2).expect("two pixels per module");
    // Pairing codes are ASCII. Of longer texts that are not, the reader gives some up, and another
    // one does not; what it must never do is to read something else.
    match decode(&png) {
        Ok(read) => assert_eq!(read, text, "drawn and read back"),
        Err(error) => assert!(!text.is_ascii(), "drawn and not read: {error}"),
    }
    assert!(matrix.to_svg().starts_with("<svg"));
}

/// As a PNG's header, or the frames of a JPEG, say; what says nothing is refused anyway.
fn pixels_announced(bytes: &[u8]) -> u64 {
    let number = |at: usize, length: usize| {
        let digits = bytes.get(at..at + length).unwrap_or_default();
        digits
            .iter()
            .fold(0, |sum, digit| sum << 8 | u64::from(*digit))
    };
    if bytes.starts_with(b"\x89PNG") {
        return number(16, 4) * number(20, 4);
    }
    let frames = bytes
        .windows(2)
        .enumerate()
        .filter(|(_, marker)| marker[0] == 0xff && matches!(marker[1], 0xc0..=0xcf));
    frames
        .map(|(at, _)| number(at + 5, 2) * number(at + 7, 2))
        .max()
        .unwrap_or_default()
}
