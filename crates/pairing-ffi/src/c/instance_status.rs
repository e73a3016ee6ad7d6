//! What a provider says of its instance.

use std::ffi::{CStr, c_char};

use pairing_core::{InstancePhase, InstanceStatus};

use super::guard::catch_or;
use super::passkey::Passkey;
use super::text::{Text, c_name, phone_text, pointer};

/// Whether an instance is linked, and if not, what is going on. What its getters point to is valid
/// until it is freed.
pub struct pairing_instance_status {
    phase: pairing_instance_phase,
    phone: Option<Text>,
    passkey: Option<Passkey>,
}

/// What is going on at an instance.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_instance_phase {
    /// Not a status: NULL was passed.
    None = 0,
    /// Not linked; the gateway says nothing more.
    NotLinked = 1,
    /// Not linked, and no attempt to link runs.
    Idle = 2,
    /// An attempt is starting; there is no code yet.
    Starting = 3,
    /// A code waits to be scanned or typed.
    WaitingForPhone = 4,
    /// A code was used, and the link is being made.
    Linking = 5,
    /// WhatsApp wants a passkey: a person finishes elsewhere.
    PasskeyRequired = 6,
    /// A number is linked.
    Linked = 7,
}

const PHASE_NAMES: [(pairing_instance_phase, &CStr); 8] = [
    (pairing_instance_phase::None, c"none"),
    (pairing_instance_phase::NotLinked, c"not_linked"),
    (pairing_instance_phase::Idle, c"idle"),
    (pairing_instance_phase::Starting, c"starting"),
    (
        pairing_instance_phase::WaitingForPhone,
        c"waiting_for_phone",
    ),
    (pairing_instance_phase::Linking, c"linking"),
    (pairing_instance_phase::PasskeyRequired, c"passkey_required"),
    (pairing_instance_phase::Linked, c"linked"),
];

impl From<InstancePhase> for pairing_instance_phase {
    fn from(phase: InstancePhase) -> Self {
        match phase {
            InstancePhase::NotLinked => Self::NotLinked,
            InstancePhase::Idle => Self::Idle,
            InstancePhase::Starting => Self::Starting,
            InstancePhase::WaitingForPhone => Self::WaitingForPhone,
            InstancePhase::Linking => Self::Linking,
            InstancePhase::PasskeyRequired => Self::PasskeyRequired,
            InstancePhase::Linked => Self::Linked,
        }
    }
}

impl From<InstanceStatus> for pairing_instance_status {
    fn from(status: InstanceStatus) -> Self {
        Self {
            phase: status.phase.into(),
            phone: status.phone.as_ref().map(phone_text),
            passkey: status.passkey.as_ref().map(Passkey::new),
        }
    }
}

/// Whether a WhatsApp number is linked.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_instance_status_get_connected(
    status: Option<&pairing_instance_status>,
) -> bool {
    status.is_some_and(|status| status.phase == pairing_instance_phase::Linked)
}

/// What is going on: how far the instance is on its way to a link.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_instance_status_get_phase(
    status: Option<&pairing_instance_status>,
) -> pairing_instance_phase {
    status.map_or(pairing_instance_phase::None, |status| status.phase)
}

/// The name of a `pairing_instance_phase` in `snake_case`, for logs; "unknown" for any other number.
/// The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_instance_phase_name(phase: u32) -> *const c_char {
    c_name(&PHASE_NAMES, phase, |known| known as u32)
}

/// The linked number, such as "+5511999998888"; NULL when the provider does not say.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_instance_status_get_phone(
    status: Option<&pairing_instance_status>,
) -> *const c_char {
    pointer(status.and_then(|status| status.phone.as_ref()))
}

/// Where WhatsApp wants a passkey: the page to open in a browser, if the provider names one. As
/// `pairing_event_get_passkey_url`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_instance_status_get_passkey_url(
    status: Option<&pairing_instance_status>,
) -> *const c_char {
    Passkey::url(status.and_then(|status| status.passkey.as_ref()))
}

/// Where WhatsApp wants a passkey: the code that the phone shows as well, if the provider names one.
/// As `pairing_event_get_passkey_confirmation_code`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_instance_status_get_passkey_confirmation_code(
    status: Option<&pairing_instance_status>,
) -> *const c_char {
    Passkey::confirmation_code(status.and_then(|status| status.passkey.as_ref()))
}

/// Wipes and frees a status. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_instance_status_free(status: Option<Box<pairing_instance_status>>) {
    catch_or((), || drop(status));
}

#[cfg(test)]
mod tests {
    use pairing_core::PasskeyStep;

    use super::*;
    use crate::c::tests::support::read;

    #[test]
    fn every_phase_has_the_name_it_has_in_json() {
        for phase in InstancePhase::ALL {
            let status = pairing_instance_status::from(InstanceStatus::in_phase(phase));
            let number = pairing_instance_status_get_phase(Some(&status));
            assert_eq!(
                read(pairing_instance_phase_name(number as u32)),
                Some(phase.as_str())
            );
            let connected = pairing_instance_status_get_connected(Some(&status));
            assert_eq!(connected, phase == InstancePhase::Linked);
        }
        assert_eq!(read(pairing_instance_phase_name(8)), Some("unknown"));
    }

    #[test]
    fn a_passkey_keeps_both_parts() {
        let step = PasskeyStep::new()
            .with_url("https://example.com/passkey")
            .with_confirmation_code("1234");
        let status = pairing_instance_status::from(InstanceStatus::passkey_required(step));
        let status = Some(&status);
        assert_eq!(
            read(pairing_instance_status_get_passkey_url(status)),
            Some("https://example.com/passkey")
        );
        assert_eq!(
            read(pairing_instance_status_get_passkey_confirmation_code(
                status
            )),
            Some("1234")
        );
        assert!(pairing_instance_status_get_phone(status).is_null());
    }
}
