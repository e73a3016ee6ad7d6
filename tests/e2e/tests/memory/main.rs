//! After a pairing no credential and no code is left in what the libraries own: another process
//! links an instance, drops everything, and its memory is searched.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod pairing;
mod search;

use pairing::{Pairing, Screen, Transport};
use search::Found;

/// Every way to get a code: adapter, whether by phone code, and what is secret about it.
const WAYS: [(&str, bool, &[&str]); 5] = [
    (
        "zapi",
        false,
        &["QR text", "account token", "instance", "token"],
    ),
    (
        "zapi-image",
        false,
        &[
            "QR picture",
            "QR picture in base64",
            "account token",
            "instance",
            "token",
        ],
    ),
    (
        "zapi",
        true,
        &["account token", "instance", "phone code", "token"],
    ),
    (
        "megaapi",
        false,
        &["QR picture", "QR picture in base64", "instance", "token"],
    ),
    ("megaapi", true, &["instance", "phone code", "token"]),
];

#[tokio::test]
async fn no_credential_and_no_code_is_left_in_what_is_ours() {
    for (adapter, by_phone_code, secrets) in WAYS {
        let pairing = Pairing {
            adapter,
            by_phone_code,
            transport: Transport::Own,
            screen: Screen::Dark,
        };
        let what = format!("{adapter}, by phone code: {by_phone_code}");
        let searches = pairing.run().await;
        // Each was there while the code was on screen, and the search finds it.
        let during: Vec<_> = searches.during.into_keys().collect();
        assert_eq!(during, secrets, "{what}");
        assert_eq!(searches.after, Found::new(), "{what}");
    }
}

/// The modules are ours, one copy of the text is the drawing library's: `SECURITY.md` says so.
#[tokio::test]
async fn drawing_a_code_leaves_one_copy_of_its_text_and_no_module() {
    let pairing = Pairing {
        adapter: "zapi",
        by_phone_code: false,
        transport: Transport::Own,
        screen: Screen::Drawn,
    };
    let searches = pairing.run().await;
    // The drawing was dropped at once, and nobody has used its memory since.
    let during = searches.during;
    assert!(!during.contains_key("QR modules"), "{during:?}");
    let mut after = searches.after;
    let text = after.remove("QR text").unwrap_or_default();
    assert!(text <= searches.pieces_of_qr_text, "{text} pieces");
    assert_eq!(after, Found::new());
}

/// The bundled client keeps what it sent and received, until somebody else gets the memory. It
/// never had the picture that was decoded from the answer.
#[tokio::test]
async fn behind_the_bundled_client_no_decoded_picture_is_left() {
    for adapter in ["zapi-image", "megaapi"] {
        let pairing = Pairing {
            adapter,
            by_phone_code: false,
            transport: Transport::Bundled,
            screen: Screen::Dark,
        };
        let searches = pairing.run().await;
        assert!(searches.during.contains_key("QR picture"));
        let after = searches.after;
        assert!(!after.contains_key("QR picture"), "{adapter}: {after:?}");
    }
}
