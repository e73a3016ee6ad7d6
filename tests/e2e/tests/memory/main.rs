//! After a pairing no credential and no code is left in what the libraries own: another process
//! links an instance, drops everything, and its memory is searched.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod pairing;
mod search;

use pairing::{Form, Pairing, Screen, Transport};
use pairing_e2e::{ZAPI, immediate_dialects, setup_with_credentials};
use search::Found;

/// Every way to get a code, and what is secret about it.
fn ways() -> Vec<(Pairing, Vec<&'static str>)> {
    let mut ways = Vec::new();
    for &dialect in immediate_dialects() {
        let has_account = setup_with_credentials(dialect, "a", "b", "c").options.len() == 1;
        let adapter = pairing_providers::provider(dialect.name()).unwrap();
        let has_text = adapter.fields.iter().any(|field| field.name == "qr_form");
        let picture = ["QR picture", "QR picture in base64"];
        for (form, code) in [
            (has_text.then_some(Form::Text), &["QR text"][..]),
            (Some(Form::Picture), &picture[..]),
            (Some(Form::PhoneCode), &["phone code"][..]),
        ] {
            let Some(form) = form else { continue };
            let mut secrets = [code, &["instance", "token"]].concat();
            secrets.extend(has_account.then_some("account token"));
            secrets.sort_unstable();
            ways.push((Pairing::new(dialect, form), secrets));
        }
    }
    ways
}

#[tokio::test]
async fn no_credential_and_no_code_is_left_in_what_is_ours() {
    for (pairing, secrets) in ways() {
        let what = format!("{}, {:?}", pairing.dialect, pairing.form);
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
        screen: Screen::Drawn,
        ..Pairing::new(ZAPI, Form::Text)
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
    for &dialect in immediate_dialects() {
        let pairing = Pairing {
            transport: Transport::Bundled,
            ..Pairing::new(dialect, Form::Picture)
        };
        let searches = pairing.run().await;
        assert!(searches.during.contains_key("QR picture"));
        let after = searches.after;
        assert!(!after.contains_key("QR picture"), "{dialect}: {after:?}");
    }
}
