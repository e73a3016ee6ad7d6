//! Views as bytes of a server-sent event stream, made once for all viewers of a pairing.

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Range;
use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use pairing_core::{PairingCode, PairingView, Screen};
use pairing_qr::{QrMatrix, read_pairing_text};
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::deadline::{Deadline, Now};

/// A view and what a page needs besides. Its bytes are wiped when the last viewer has them.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) seq: u64,
    pub(super) bytes: Bytes,
    json: Range<usize>,
    /// It holds a code, which is a login secret until then.
    pub(super) ends: Option<Deadline>,
    pub(super) is_last: bool,
    drawn: Option<Arc<Drawn>>,
}

/// A code and how to draw it, for all views that show it.
pub(super) struct Drawn {
    code: PairingCode,
    /// `None` for a code to type, and for a picture in which no pairing code can be read.
    drawing: Option<(usize, Zeroizing<String>)>,
}

/// A view as viewers get it.
#[derive(Serialize)]
struct Message<'a> {
    #[serde(flatten)]
    view: &'a PairingView,
    #[serde(skip_serializing_if = "Option::is_none")]
    drawing: Option<Drawing<'a>>,
}

/// How to draw a QR code, so that no page needs a library for it.
#[derive(Serialize)]
struct Drawing<'a> {
    width: usize,
    /// A bit for each module, row by row, the highest of a byte first; 1 is dark.
    modules: &'a str,
}

impl Drawn {
    /// Decodes and draws, which for a picture may take a second. `is_dead`: a picture is not read.
    fn of(code: &PairingCode, is_dead: bool) -> Self {
        let drawing = if is_dead && is_picture(code) {
            None
        } else {
            draw(code)
        };
        Self {
            code: code.clone(),
            drawing,
        }
    }

    pub(super) fn is_of(&self, code: &PairingCode) -> bool {
        self.code == *code
    }

    fn drawing(&self) -> Option<Drawing<'_>> {
        let (width, modules) = self.drawing.as_ref()?;
        Some(Drawing {
            width: *width,
            modules,
        })
    }

    /// A picture in which no pairing code can be read is not handed on. It could be anything: too
    /// large for a phone to unpack, a payment, or words in the place where people expect
    /// instructions.
    fn is_unreadable(&self) -> bool {
        self.code.is_qr() && self.drawing.is_none()
    }

    fn len(&self) -> usize {
        let drawing = self
            .drawing
            .as_ref()
            .map_or(0, |(_, modules)| modules.len());
        let code = match &self.code {
            PairingCode::QrImage { image } => image.expose().len() / 3 * 4,
            PairingCode::QrText { text } => text.expose().len() * 2,
            PairingCode::PhoneCode { .. } => 0,
        };
        drawing + code
    }
}

impl Frame {
    /// `session` tells the ids of one session from those of another, and `ends` when the code of
    /// the view dies. `before` is what was drawn last. Of a picture that has died by `now`, in the
    /// line before it was read, nothing is drawn, so that those behind it are still alive.
    pub(super) fn of(
        view: &PairingView,
        session: &str,
        ends: Option<Deadline>,
        now: Now,
        before: Option<Arc<Drawn>>,
    ) -> Self {
        let is_dead = ends.is_some_and(|ends| ends.has_passed(now));
        let drawn = view.code().map(|code| {
            let known = before.filter(|drawn| drawn.is_of(code));
            known.unwrap_or_else(|| Arc::new(Drawn::of(code, is_dead)))
        });
        let mut text = Zeroizing::new(Vec::with_capacity(capacity(view, drawn.as_deref())));
        // Writing to memory does not fail; a view that cannot be written as JSON (a moment beyond
        // the year 9999) leaves its message empty rather than ending the stream.
        let _ = write!(text, "id: {session}-{}\nevent: view\ndata: ", view.seq);
        let start = text.len();
        let _ = match drawn.as_deref() {
            Some(drawn) if drawn.is_unreadable() => {
                serde_json::to_writer(&mut *text, &without_code(view))
            }
            drawn => serde_json::to_writer(
                &mut *text,
                &Message {
                    view,
                    drawing: drawn.and_then(Drawn::drawing),
                },
            ),
        };
        let json = start..text.len();
        text.extend_from_slice(b"\n\n");
        Self {
            seq: view.seq,
            bytes: Bytes::from_owner(text),
            json,
            ends,
            is_last: view.outcome().is_some(),
            drawn,
        }
    }

    /// The view alone.
    pub(super) fn json(&self) -> &[u8] {
        self.bytes.get(self.json.clone()).unwrap_or_default()
    }

    pub(super) fn drawn(&self) -> Option<&Arc<Drawn>> {
        self.drawn.as_ref()
    }
}

/// Enough for the whole text, so that it does not move and leave copies behind.
fn capacity(view: &PairingView, drawn: Option<&Drawn>) -> usize {
    const NUMBERS: usize = 1024;
    let retrying = view.retrying.as_ref();
    let message = retrying.map_or(0, |retrying| retrying.error.message.len() * 2);
    let step = match &view.screen {
        Screen::PasskeyRequired { step } => {
            let parts = [step.url(), step.confirmation_code()];
            parts.iter().flatten().map(|part| part.len() * 2).sum()
        }
        _ => 0,
    };
    NUMBERS + message + step + drawn.map_or(0, Drawn::len)
}

/// The view of a code that cannot be shown.
fn without_code(view: &PairingView) -> serde_json::Value {
    let mut empty = view.clone();
    let shown = std::mem::replace(&mut empty.screen, Screen::Preparing);
    let mut json = json!(empty);
    if let Screen::Code {
        expires_at, expiry, ..
    } = shown
    {
        json["screen"] = json!({
            "kind": "code",
            "expires_at": moment(expires_at),
            "expiry": expiry,
            "code": {"kind": "unreadable"},
        });
    }
    json
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

/// An event of the stream itself: `page`, `ping` or `closing`.
pub(super) fn notice(name: &str, value: &impl Serialize) -> Bytes {
    let mut text = Vec::with_capacity(256);
    let _ = write!(text, "event: {name}\ndata: ");
    // Our own JSON has no line break in it.
    let _ = serde_json::to_writer(&mut text, value);
    text.extend_from_slice(b"\n\n");
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

    use pairing_core::{
        Capabilities, EventKind, Expiry, PairingEvent, PairingMethod, PasskeyStep, PhoneCode,
        ProviderError, ProviderErrorKind, QrImage, QrText,
    };
    use tokio::time::Instant;

    use super::*;

    /// The view after an event, the fourth.
    fn view(kind: EventKind) -> PairingView {
        let mut view = PairingView::new(PairingMethod::Qr, 3, Capabilities::none());
        apply(&mut view, kind, 4);
        view
    }

    fn apply(view: &mut PairingView, kind: EventKind, seq: u64) {
        view.apply(&PairingEvent {
            kind,
            seq,
            round: 1,
            attempt: 1,
        });
    }

    fn dies() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn ready(code: impl Into<PairingCode>) -> PairingView {
        view(EventKind::CodeReady {
            expires_at: dies(),
            expiry: Expiry::UpperBound,
            code: code.into(),
        })
    }

    /// With as long a link as core takes.
    fn passkey_view() -> PairingView {
        let link = format!("https://gateway.example/{}", "\"".repeat(2_000));
        let step = PasskeyStep::new()
            .with_url(link)
            .with_confirmation_code("12345678");
        assert!(step.url().is_some());
        view(EventKind::PasskeyRequired { step })
    }

    fn text(view: &PairingView) -> String {
        text_at(view, dies() - Duration::from_secs(20))
    }

    fn text_at(view: &PairingView, wall: SystemTime) -> String {
        let frame = frame_at(view, wall, None);
        let json = std::str::from_utf8(frame.json()).unwrap();
        let text = String::from_utf8(frame.bytes.to_vec()).unwrap();
        assert_eq!(
            text,
            format!("id: s-{}\nevent: view\ndata: {json}\n\n", view.seq)
        );
        json.to_owned()
    }

    fn frame_at(view: &PairingView, wall: SystemTime, before: Option<Arc<Drawn>>) -> Frame {
        let now = Now {
            instant: Instant::now(),
            wall,
        };
        let ends = view.code().map(|_| Deadline::announced(dies(), now));
        Frame::of(view, "s", ends, now, before)
    }

    /// The modules of the drawing in a view, as an independent reader of the contract would.
    fn modules(json: &str) -> (usize, Vec<bool>) {
        let view: serde_json::Value = serde_json::from_str(json).unwrap();
        let drawing = &view["drawing"];
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
        assert_eq!(modules(&from_text), (matrix.width(), expected.clone()));
        let picture = QrImage::new(matrix.to_png(4).unwrap()).unwrap();
        let from_picture = text(&ready(picture));
        assert_eq!(modules(&from_picture), (matrix.width(), expected));
    }

    #[test]
    fn a_picture_that_has_died_in_the_line_is_not_read() {
        let picture = QrMatrix::encode("2@a").unwrap().to_png(4).unwrap();
        let view = ready(QrImage::new(picture).unwrap());
        assert!(text(&view).contains("drawing"));
        let dead = text_at(&view, dies());
        assert!(dead.contains(r#"{"kind":"unreadable"}"#) && !dead.contains("drawing"));
    }

    #[test]
    fn a_phone_code_comes_without_a_drawing() {
        let text = text(&ready(PhoneCode::new("ABCD1234").unwrap()));
        assert!(text.contains("ABCD-1234") && !text.contains("drawing"));
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
            let frame: serde_json::Value = serde_json::from_str(&text).unwrap();
            let screen = &frame["screen"];
            assert_eq!(screen["code"], json!({"kind": "unreadable"}));
            assert_eq!(
                (&screen["kind"], &frame["seq"]),
                (&"code".into(), &4.into())
            );
            assert!(text.len() < 400, "{text}");
        }
    }

    #[test]
    fn a_picture_of_another_qr_code_is_not_handed_on() {
        for says in ["undefined", "https://shop.example.com", "WIFI:T:WPA;S:a;;"] {
            let picture = QrMatrix::encode(says).unwrap().to_png(4).unwrap();
            let text = text(&ready(QrImage::new(picture).unwrap()));
            assert!(text.contains(r#"{"kind":"unreadable"}"#), "{says}");
            assert!(!text.contains("image/png") && !text.contains("drawing"));
        }
    }

    #[test]
    fn a_code_that_stays_is_not_drawn_again() {
        let picture = QrMatrix::encode("2@a").unwrap().to_png(4).unwrap();
        let mut view = ready(QrImage::new(picture).unwrap());
        let wall = dies() - Duration::from_secs(20);
        let first = frame_at(&view, wall, None);
        let retrying = EventKind::Retrying {
            retry_at: dies(),
            error: ProviderError::from(ProviderErrorKind::TimedOut).report(),
        };
        apply(&mut view, retrying, 5);
        let second = frame_at(&view, wall, first.drawn().cloned());
        assert!(Arc::ptr_eq(first.drawn().unwrap(), second.drawn().unwrap()));
        let modules_of = |frame: &Frame| modules(std::str::from_utf8(frame.json()).unwrap());
        assert_eq!(modules_of(&first), modules_of(&second));
        let other = ready(QrText::new("2@b").unwrap());
        let third = frame_at(&other, wall, second.drawn().cloned());
        assert_ne!(modules_of(&second), modules_of(&third));
    }

    #[test]
    fn the_buffer_of_a_code_never_moves() {
        let long = "2@".to_owned() + &"x".repeat(2_000);
        let matrix = QrMatrix::encode(&long).unwrap();
        for view in [
            ready(QrText::new(long).unwrap()),
            ready(QrImage::new(matrix.to_png(4).unwrap()).unwrap()),
            passkey_view(),
        ] {
            let frame = frame_at(&view, dies() - Duration::from_secs(20), None);
            let drawn = frame.drawn().map(|drawn| &**drawn);
            assert!(frame.bytes.len() <= capacity(&view, drawn));
        }
    }
}
