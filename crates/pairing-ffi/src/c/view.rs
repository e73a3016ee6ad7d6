//! What a screen shows.

use std::ffi::c_char;

use pairing_core::{Actions, EventKind, PairingEvent, PairingView};

use super::event::{LinkMethod, pairing_event};
use super::event_kinds::pairing_method;
use super::guard::catch_or;
use super::text::pointer;

/// The present of a session: what a screen shows, and what its user may do. A view is complete: a
/// screen draws the latest one and needs no event and no view before it.
pub struct pairing_view {
    method: LinkMethod,
    codes_per_round: u32,
    screen: pairing_event,
    retrying: Option<pairing_event>,
    actions: Actions,
}

/// What the user of a screen may do.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_action {
    /// `pairing_session_resume`.
    Resume = 1,
    /// `pairing_session_switch_to_qr`.
    SwitchToQr = 2,
    /// `pairing_session_switch_to_phone_code`, also for another number. Where the session
    /// expects a number, for that number only.
    SwitchToPhoneCode = 3,
    /// `pairing_session_cancel`.
    Cancel = 4,
}

impl From<PairingView> for pairing_view {
    fn from(mut view: PairingView) -> Self {
        let retrying = view.retrying.take();
        // Without its retry, the event of a view is the one that changed the screen.
        let screen = view.to_event();
        let retrying = retrying.map(|retrying| PairingEvent {
            kind: EventKind::Retrying {
                retry_at: retrying.retry_at,
                error: retrying.error,
            },
            ..screen
        });
        Self {
            method: LinkMethod::new(&view.method),
            codes_per_round: view.codes_per_round,
            screen: screen.into(),
            retrying: retrying.map(Into::into),
            actions: view.actions,
        }
    }
}

/// How the phone is being linked.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_view_get_method(view: Option<&pairing_view>) -> pairing_method {
    view.map_or(pairing_method::None, |view| view.method.kind)
}

/// The number of the phone that the code is typed on, such as "+5511999998888"; NULL with QR
/// codes. Valid until the view is freed.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_view_get_phone(view: Option<&pairing_view>) -> *const c_char {
    pointer(view.and_then(|view| view.method.phone.as_ref()))
}

/// QR codes in one round, from the policy. A round by phone code has one code, or several where the
/// provider has `PAIRING_CAPABILITY_RENEWS_PHONE_CODES`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_view_get_codes_per_round(view: Option<&pairing_view>) -> u32 {
    view.map_or(0, |view| view.codes_per_round)
}

/// What the screen shows, as the event that put it there: `PAIRING_EVENT_KIND_CODE_READY` with the
/// code, `PAIRING_EVENT_KIND_FINISHED` with the outcome, and so on, but never
/// `PAIRING_EVENT_KIND_RETRYING`. Its numbers are those of the latest event. It belongs to the view:
/// do not free it, and use it no longer than the view.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_view_get_screen(view: Option<&pairing_view>) -> Option<&pairing_event> {
    view.map(|view| &view.screen)
}

/// The `PAIRING_EVENT_KIND_RETRYING` event of a failed request that will be repeated; NULL without
/// one. What the screen shows stays there meanwhile. It belongs to the view, as the screen does.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_view_get_retrying(view: Option<&pairing_view>) -> Option<&pairing_event> {
    view.and_then(|view| view.retrying.as_ref())
}

/// Whether the user may do something now, one of `pairing_action`. False for NULL and for any
/// other number.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_view_can(view: Option<&pairing_view>, action: u32) -> bool {
    let actions = view.map(|view| view.actions).unwrap_or_default();
    [
        (pairing_action::Resume, actions.resume),
        (pairing_action::SwitchToQr, actions.switch_to_qr),
        (
            pairing_action::SwitchToPhoneCode,
            actions.switch_to_phone_code,
        ),
        (pairing_action::Cancel, actions.cancel),
    ]
    .iter()
    .any(|(known, may)| *known as u32 == action && *may)
}

/// Wipes and frees a view. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_view_free(view: Option<Box<pairing_view>>) {
    catch_or((), || drop(view));
}
