//! What is drawn, in whatever form, reads back as the text it was drawn from.

mod common;

use common::{LINK_TEXT, SOCKET_TEXT, svg_picture, terminal_picture};
use pairing_qr::{EncodeError, MAX_TEXT_BYTES, QrMatrix, TerminalStyle, decode};
use proptest::prelude::*;

const TEXTS: [&str; 2] = [SOCKET_TEXT, LINK_TEXT];

#[test]
fn through_png() {
    for text in TEXTS {
        let matrix = QrMatrix::encode(text).unwrap();
        for pixels_per_module in [1, 2, 3, 8] {
            let png = matrix.to_png(pixels_per_module).unwrap();
            assert_eq!(decode(&png).as_deref(), Ok(text), "{pixels_per_module}");
        }
    }
}

#[test]
fn through_svg() {
    for text in TEXTS {
        let svg = QrMatrix::encode(text).unwrap().to_svg();
        let picture = svg_picture(&svg, 2);
        assert_eq!(decode(&picture.to_png()).as_deref(), Ok(text));
    }
}

#[test]
fn through_the_terminal_it_is_meant_for() {
    // Ink and paper of a dark and of a light terminal.
    for (inverted, ink, paper) in [(false, 210, 30), (true, 20, 250)] {
        for quiet_zone in [1, 2, 4] {
            for text in TEXTS {
                let style = TerminalStyle::default()
                    .with_inverted(inverted)
                    .with_quiet_zone(quiet_zone);
                let drawing = QrMatrix::encode(text).unwrap().to_terminal(style);
                let picture = terminal_picture(&drawing, ink, paper);
                assert_eq!(decode(&picture.to_png()).as_deref(), Ok(text), "{style:?}");
            }
        }
    }
}

#[test]
fn a_full_code() {
    let text: String = SOCKET_TEXT.chars().cycle().take(MAX_TEXT_BYTES).collect();
    let png = QrMatrix::encode(&text).unwrap().to_png(2).unwrap();
    assert_eq!(decode(&png), Ok(text));
}

#[test]
fn the_usual_texts_fit_the_usual_sizes() {
    // What the documentation says of them, and front ends rely on.
    let matrix = QrMatrix::encode(SOCKET_TEXT).unwrap();
    assert_eq!((SOCKET_TEXT.len(), matrix.width()), (237, 57));
    assert_eq!(TerminalStyle::default().size(&matrix), (65, 33));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_through_png(
        text in prop_oneof![
            "\\PC{1,120}",
            proptest::collection::vec(any::<char>(), 1..200).prop_map(String::from_iter),
            "[ -~]{1,2953}",
        ],
        pixels_per_module in 1..4_u32,
    ) {
        let png = QrMatrix::encode(&text).unwrap().to_png(pixels_per_module).unwrap();
        prop_assert_eq!(decode(&png), Ok(text));
    }

    #[test]
    fn a_text_is_drawn_exactly_if_it_fits(bytes in MAX_TEXT_BYTES - 20..MAX_TEXT_BYTES + 20) {
        let result = QrMatrix::encode(&"x".repeat(bytes));
        if bytes <= MAX_TEXT_BYTES {
            prop_assert!(result.is_ok());
        } else {
            prop_assert_eq!(result, Err(EncodeError::TooLong { bytes }));
        }
    }
}
