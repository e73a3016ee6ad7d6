//! The options of a session.

use std::ffi::c_char;

use pairing_core::{PairingMethod, PairingPolicy, PhoneNumber};

use super::arguments::{non_null, text};
use super::guard::{catch_or, guard};
use super::last_error::Failure;
use super::policy::pairing_policy;
use super::status::pairing_status;

/// What a session needs to know before it starts. As made, and wherever NULL is given instead:
/// link by QR code, go by the policy that the provider recommends, expect no particular number
/// and no webhooks.
pub struct pairing_options {
    pub(super) method: PairingMethod,
    pub(super) expected_phone: Option<PhoneNumber>,
    pub(super) policy: Option<PairingPolicy>,
    pub(super) expect_webhooks: bool,
}

impl Default for pairing_options {
    fn default() -> Self {
        Self {
            method: PairingMethod::Qr,
            expected_phone: None,
            policy: None,
            expect_webhooks: false,
        }
    }
}

/// Reads a phone number that C passed.
///
/// # Safety
///
/// As [`text`].
pub(super) unsafe fn phone(number: *const c_char) -> Result<PhoneNumber, Failure> {
    // SAFETY: the caller's promise is the same.
    let number = unsafe { text(number) }?;
    Ok(PhoneNumber::parse_user_input(number)?)
}

/// Options with their defaults.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_options_new() -> Option<Box<pairing_options>> {
    catch_or(None, || Some(Box::default()))
}

/// Links by QR code.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_options_use_qr(options: Option<&mut pairing_options>) -> pairing_status {
    guard(|| {
        non_null(options)?.method = PairingMethod::Qr;
        Ok(())
    })
}

/// Links by a code that is typed into WhatsApp on the phone that has this number, which is
/// written with its country code: "+55 11 99999-8888".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_options_use_phone_code(
    options: Option<&mut pairing_options>,
    phone_number: *const c_char,
) -> pairing_status {
    guard(|| {
        let options = non_null(options)?;
        // SAFETY: NULL or NUL-terminated, by the header's conventions.
        options.method = PairingMethod::PhoneCode(unsafe { phone(phone_number) }?);
        Ok(())
    })
}

/// Accepts this number alone: when another is linked, the session ends with
/// `PAIRING_OUTCOME_WRONG_ACCOUNT`. Needs `PAIRING_CAPABILITY_LINKED_PHONE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_options_expect_phone(
    options: Option<&mut pairing_options>,
    phone_number: *const c_char,
) -> pairing_status {
    guard(|| {
        let options = non_null(options)?;
        // SAFETY: NULL or NUL-terminated, by the header's conventions.
        options.expected_phone = Some(unsafe { phone(phone_number) }?);
        Ok(())
    })
}

/// Goes by a copy of this policy. Whether its numbers fit together shows when a session
/// starts, or from `pairing_policy_validate`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_options_set_policy(
    options: Option<&mut pairing_options>,
    policy: Option<&pairing_policy>,
) -> pairing_status {
    guard(|| {
        non_null(options)?.policy = Some(non_null(policy)?.policy.clone());
        Ok(())
    })
}

/// The program will pass the gateway's webhooks on with `pairing_session_notify`. The status is
/// then asked less often, as `PAIRING_POLICY_FIELD_WEBHOOK_STATUS_INTERVAL_MS` says. Without
/// effect unless the provider has `PAIRING_CAPABILITY_WEBHOOKS` and `PAIRING_CAPABILITY_STATUS`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_options_expect_webhooks(
    options: Option<&mut pairing_options>,
) -> pairing_status {
    guard(|| {
        non_null(options)?.expect_webhooks = true;
        Ok(())
    })
}

/// Frees options. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_options_free(options: Option<Box<pairing_options>>) {
    catch_or((), || drop(options));
}
