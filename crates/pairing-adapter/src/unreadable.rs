//! What a gateway may send in place of a PNG or JPEG and is recognised without being read: pictures
//! of other formats and compressed bodies.

use std::fmt;

/// A form of data that is recognised and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnreadableForm {
    /// A WebP picture.
    Webp,
    /// A GIF picture.
    Gif,
    /// A Windows bitmap.
    Bmp,
    /// An SVG drawing.
    Svg,
    /// An AVIF or HEIF picture.
    Avif,
    /// A TIFF picture.
    Tiff,
    /// A Windows icon.
    Icon,
    /// A PDF document.
    Pdf,
    /// A body that is compressed although the request asked for one that is not.
    Compressed,
}

impl UnreadableForm {
    /// Judges by the first bytes, which every one of these formats has of its own; about SVG, by
    /// its root element.
    #[must_use]
    pub fn of(data: &[u8]) -> Option<Self> {
        if let Some(form) = of_signature(data) {
            return Some(form);
        }
        // Almost every body is JSON, and is not gone through for this.
        let start = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
        if !start.trim_ascii_start().starts_with(b"<") {
            return None;
        }
        let text = std::str::from_utf8(start).ok()?;
        is_svg(text).then_some(Self::Svg)
    }

    /// A sentence for the operator of the instance: what came, and what to do.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Webp => {
                "the gateway sent the QR code as a WebP picture, and only PNG and JPEG are read: ask it for another form"
            }
            Self::Gif => {
                "the gateway sent the QR code as a GIF picture, and only PNG and JPEG are read: ask it for another form"
            }
            Self::Bmp => {
                "the gateway sent the QR code as a BMP picture, and only PNG and JPEG are read: ask it for another form"
            }
            Self::Svg => {
                "the gateway sent the QR code as an SVG drawing, and only PNG and JPEG are read: ask it for another form"
            }
            Self::Avif => {
                "the gateway sent the QR code as an AVIF or HEIF picture, and only PNG and JPEG are read: ask it for another form"
            }
            Self::Tiff => {
                "the gateway sent the QR code as a TIFF picture, and only PNG and JPEG are read: ask it for another form"
            }
            Self::Icon => {
                "the gateway sent the QR code as a Windows icon, and only PNG and JPEG are read: ask it for another form"
            }
            Self::Pdf => {
                "the gateway sent a PDF document, and only PNG and JPEG are read: ask it for another form"
            }
            Self::Compressed => {
                "the gateway's answer is compressed although the request asked for one that is not: check whether a proxy stands in between"
            }
        }
    }
}

impl fmt::Display for UnreadableForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

fn of_signature(data: &[u8]) -> Option<UnreadableForm> {
    use UnreadableForm as Form;
    let at = |offset: usize, expected: &[u8]| {
        data.get(offset..)
            .is_some_and(|rest| rest.starts_with(expected))
    };
    if at(0, b"RIFF") && at(8, b"WEBP") {
        Some(Form::Webp)
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some(Form::Gif)
    } else if at(0, b"BM") && at(6, &[0; 4]) {
        // Two letters alone are no signature; the four bytes that the format reserves are zero.
        Some(Form::Bmp)
    } else if at(4, b"ftyp")
        && [&b"avif"[..], b"avis", b"mif1", b"heic", b"heix"]
            .iter()
            .any(|brand| at(8, brand))
    {
        Some(Form::Avif)
    } else if at(0, b"II*\0") || at(0, b"MM\0*") {
        Some(Form::Tiff)
    } else if at(0, &[0, 0, 1, 0]) {
        Some(Form::Icon)
    } else if at(0, b"%PDF-") {
        Some(Form::Pdf)
    } else if at(0, &[0x1f, 0x8b]) || at(0, &[0x28, 0xb5, 0x2f, 0xfd]) {
        // gzip and Zstandard. Brotli and deflate have no signature: their header tells.
        Some(Form::Compressed)
    } else {
        None
    }
}

/// Whether the first element of an XML text is `svg`. A page that draws one has another before it.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start();
    // The XML declaration, comments and the document type may come first.
    while let Some(after) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!")) {
        if names_html(after) {
            return false;
        }
        let comment = after
            .strip_prefix("--")
            .map(|inner| inner.split_once("-->"));
        let end = comment.unwrap_or_else(|| after.split_once('>'));
        let Some((_, next)) = end else {
            return false;
        };
        rest = next.trim_start();
    }
    let Some((name, after)) = rest
        .strip_prefix('<')
        .and_then(|name| name.split_at_checked(3))
    else {
        return false;
    };
    name.eq_ignore_ascii_case("svg")
        && after
            .starts_with(|character: char| character.is_whitespace() || ">/".contains(character))
}

/// Whether a declaration says that the text is a page, whatever its first element is.
fn names_html(declaration: &str) -> bool {
    let start = declaration.get(..12).unwrap_or_default();
    start.eq_ignore_ascii_case("doctype html")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use UnreadableForm as Form;

    /// The first bytes of each format, as its specification gives them.
    pub(crate) const SAMPLES: &[(&[u8], UnreadableForm)] = &[
        (b"RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0", Form::Webp),
        (b"GIF87a\x01\0\x01\0\0\0\0;", Form::Gif),
        (b"GIF89a\x01\0\x01\0\0\0\0;", Form::Gif),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", Form::Bmp),
        (b"\0\0\0\x1cftypavif\0\0\0\0", Form::Avif),
        (b"\0\0\0\x18ftypheic\0\0\0\0", Form::Avif),
        (b"II*\0\x08\0\0\0\0\0\0\0", Form::Tiff),
        (b"MM\0*\0\0\0\x08\0\0\0\0", Form::Tiff),
        (b"\0\0\x01\0\x01\0\x10\x10\0\0\0\0", Form::Icon),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", Form::Pdf),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\x56", Form::Compressed),
        (b"\x28\xb5\x2f\xfd\x04\x58\x41\0\0\0\0\0", Form::Compressed),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Form::Svg),
        (b"\xef\xbb\xbf\n<SVG><path d='M0'/></SVG>", Form::Svg),
        (
            b"<?xml version='1.0'?>\n<!-- a > b --><!DOCTYPE svg>\n<svg width='1'></svg>",
            Form::Svg,
        ),
    ];

    #[test]
    fn each_form_is_known_by_its_beginning_and_named() {
        for (data, form) in SAMPLES {
            assert_eq!(Form::of(data), Some(*form), "{data:?}");
            assert!(!form.message().contains("base_url"), "{form}");
        }
        assert!(Form::Webp.message().contains("WebP"));
        assert!(Form::Compressed.message().contains("compressed"));
    }

    #[test]
    fn what_is_read_or_says_nothing_is_no_such_form() {
        for data in [
            &b""[..],
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0",
            b"BM",
            b"BMW is connected already",
            b"RIFF\0\0\0\0WAVE",
            b"GIF",
            b"{\"value\":\"GIF89a\"}",
            b"2@abc,def",
            b"<html><svg></svg></html>",
            b"<!DOCTYPE html><svg/>",
            b"<svgs/>",
            b"<svg",
            b"<!-- <svg/>",
            b"\x1f",
        ] {
            assert_eq!(Form::of(data), None, "{data:?}");
        }
    }
}
