//! Telling a code from everything else a gateway may send, by positive evidence only: a
//! person must never be shown "please wait" as a QR code.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use pairing_core::{ImageType, PairingCode, PhoneCode, QrImage, QrText};
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use crate::UnreadableForm;

/// Gateways disagree about padding.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

/// Reads a QR code out of a text: base64 of a PNG or JPEG, bare or behind a head such as
/// `data:image/png;base64,` or `base64,`, whatever media type that names; or the QR text itself, as
/// [`QrText::is_pairing_text`] knows it. `None` for everything else. What a picture says is not
/// read here: `read_picture` does, with the feature `read-pictures`.
#[must_use]
pub fn read_qr_code(text: &str) -> Option<PairingCode> {
    let text = text.trim();
    let data = behind_heads(text);
    // Percent signs are rare, and no base64 has one.
    if let Some(picture) = picture(data).or_else(|| picture(&without_percent_signs(data)?)) {
        return Some(picture.into());
    }
    // No base64 has an `@` or a colon, so what is a picture is no QR text, and the other way round.
    QrText::is_pairing_text(text)
        .then(|| QrText::new(text).ok())
        .flatten()
        .map(Into::into)
}

/// Reads a phone code: letters and digits, perhaps with a hyphen. Message such as `error`,
/// HTTP codes and phone numbers look alike, so letters alone count only as eight capitals
/// of WhatsApp's alphabet.
#[must_use]
pub fn read_phone_code(text: &str) -> Option<PhoneCode> {
    let text = text.trim();
    if text.len() > PhoneCode::MAX_CHARACTERS {
        return None;
    }
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().filter(|character| *character != '-'));
    // WhatsApp's codes have 8 characters, the one in Z-API's documentation has 10.
    if !(6..=16).contains(&plain.len()) || !plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let lower = Zeroizing::new(plain.to_ascii_lowercase());
    if ["error", "http", "invalid", "fail"]
        .iter()
        .any(|word| lower.contains(word))
    {
        return None;
    }
    // How every PNG file begins in base64, here with nearly nothing behind it.
    if plain.starts_with("iVBORw0KGg") {
        return None;
    }
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    let is_plausible = if digits == plain.len() {
        digits <= 8
    } else if digits == 0 {
        is_whatsapp_code(&plain)
    } else {
        true
    };
    if is_plausible {
        PhoneCode::new(text).ok()
    } else {
        None
    }
}

/// Eight characters without the ones WhatsApp leaves out because people mix them up, nor a
/// word that happens to do without them.
fn is_whatsapp_code(plain: &str) -> bool {
    plain.len() == 8
        && plain
            .bytes()
            .all(|byte| b"ABCDEFGHJKLMNPQRSTVWXYZ".contains(&byte))
        && !["ACCEPTED", "REJECTED"].contains(&plain)
}

/// What a text holds that would be a picture if its format were read: base64 as in
/// [`read_qr_code`], or a drawing as it is.
pub(crate) fn unreadable_picture(text: &str) -> Option<UnreadableForm> {
    let text = text.trim();
    let data = Zeroizing::new(percent_decode_str(behind_heads(text)).collect::<Vec<u8>>());
    if let Some(form) = decoded(&data).and_then(|data| UnreadableForm::of(&data)) {
        return Some(form);
    }
    let has_head = strip_prefix_ignore_case(text, "data:").is_some();
    let (_, plain) = text
        .split_once(',')
        .filter(|_| has_head)
        .unwrap_or(("", text));
    let plain = Zeroizing::new(percent_decode_str(plain).collect::<Vec<u8>>());
    UnreadableForm::of(&plain)
}

/// The base64 behind `data:image/png;base64,` and the like. Some clients and servers both add one.
fn behind_heads(text: &str) -> &str {
    let mut rest = text;
    while let Some(body) = behind_head(rest) {
        rest = body.trim_start();
    }
    strip_prefix_ignore_case(rest, "base64:").unwrap_or(rest)
}

fn behind_head(text: &str) -> Option<&str> {
    /// The longest known has 40 bytes. A whole picture is not searched for a comma.
    const LONGEST: usize = 256;
    let comma = text.bytes().take(LONGEST).position(|byte| byte == b',')?;
    let (head, rest) = text.split_at_checked(comma)?;
    is_head(head).then(|| rest.strip_prefix(','))?
}

/// Whether this, before a comma, says that base64 follows. The media type proves nothing, and what
/// follows shows what it is.
fn is_head(head: &str) -> bool {
    head.split([':', ';'])
        .any(|part| part.trim().eq_ignore_ascii_case("base64"))
}

fn without_percent_signs(data: &str) -> Option<Zeroizing<String>> {
    let decode = || percent_decode_str(data).decode_utf8_lossy().into_owned();
    data.contains('%').then(|| Zeroizing::new(decode()))
}

fn picture(base64: &str) -> Option<QrImage> {
    // As almost every gateway writes it. Judged by the first bytes before a megabyte is decoded.
    let start = base64.as_bytes().get(..12);
    if start.is_some_and(starts_a_picture) {
        if let Ok(data) = BASE64.decode(base64) {
            return QrImage::new(data).ok();
        }
    }
    let mut plain = plain_base64(base64.bytes());
    let start: Zeroizing<Vec<u8>> = Zeroizing::new(plain.by_ref().take(12).collect());
    if start.len() < 12 || !starts_a_picture(&start) {
        return None;
    }
    // In one piece from the start: growing would leave copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(base64.len()));
    text.extend_from_slice(&start);
    text.extend(plain);
    QrImage::new(BASE64.decode(&text).ok()?).ok()
}

fn decoded(base64: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(base64.len()));
    plain.extend(plain_base64(base64.iter().copied()));
    BASE64.decode(&plain).ok().map(Zeroizing::new)
}

/// Without white space, and in the standard alphabet if it was the one for URLs.
fn plain_base64(bytes: impl Iterator<Item = u8>) -> impl Iterator<Item = u8> {
    let characters = bytes.filter(|byte| !byte.is_ascii_whitespace());
    characters.map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => byte,
    })
}

/// Whether twelve characters of base64 are the beginning of a PNG or JPEG file.
fn starts_a_picture(start: &[u8]) -> bool {
    let mut bytes = [0; 9];
    let decoded = BASE64.decode_slice(start, &mut bytes);
    decoded.is_ok_and(|length| ImageType::of(&bytes[..length]).is_some())
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unreadable::tests::SAMPLES;
    use proptest::prelude::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\xfb\xff\xfe?";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

    fn encoded(bytes: &[u8]) -> String {
        BASE64.encode(bytes)
    }

    fn image(text: &str) -> Option<Vec<u8>> {
        match read_qr_code(text)? {
            PairingCode::QrImage { image } => Some(image.expose().to_vec()),
            _ => None,
        }
    }

    #[test]
    fn pictures_are_found_in_every_spelling() {
        let png = encoded(PNG);
        let url_safe = png.replace('+', "-").replace('/', "_");
        let unpadded = png.trim_end_matches('=');
        let wrapped: String = png.chars().flat_map(|c| [c, '\n']).collect();
        let percent = png.replace('+', "%2B").replace('=', "%3D");
        for text in [
            png.clone(),
            unpadded.to_owned(),
            url_safe,
            wrapped,
            format!("data:image/png;base64,{png}"),
            format!("DATA:Image/PNG;charset=utf-8;BASE64,{unpadded}"),
            // The label is wrong; the signature counts.
            format!("data:image/jpg;base64, {png}"),
            format!("data:image/png;base64,data:image/png;base64,{png}"),
            format!("data:image/png;base64,{percent}"),
            format!("data:image/png;charset=utf-8;base64,{png}"),
            format!("data:application/octet-stream;base64,{png}"),
            format!("data:;base64,{png}"),
            format!("data:base64,{png}"),
            format!("image/png;base64,{png}"),
            format!("base64,{png}"),
            format!("Base64, {png}"),
            format!("base64:{png}"),
            format!("data:image/png;base64,base64,\n{png}"),
            percent.clone(),
        ] {
            assert_eq!(image(&text).as_deref(), Some(PNG), "{text}");
        }
        assert_eq!(image(&encoded(JPEG)).as_deref(), Some(JPEG));
    }

    #[test]
    fn qr_texts_of_both_generations_are_known() {
        for text in [
            "2@abc,def,ghi",
            " 1@AbC+/=,x,y,z,1\n",
            "https://wa.me/settings/linked_devices#2@abc,def",
            "https://WA.me/settings/linked_devices/#x",
        ] {
            let Some(PairingCode::QrText { text: read }) = read_qr_code(text) else {
                unreachable!("{text} is a QR text");
            };
            assert_eq!(read.expose(), text.trim());
        }
    }

    #[test]
    fn nothing_else_is_ever_a_qr_code() {
        let gif = encoded(b"GIF89a0123456789");
        for text in [
            "",
            "please wait",
            "2@",
            "2@ please wait",
            "@abc",
            "error",
            "QR code not ready",
            "5511999998888@s.whatsapp.net",
            "<html>2@a,b</html>",
            "2@<b>",
            "{\"value\":\"2@a,b\"}",
            "2@{\"a\":1}",
            "https://example.com/#2@a",
            "https://wa.me/settings/linked_devices",
            "https://wa.me/settings/linked_devices#",
            "https://wa.me/settings/linked_devices.evil.com/#x",
            "data:",
            "data:image/png;base64",
            "data:image/png;base64,",
            "data:image/png;base64,!!!!",
            "data:image/png,2@a,b",
            "data:image/png;base64,2@a,b",
            "base64,2@a,b",
            "base64:2@a,b",
            "base64,",
            "data:text/html;base64,PGh0bWw+",
            "ABCD-1234",
            gif.as_str(),
        ] {
            assert_eq!(read_qr_code(text), None, "{text}");
        }
        // A valid signature and a broken rest is no picture either.
        assert_eq!(read_qr_code(&format!("{}!", encoded(PNG))), None);
    }

    #[test]
    fn pictures_of_other_formats_are_recognised_in_every_spelling() {
        for (data, form) in SAMPLES {
            let base64 = encoded(data);
            let percent = base64.replace('+', "%2B").replace('=', "%3D");
            for text in [
                base64.clone(),
                base64.replace('+', "-").replace('/', "_"),
                format!(" data:image/png;base64,{base64}\n"),
                format!("data:image/webp;base64,{percent}"),
                format!("base64,{base64}"),
            ] {
                assert_eq!(read_qr_code(&text), None, "{text}");
                assert_eq!(unreadable_picture(&text), Some(*form), "{text}");
            }
        }
        for svg in [
            "<svg width='1'/>",
            "data:image/svg+xml;utf8,<svg width='1'/>",
            "data:image/svg+xml,%3Csvg%20width%3D'1'%2F%3E",
        ] {
            assert_eq!(unreadable_picture(svg), Some(UnreadableForm::Svg), "{svg}");
        }
        let png = encoded(PNG);
        for text in [
            "",
            "please wait",
            "2@a,b",
            "error",
            "data:",
            &png,
            "BM",
            "QUJD",
        ] {
            assert_eq!(unreadable_picture(text), None, "{text}");
        }
    }

    #[test]
    fn phone_codes_are_distinguished_from_words_numbers_and_pictures() {
        for code in [
            "ABCD-1234",
            "ABCD1234",
            "abcd1234",
            "A1B2C3D4E5",
            "ABCDEFGH",
            "1234-5678",
        ] {
            assert!(read_phone_code(code).is_some(), "{code}");
        }
        for text in [
            "iVBORw0KGgpj",
            "",
            "-",
            "404",
            "error",
            "ERROR500",
            "NOT_FOUND",
            "NOTFOUND",
            "REJECTED",
            "Unauthorized",
            "please wait",
            "connected",
            "5511999998888",
            "2@a,b",
            "d41d8cd98f00b204e9800998ecf8427e",
            "iVBORw0KGgoAAAANSUhEUgAA",
            "<html>",
        ] {
            assert!(read_phone_code(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_no_sentence_is_a_code(text in any::<String>()) {
            if let Some(PairingCode::QrText { text }) = read_qr_code(&text) {
                let is_prose = text.expose().contains([' ', '<', '{']);
                prop_assert!(!is_prose);
            }
            if let Some(code) = read_phone_code(&text) {
                let is_prose = code.expose().contains([' ', '<', '{', '@']);
                prop_assert!(!is_prose);
            }
        }

        #[test]
        fn no_mangled_data_uri_panics(head in "data:[ -~]{0,20}", body in "[ -~]{0,60}") {
            let _ = read_qr_code(&format!("{head},{body}"));
            let _ = unreadable_picture(&format!("{head},{body}"));
            let _ = read_qr_code(&format!("data:image/png;base64,iVBORw0KGgo{body}"));
        }
    }
}
