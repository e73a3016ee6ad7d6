//! Events as bytes of a server-sent event stream, made once for all viewers of a pairing.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use pairing_core::{EventKind, PairingCode, PairingEvent, PairingMethod};
use pairing_qr::{QrMatrix, read_pairing_text};
use serde::Serialize;
use zeroize::Zeroizing;

use super::deadline::{Deadline, Now};
use super::summary::CodelessEvent;

/// One event and what a page needs besides. Its bytes are wiped when the last viewer has them.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) seq: u64,
    pub(super) bytes: Bytes,
    /// It holds a code, which is a login secret until then.
    pub(super) ends: Option<Deadline>,
    /// It begins a round: whoever has it needs nothing of before.
    pub(super) begins_round: bool,
    /// It changes nothing about what is on screen.
    pub(super) is_aside: bool,
    pub(super) is_last: bool,
}

/// How to draw a QR code, so that no page needs a library for it.
#[derive(Serialize)]
struct Drawing<'a> {
    seq: u64,
    width: usize,
    /// A bit for each module, row by row, the highest of a byte first; 1 is dark.
    modules: &'a str,
}

/// In the place of a code that cannot be shown.
#[derive(Serialize)]
struct WithoutCode {
    #[serde(flatten)]
    event: CodelessEvent,
    code: Unreadable,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename = "unreadable")]
struct Unreadable {}

impl Frame {
    /// `session` tells the ids of one session from those of another, and `ends` when the code of
    /// the event dies. Decodes and draws, which for a picture may take a second: of one that has
    /// died by `now`, in the line before it was read, nothing is drawn, so that those behind it
    /// are still alive.
    ///
    /// A picture in which no pairing code can be read is not handed on. It could be anything: too
    /// large for a phone to unpack, a payment, or words in the place where people expect to be told
    /// what to do.
    pub(super) fn of(
        event: &PairingEvent,
        session: &str,
        method: &PairingMethod,
        ends: Option<Deadline>,
        now: Now,
    ) -> Self {
        let mut text = Zeroizing::new(Vec::with_capacity(capacity(event)));
        // Writing to memory does not fail; an event that could not be told in JSON (a moment
        // beyond the year 9999) is left out of the stream rather than ending it.
        let _ = writeln!(text, "id: {session}-{}", event.seq);
        match &event.kind {
            EventKind::CodeReady { code, .. } if code.is_qr() => {
                let is_dead = ends.is_some_and(|ends| ends.has_passed(now));
                let is_worth_it = !is_dead || !is_picture(code);
                let drawing = if is_worth_it { draw(code) } else { None };
                if let Some((width, modules)) = drawing {
                    let drawing = Drawing {
                        seq: event.seq,
                        width,
                        modules: &modules,
                    };
                    data(&mut text, event);
                    named(&mut text, "qr", &drawing);
                } else {
                    let told = WithoutCode {
                        event: event.clone().into(),
                        code: Unreadable {},
                    };
                    data(&mut text, &told);
                }
            }
            EventKind::Preparing => {
                data(&mut text, event);
                named(&mut text, "method", method);
            }
            _ => data(&mut text, event),
        }
        Self {
            seq: event.seq,
            bytes: Bytes::from_owner(text),
            ends,
            begins_round: matches!(event.kind, EventKind::Preparing),
            is_aside: matches!(event.kind, EventKind::Retrying { .. }),
            is_last: event.outcome().is_some(),
        }
    }
}

/// Enough for the whole text, so that it does not move and leave copies behind.
fn capacity(event: &PairingEvent) -> usize {
    const DRAWING_AND_NUMBERS: usize = 6 * 1024;
    match &event.kind {
        EventKind::CodeReady {
            code: PairingCode::QrImage { image },
            ..
        } => DRAWING_AND_NUMBERS + image.expose().len() / 3 * 4,
        EventKind::CodeReady {
            code: PairingCode::QrText { text },
            ..
        } => DRAWING_AND_NUMBERS + text.expose().len() * 2,
        _ => 512,
    }
}

fn is_picture(code: &PairingCode) -> bool {
    matches!(code, PairingCode::QrImage { .. })
}

/// How wide, and the modules.
fn draw(code: &PairingCode) -> Option<(usize, Zeroizing<String>)> {
    let matrix = match code {
        PairingCode::QrText { text } => QrMatrix::encode(text.expose()).ok()?,
        PairingCode::QrImage { image } => {
            let text = read_pairing_text(image).ok()?;
            QrMatrix::encode(text.expose()).ok()?
        }
        PairingCode::PhoneCode { .. } => return None,
    };
    let width = matrix.width();
    let mut bits = Zeroizing::new(vec![0_u8; (width * width).div_ceil(8)]);
    for (index, dark) in matrix.rows().flatten().enumerate() {
        if *dark {
            bits[index / 8] |= 0x80 >> (index % 8);
        }
    }
    Some((width, Zeroizing::new(STANDARD.encode(&*bits))))
}

/// An unnamed event.
fn data(text: &mut Vec<u8>, value: &impl Serialize) {
    text.extend_from_slice(b"data: ");
    // Our own JSON has no line break in it.
    let _ = serde_json::to_writer(&mut *text, value);
    text.extend_from_slice(b"\n\n");
}

fn named(text: &mut Vec<u8>, name: &str, value: &impl Serialize) {
    let _ = writeln!(text, "event: {name}");
    data(text, value);
}

/// Appends what is in these bytes of a stream to a JSON array: `{"name":…,"data":…}` for each message.
pub(super) fn append_messages(array: &mut Vec<u8>, stream: &[u8]) {
    let mut name: &[u8] = b"message";
    // Our own JSON has no line break in it.
    for line in stream.split(|byte| *byte == b'\n') {
        if let Some(named) = line.strip_prefix(b"event: ") {
            name = named;
        } else if let Some(data) = line.strip_prefix(b"data: ") {
            if array.last() == Some(&b'}') {
                array.push(b',');
            }
            for part in [b"{\"name\":\"", name, b"\",\"data\":", data, b"}"] {
                array.extend_from_slice(part);
            }
            name = b"message";
        }
    }
}

/// An event of the stream itself: `page`, `ping` or `closing`.
pub(super) fn notice(name: &str, value: &impl Serialize) -> Bytes {
    let mut text = Vec::with_capacity(256);
    named(&mut text, name, value);
    text.into()
}

/// RFC 3339 in UTC with milliseconds, like every moment in an event. Empty outside the years
/// 1970 to 9999, where no clock should be.
pub(crate) fn moment(at: SystemTime) -> String {
    let mut text = String::new();
    let _ = write!(text, "{}", humantime::format_rfc3339_millis(at));
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pairing_core::{Expiry, PhoneCode, QrImage, QrText};
    use tokio::time::Instant;

    use super::*;

    fn event(kind: EventKind) -> PairingEvent {
        PairingEvent {
            kind,
            seq: 4,
            round: 1,
            attempt: 1,
        }
    }

    fn dies() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn ready(code: impl Into<PairingCode>) -> PairingEvent {
        event(EventKind::CodeReady {
            expires_at: dies(),
            expiry: Expiry::UpperBound,
            code: code.into(),
        })
    }

    fn text(event: &PairingEvent) -> String {
        text_at(event, dies() - Duration::from_secs(20))
    }

    fn text_at(event: &PairingEvent, wall: SystemTime) -> String {
        let now = Now {
            instant: Instant::now(),
            wall,
        };
        let is_code = matches!(event.kind, EventKind::CodeReady { .. });
        let ends = is_code.then(|| Deadline::announced(dies(), now));
        let frame = Frame::of(event, "s", &PairingMethod::Qr, ends, now);
        String::from_utf8(frame.bytes.to_vec()).unwrap()
    }

    /// The modules of the drawing in a frame, as an independent reader of the contract would.
    fn modules(frame: &str) -> (usize, Vec<bool>) {
        let drawing = frame.split("event: qr\ndata: ").nth(1).unwrap();
        let drawing: serde_json::Value = serde_json::from_str(drawing.trim()).unwrap();
        assert_eq!(drawing["seq"], 4);
        let width = drawing["width"].as_u64().unwrap() as usize;
        let bytes = STANDARD
            .decode(drawing["modules"].as_str().unwrap())
            .unwrap();
        let bits = (0..width * width).map(|index| bytes[index / 8] & (0x80 >> (index % 8)) != 0);
        (width, bits.collect())
    }

    #[test]
    fn a_qr_code_comes_with_its_drawing_whether_text_or_picture() {
        let qr = "2@kYq0eXample,bm90IGEgcmVhbCBjb2Rl,MQ==";
        let matrix = QrMatrix::encode(qr).unwrap();
        let expected: Vec<bool> = matrix.rows().flatten().copied().collect();
        let from_text = text(&ready(QrText::new(qr).unwrap()));
        assert!(from_text.starts_with("id: s-4\ndata: {\"event\":\"code_ready\""));
        assert_eq!(modules(&from_text), (matrix.width(), expected.clone()));
        let picture = QrImage::new(matrix.to_png(4).unwrap()).unwrap();
        let from_picture = text(&ready(picture));
        assert_eq!(modules(&from_picture), (matrix.width(), expected));
    }

    #[test]
    fn a_picture_that_has_died_in_the_line_is_not_read() {
        let picture = QrMatrix::encode("2@a").unwrap().to_png(4).unwrap();
        let event = ready(QrImage::new(picture).unwrap());
        assert!(text(&event).contains("event: qr"));
        let dead = text_at(&event, dies());
        assert!(dead.contains(r#"{"kind":"unreadable"}"#) && !dead.contains("event: qr"));
    }

    #[test]
    fn a_phone_code_comes_without_a_drawing() {
        let text = text(&ready(PhoneCode::new("ABCD1234").unwrap()));
        assert!(text.contains("ABCD-1234") && text.ends_with("}\n\n"));
        assert!(!text.contains("event: qr"));
    }

    /// A white pixel: a picture, and no code in it.
    const WHITE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x01\0\0\0\0\x37\x6e\
        \xf9\x24\0\0\0\nIDATx\xdach\0\0\0\x82\0\x81\xda\x45\x08\x3b\0\0\0\0IEND\xaeB`\x82";

    /// 30,000 pixels a side, of which the first row is there.
    const ENORMOUS: &[u8] =
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x75\x30\0\0\x75\x30\x01\0\0\0\0\x4e\
        \x5c\xc5\x17\0\0\0\x1bIDATx\xda\xed\xc1\x21\x01\0\0\0\x02\x20\xff\x9f\xd6\x1b\x06\x20\x05\
        \0\0\x80\x1b\x03\x26\x56\x98\x2d\x92\xadU\xe3\0\0\0\0IEND\xaeB`\x82";

    #[test]
    fn a_picture_in_which_no_code_can_be_read_is_not_handed_on() {
        use pairing_qr::DecodeError::{Damaged, NoCode, TooLarge, TooManyBytes};
        let long = [WHITE, &vec![0; pairing_qr::MAX_PICTURE_BYTES]].concat();
        let (width, height) = (30_000, 30_000);
        for (picture, refusal) in [
            (WHITE, NoCode),
            (&WHITE[..40], Damaged),
            (ENORMOUS, TooLarge { width, height }),
            (&long, TooManyBytes { bytes: long.len() }),
        ] {
            assert_eq!(pairing_qr::decode(picture), Err(refusal));
            let text = text(&ready(QrImage::new(picture).unwrap()));
            let json = text.strip_prefix("id: s-4\ndata: ").unwrap();
            let told: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(told["code"], serde_json::json!({"kind": "unreadable"}));
            assert_eq!(
                (&told["event"], &told["seq"]),
                (&"code_ready".into(), &4.into())
            );
            assert!(text.len() < 300, "{text}");
        }
    }

    #[test]
    fn a_picture_of_another_qr_code_is_not_handed_on() {
        for says in ["undefined", "https://shop.example.com", "WIFI:T:WPA;S:a;;"] {
            let picture = QrMatrix::encode(says).unwrap().to_png(4).unwrap();
            let text = text(&ready(QrImage::new(picture).unwrap()));
            assert!(text.contains(r#"{"kind":"unreadable"}"#), "{says}");
            assert!(!text.contains("image/png") && !text.contains("event: qr"));
        }
    }

    #[test]
    fn the_buffer_of_a_code_never_moves() {
        let long = "2@".to_owned() + &"x".repeat(2_000);
        let matrix = QrMatrix::encode(&long).unwrap();
        for event in [
            ready(QrText::new(long).unwrap()),
            ready(QrImage::new(matrix.to_png(4).unwrap()).unwrap()),
        ] {
            assert!(text(&event).len() <= capacity(&event));
        }
    }

    #[test]
    fn a_round_says_which_method_it_is_of() {
        let text = text(&event(EventKind::Preparing));
        assert!(text.ends_with("event: method\ndata: {\"method\":\"qr\"}\n\n"));
        assert_eq!(text.matches("\n\n").count(), 2);
    }
}
