use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

use pairing_core::{
    Capabilities, EventKind, PairingCode, PairingMethod, PairingOutcome, PasskeyStep, PhoneCode,
    ProviderError, ProviderErrorKind, QrImage, QrText,
};
use pairing_qr::QrMatrix;

use super::*;
use crate::texts::Language;

/// About as long as WhatsApp's own: 57 modules a side.
const TEXT: &str = "2@mV4nB7cX0zL1kJ2hG3fD4sA5pO6iU7yT8rE9wQ,aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcd=,\
                    eFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFgHiJk=,lMnOpQrStUvWxYz0123456789aBcDeFgHiJ\
                    kLmNoPqRsTuVwXyZ0123456789aBcDeFgHiJkLmNoPqRsTuVwXyZ0=";

/// A terminal that interprets what is written to it.
#[derive(Clone)]
struct Terminal(Arc<Mutex<vt100::Parser>>);

impl Terminal {
    fn new(size: Size) -> Self {
        let cells = |count: usize| NonZero::new(u16::try_from(count).unwrap()).unwrap();
        let parser = vt100::Parser::new(cells(size.rows), cells(size.columns), 100);
        Self(Arc::new(Mutex::new(parser)))
    }

    fn contents(&self) -> String {
        self.0.lock().unwrap().screen().contents()
    }

    fn is_alternate(&self) -> bool {
        self.0.lock().unwrap().screen().alternate_screen()
    }

    fn hides_cursor(&self) -> bool {
        self.0.lock().unwrap().screen().hide_cursor()
    }
}

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().process(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const ROOMY: Size = Size {
    columns: 100,
    rows: 45,
};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn wording() -> Wording {
    Wording {
        texts: Language::En.texts(),
        provider: "Some gateway".to_owned(),
        can_ask: true,
    }
}

fn picture() -> Picture {
    Picture {
        title: None,
        wording: wording(),
        colors: QrColors::LightModules,
        view: None,
        code: None,
        retrying: None,
        saved: None,
    }
}

/// The view after these events.
fn view(kinds: impl IntoIterator<Item = EventKind>) -> PairingView {
    let mut view = PairingView::new(PairingMethod::Qr, 3, Capabilities::none());
    for (kind, seq) in kinds.into_iter().zip(1..) {
        view.apply(&PairingEvent {
            kind,
            seq,
            round: 1,
            attempt: 1,
        });
    }
    view
}

fn ready(code: impl Into<PairingCode>) -> EventKind {
    EventKind::CodeReady {
        expires_at: at(20),
        expiry: Expiry::UpperBound,
        code: code.into(),
    }
}

fn retrying(seconds: u64) -> EventKind {
    EventKind::Retrying {
        retry_at: at(seconds),
        error: ProviderError::from(ProviderErrorKind::TimedOut).report(),
    }
}

fn qr() -> EventKind {
    ready(QrText::new(TEXT).unwrap())
}

fn shown(picture: &Picture, size: Size, now: SystemTime) -> String {
    let lines = picture.lines(size, now);
    assert!(lines.len() <= size.rows, "{} rows", lines.len());
    for line in &lines {
        let width = line.chars().count();
        assert!(width <= size.columns, "{width} columns: {line}");
    }
    lines.join("\n")
}

fn is_drawn(text: &str) -> bool {
    text.contains(['█', '▀', '▄'])
}

/// Every module of the code, read back from half blocks.
fn assert_holds(screen: &str, matrix: &QrMatrix) {
    let rows: Vec<Vec<bool>> = screen
        .lines()
        .map(|line| line.chars().collect::<Vec<_>>())
        .flat_map(|line| {
            let upper = line.iter().map(|c| matches!(c, '█' | '▀')).collect();
            let lower = line.iter().map(|c| matches!(c, '█' | '▄')).collect();
            [upper, lower]
        })
        .collect();
    let wanted: Vec<Vec<bool>> = matrix
        .rows()
        .map(|row| row.iter().map(|dark| !dark).collect())
        .collect();
    let found = (0..rows.len()).any(|y| {
        (0..8).any(|x| {
            wanted.iter().enumerate().all(|(dy, row)| {
                rows.get(y + dy)
                    .and_then(|line: &Vec<bool>| line.get(x..x + row.len()))
                    .is_some_and(|line| line == row)
            })
        })
    });
    assert!(found, "no such code in\n{screen}");
}

#[test]
fn a_window_with_room_shows_the_whole_code_and_its_life_below() {
    let mut picture = picture();
    picture.take(&view([qr()]), at(0));
    let text = shown(&picture, ROOMY, at(8));
    assert_holds(&text, &QrMatrix::encode(TEXT).unwrap());
    assert!(text.starts_with("On the phone"), "{text}");
    assert!(
        text.ends_with("Valid for at most 12 s · code 1 of 3"),
        "{text}"
    );
}

#[test]
fn a_picture_is_drawn_like_a_text() {
    let matrix = QrMatrix::encode(TEXT).unwrap();
    let mut picture = picture();
    let image = QrImage::new(matrix.to_png(4).unwrap()).unwrap();
    picture.take(&view([ready(image)]), at(0));
    assert_holds(&shown(&picture, ROOMY, at(0)), &matrix);
}

#[test]
fn an_unreadable_picture_says_what_to_do() {
    let mut picture = picture();
    let image = QrImage::new(*b"\x89PNG\r\n\x1a\nbroken").unwrap();
    picture.take(&view([ready(image)]), at(0));
    let text = shown(&picture, ROOMY, at(0));
    assert!(!is_drawn(&text) && text.contains("--save-qr"), "{text}");
}

#[test]
fn a_low_and_wide_window_has_the_words_beside_the_code() {
    let mut picture = picture();
    picture.take(&view([qr()]), at(0));
    let size = Size {
        columns: 120,
        rows: 31,
    };
    let text = shown(&picture, size, at(8));
    assert_holds(&text, &QrMatrix::encode(TEXT).unwrap());
    assert!(text.contains("Valid for at most 12 s"), "{text}");
}

#[test]
fn every_window_shows_a_whole_code_or_none_and_names_the_size_that_is_enough() {
    let matrix = QrMatrix::encode(TEXT).unwrap();
    let mut picture = picture();
    picture.title = Some("A title of some length that is wrapped in a narrow window".to_owned());
    picture.take(&view([qr()]), at(0));
    let mut refused = 0;
    for columns in (1..140).step_by(3) {
        for rows in (1..50).step_by(2) {
            let text = shown(&picture, Size { columns, rows }, at(0));
            if is_drawn(&text) {
                assert_holds(&text, &matrix);
            } else {
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
    let small = Size {
        columns: 80,
        rows: 24,
    };
    let text = shown(&picture, small, at(0)).replace('\n', " ");
    let numbers: Vec<usize> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect();
    let enough = Size {
        columns: numbers[0],
        rows: numbers[1],
    };
    assert_eq!(numbers[2..4], [80, 24]);
    assert!(text.contains("--save-qr") && text.contains("--method phone"));
    assert!(is_drawn(&shown(&picture, enough, at(0))));
}

#[test]
fn a_code_leaves_the_screen_when_it_dies_even_without_its_event() {
    let mut picture = picture();
    picture.take(&view([qr()]), at(0));
    assert!(is_drawn(&shown(&picture, ROOMY, at(19))));
    assert!(!is_drawn(&shown(&picture, ROOMY, at(20))));
    assert!(!is_drawn(&shown(&picture, ROOMY, at(500))));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_lengthens_no_countdown() {
    let hour = Duration::from_secs(3600);
    let mut picture = picture();
    picture.take(&view([qr()]), at(0));
    picture.take(&view([qr(), retrying(9)]), at(0));
    tokio::time::advance(Duration::from_secs(8)).await;
    let text = shown(&picture, ROOMY, at(8) - hour);
    assert!(text.contains("Valid for at most 12 s"), "{text}");
    assert!(text.contains("Trying again in 1 s."), "{text}");
    tokio::time::advance(Duration::from_secs(12)).await;
    assert!(!is_drawn(&shown(&picture, ROOMY, at(20) - hour)));
    assert_eq!(picture.fresh_for(at(20) - hour), None);
}

#[test]
fn whatever_happens_next_takes_the_code_off_the_screen() {
    for kind in [
        EventKind::CodeExpired,
        EventKind::InteractionRequired,
        EventKind::Starting,
        EventKind::Linking,
        EventKind::PasskeyRequired {
            step: PasskeyStep::new(),
        },
        EventKind::Linked { phone: None },
        EventKind::Preparing {
            method: PairingMethod::Qr,
        },
        EventKind::Finished {
            outcome: PairingOutcome::Cancelled,
        },
    ] {
        let mut picture = picture();
        picture.take(&view([qr()]), at(0));
        picture.take(&view([qr(), kind.clone()]), at(0));
        assert!(!is_drawn(&shown(&picture, ROOMY, at(1))), "{kind:?}");
    }
}

#[test]
fn each_step_between_a_code_and_a_link_has_words() {
    let phone = "+5511999998888".parse().unwrap();
    for (kind, words) in [
        (EventKind::Starting, "Some gateway is starting the instance"),
        (EventKind::Linking, "keep WhatsApp open"),
        (
            EventKind::Linked { phone: Some(phone) },
            "stays so…\nNumber: +5511999998888",
        ),
    ] {
        let mut picture = picture();
        picture.take(&view([qr(), kind]), at(0));
        let text = shown(&picture, ROOMY, at(0));
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_passkey_says_where_to_go_on_or_what_to_compare_and_that_it_is_waited_for() {
    let words = |step: PasskeyStep| {
        let mut picture = picture();
        picture.take(&view([qr(), EventKind::PasskeyRequired { step }]), at(0));
        let text = shown(&picture, ROOMY, at(0));
        assert!(text.contains("as soon as the number is linked"), "{text}");
        assert!(text.contains("Press Enter for new codes"), "{text}");
        text
    };
    let dashboard = "Some gateway's own dashboard";
    assert!(words(PasskeyStep::new()).contains(dashboard));
    let url = "https://gateway.example/passkey?id=0123456789";
    let step = PasskeyStep::new()
        .with_url(url)
        .with_confirmation_code("1234-5678");
    let text = words(step);
    assert!(text.lines().any(|line| line == url), "{text}");
    assert!(text.contains("only if it is 1234-5678"), "{text}");
    assert!(!text.contains(dashboard), "{text}");
}

#[test]
fn a_failing_request_leaves_the_live_code_and_says_when_it_is_repeated() {
    let mut picture = picture();
    picture.take(&view([qr()]), at(0));
    picture.take(&view([qr(), retrying(5)]), at(0));
    let text = shown(&picture, ROOMY, at(2));
    assert!(
        is_drawn(&text) && text.contains("Trying again in 3 s."),
        "{text}"
    );
}

#[test]
fn a_phone_code_stands_alone_with_its_minutes_and_no_count() {
    let method = PairingMethod::PhoneCode("+5511999998888".parse().unwrap());
    let mut picture = picture();
    let code = ready(PhoneCode::new("ABCD1234").unwrap());
    picture.take(&view([EventKind::Preparing { method }, code]), at(0));
    let text = shown(&picture, ROOMY, at(0));
    assert!(text.contains("\n    ABCD-1234\n"), "{text}");
    assert!(
        text.contains("+5511999998888") && !text.contains("of 3"),
        "{text}"
    );
}

#[test]
fn the_countdown_asks_to_be_drawn_again_at_every_full_second_and_no_oftener() {
    let mut picture = picture();
    assert_eq!(picture.fresh_for(at(0)), None);
    picture.take(&view([qr()]), at(0));
    assert_eq!(picture.fresh_for(at(3)), Some(Duration::from_secs(1)));
    let between = at(3) + Duration::from_millis(400);
    assert_eq!(picture.fresh_for(between), Some(Duration::from_millis(600)));
    assert_eq!(picture.fresh_for(at(20)), None);
}

#[test]
fn the_terminal_is_its_old_self_afterwards_and_keeps_no_code() {
    let mut terminal = Terminal::new(ROOMY);
    write!(terminal, "$ pairing link\r\n").unwrap();
    let before = terminal.contents();
    let mut screen = Screen::open(
        terminal.clone(),
        wording(),
        QrColors::BlackOnWhite,
        None,
        || ROOMY,
    )
    .unwrap_or_else(|error| panic!("{error}"));
    screen.picture.take(&view([qr()]), at(0));
    screen.refresh(at(0)).unwrap();
    assert!(terminal.is_alternate() && terminal.hides_cursor());
    assert_holds(&terminal.contents(), &QrMatrix::encode(TEXT).unwrap());

    screen.suspend().unwrap();
    assert_eq!(terminal.contents(), before);
    screen.resume(at(30)).unwrap();
    assert!(!is_drawn(&terminal.contents()));

    drop(screen);
    assert_eq!(terminal.contents(), before);
    assert!(!terminal.is_alternate() && !terminal.hides_cursor());
}

#[test]
fn a_full_window_does_not_scroll_and_a_new_frame_leaves_nothing_of_the_last() {
    let size = Size {
        columns: 12,
        rows: 3,
    };
    let terminal = Terminal::new(size);
    let mut screen = super::super::terminal::AlternateScreen::for_tests(terminal.clone());
    let lines = ["twelve chars", "second", "third"].map(str::to_owned);
    screen.draw(&lines, size).unwrap();
    assert_eq!(terminal.contents(), "twelve chars\nsecond\nthird");
    screen.draw(&["short".to_owned()], size).unwrap();
    assert_eq!(terminal.contents(), "short");
}
