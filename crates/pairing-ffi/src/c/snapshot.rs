//! The present state of a session.

use std::ffi::c_char;

use pairing_core::{PairingMethod, PairingSnapshot};

use super::event::pairing_event;
use super::event_kinds::pairing_method;
use super::guard::catch_or;
use super::text::{Text, pointer};

/// The present state of a session.
pub struct pairing_snapshot {
    method: pairing_method,
    phone: Option<Text>,
    event: pairing_event,
}

impl From<PairingSnapshot> for pairing_snapshot {
    fn from(snapshot: PairingSnapshot) -> Self {
        let (method, phone) = match &snapshot.method {
            PairingMethod::Qr => (pairing_method::Qr, None),
            PairingMethod::PhoneCode(phone) => (pairing_method::PhoneCode, Some(phone)),
        };
        Self {
            method,
            phone: phone.map(|phone| Text::new(&phone.to_string())),
            event: snapshot.state.into(),
        }
    }
}

/// How the phone is being linked at the moment.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_snapshot_get_method(
    snapshot: Option<&pairing_snapshot>,
) -> pairing_method {
    snapshot.map_or(pairing_method::None, |snapshot| snapshot.method)
}

/// The number of the phone that the code is typed on, such as "+5511999998888"; NULL with QR
/// codes. Valid until the snapshot is freed.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_snapshot_get_phone(snapshot: Option<&pairing_snapshot>) -> *const c_char {
    pointer(snapshot.and_then(|snapshot| snapshot.phone.as_ref()))
}

/// The event that describes the present: the code on screen if there is one, otherwise the
/// latest event. It is the snapshot's: do not free it, and use it no longer than that.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_snapshot_get_event(
    snapshot: Option<&pairing_snapshot>,
) -> Option<&pairing_event> {
    snapshot.map(|snapshot| &snapshot.event)
}

/// Wipes and frees a snapshot. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_snapshot_free(snapshot: Option<Box<pairing_snapshot>>) {
    catch_or((), || drop(snapshot));
}
