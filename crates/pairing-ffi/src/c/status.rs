//! Status codes: what every fallible function returns.

use std::ffi::{CStr, c_char};

use super::text::c_name;
use crate::ErrorCode;

/// What a function returns. `PAIRING_STATUS_OK` is 0; the numbers and names are stable.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_status {
    /// It worked.
    Ok = 0,
    /// No event yet: not an error.
    Timeout = 1,
    /// The last event was read before: not an error.
    End = 2,

    /// A pointer that must not be NULL is NULL.
    NullArgument = 16,
    /// A string is not UTF-8.
    InvalidUtf8 = 17,
    /// A string or a body is longer than anything that makes sense.
    TooLong = 18,
    /// A number is out of its range, or not one of its enumeration.
    InvalidArgument = 19,
    /// A blocking function was called from within a callback of the library.
    WrongThread = 20,
    /// The library failed in an unexpected way: a defect. Free what is left and go on.
    Panic = 21,

    /// The gateway does not accept the instance id, token or account token.
    InvalidCredentials = 32,
    /// The account demands its security token with every call, and none was sent.
    AccountTokenMissing = 33,
    /// The gateway refuses calls from this IP address.
    AddressNotAllowed = 34,
    /// The subscription of the instance has lapsed.
    SubscriptionLapsed = 35,
    /// The gateway knows no such instance.
    UnknownInstance = 36,
    /// Too many requests; the "retry after" beside it says how long to wait, when the gateway
    /// did.
    RateLimited = 37,
    /// The gateway cannot be reached or is failing.
    Unavailable = 38,
    /// No answer from the gateway in time.
    TimedOut = 39,
    /// An unexpected response of the gateway, or a webhook that cannot be read.
    MalformedReply = 40,
    /// The gateway understood the request and refused it.
    Refused = 41,
    /// The provider cannot do this; `pairing_provider_can` says so beforehand.
    Unsupported = 42,
    /// The gateway refuses what it was sent, for example a phone number.
    InvalidInput = 43,
    /// A defect in this library or in the program's HTTP callbacks.
    Internal = 44,
    /// A setting of the provider is missing, unknown or wrong.
    InvalidSettings = 45,
    /// Not an international phone number, or, for a phone code, another account than the expected
    /// number.
    InvalidPhone = 46,
    /// The numbers of the policy do not fit together.
    InvalidPolicy = 47,
    /// Not a pairing code: empty, too long, or not a picture.
    InvalidPairingCode = 48,
    /// An expected number was given, but this provider does not report the linked number.
    PhoneNotVerifiable = 49,
    /// `pairing_session_resume` while the session does not wait for the user.
    NotWaiting = 50,
    /// The session has ended.
    SessionFinished = 51,
    /// The code cannot be drawn as a QR code: it is a phone code or a picture.
    NotDrawable = 52,
    /// Something between this machine and the gateway answered in its place: a firewall, a proxy
    /// or a network that wants a login.
    Intercepted = 53,
    /// The gateway's owner must activate a licence first.
    LicenseRequired = 54,
    /// The gateway has no room for another linked instance.
    CapacityReached = 55,
    /// WhatsApp or the gateway has blocked the account.
    AccountBlocked = 56,
    /// The signature of a webhook is missing or wrong.
    InvalidSignature = 57,
}

impl From<ErrorCode> for pairing_status {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::InvalidCredentials => Self::InvalidCredentials,
            ErrorCode::AccountTokenMissing => Self::AccountTokenMissing,
            ErrorCode::AddressNotAllowed => Self::AddressNotAllowed,
            ErrorCode::SubscriptionLapsed => Self::SubscriptionLapsed,
            ErrorCode::UnknownInstance => Self::UnknownInstance,
            ErrorCode::RateLimited => Self::RateLimited,
            ErrorCode::Unavailable => Self::Unavailable,
            ErrorCode::TimedOut => Self::TimedOut,
            ErrorCode::MalformedReply => Self::MalformedReply,
            ErrorCode::Refused => Self::Refused,
            ErrorCode::Unsupported => Self::Unsupported,
            ErrorCode::InvalidInput => Self::InvalidInput,
            ErrorCode::Internal => Self::Internal,
            ErrorCode::InvalidSettings => Self::InvalidSettings,
            ErrorCode::InvalidPhone => Self::InvalidPhone,
            ErrorCode::InvalidPolicy => Self::InvalidPolicy,
            ErrorCode::InvalidPairingCode => Self::InvalidPairingCode,
            ErrorCode::PhoneNotVerifiable => Self::PhoneNotVerifiable,
            ErrorCode::NotWaiting => Self::NotWaiting,
            ErrorCode::SessionFinished => Self::SessionFinished,
            ErrorCode::NotDrawable => Self::NotDrawable,
            ErrorCode::Intercepted => Self::Intercepted,
            ErrorCode::LicenseRequired => Self::LicenseRequired,
            ErrorCode::CapacityReached => Self::CapacityReached,
            ErrorCode::AccountBlocked => Self::AccountBlocked,
            ErrorCode::InvalidSignature => Self::InvalidSignature,
        }
    }
}

/// Every status with its name; the names of error codes are those of every other language.
const NAMES: [(pairing_status, &CStr); 35] = [
    (pairing_status::Ok, c"ok"),
    (pairing_status::Timeout, c"timeout"),
    (pairing_status::End, c"end"),
    (pairing_status::NullArgument, c"null_argument"),
    (pairing_status::InvalidUtf8, c"invalid_utf8"),
    (pairing_status::TooLong, c"too_long"),
    (pairing_status::InvalidArgument, c"invalid_argument"),
    (pairing_status::WrongThread, c"wrong_thread"),
    (pairing_status::Panic, c"panic"),
    (pairing_status::InvalidCredentials, c"invalid_credentials"),
    (
        pairing_status::AccountTokenMissing,
        c"account_token_missing",
    ),
    (pairing_status::AddressNotAllowed, c"address_not_allowed"),
    (pairing_status::SubscriptionLapsed, c"subscription_lapsed"),
    (pairing_status::UnknownInstance, c"unknown_instance"),
    (pairing_status::RateLimited, c"rate_limited"),
    (pairing_status::Unavailable, c"unavailable"),
    (pairing_status::TimedOut, c"timed_out"),
    (pairing_status::MalformedReply, c"malformed_reply"),
    (pairing_status::Refused, c"refused"),
    (pairing_status::Unsupported, c"unsupported"),
    (pairing_status::InvalidInput, c"invalid_input"),
    (pairing_status::Internal, c"internal"),
    (pairing_status::InvalidSettings, c"invalid_settings"),
    (pairing_status::InvalidPhone, c"invalid_phone"),
    (pairing_status::InvalidPolicy, c"invalid_policy"),
    (pairing_status::InvalidPairingCode, c"invalid_pairing_code"),
    (pairing_status::PhoneNotVerifiable, c"phone_not_verifiable"),
    (pairing_status::NotWaiting, c"not_waiting"),
    (pairing_status::SessionFinished, c"session_finished"),
    (pairing_status::NotDrawable, c"not_drawable"),
    (pairing_status::Intercepted, c"intercepted"),
    (pairing_status::LicenseRequired, c"license_required"),
    (pairing_status::CapacityReached, c"capacity_reached"),
    (pairing_status::AccountBlocked, c"account_blocked"),
    (pairing_status::InvalidSignature, c"invalid_signature"),
];

/// The name of a status in `snake_case`, for logs and statistics; "unknown" for any other
/// number. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_status_name(status: u32) -> *const c_char {
    c_name(&NAMES, status, |known| known as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(status: u32) -> &'static str {
        // SAFETY: the function answers with static strings.
        let name = unsafe { CStr::from_ptr(pairing_status_name(status)) };
        name.to_str().unwrap()
    }

    #[test]
    fn an_error_code_has_one_name_in_every_language() {
        let first = pairing_status::InvalidCredentials as u32;
        let codes = [
            ErrorCode::InvalidCredentials,
            ErrorCode::AccountTokenMissing,
            ErrorCode::AddressNotAllowed,
            ErrorCode::SubscriptionLapsed,
            ErrorCode::UnknownInstance,
            ErrorCode::RateLimited,
            ErrorCode::Unavailable,
            ErrorCode::TimedOut,
            ErrorCode::MalformedReply,
            ErrorCode::Refused,
            ErrorCode::Unsupported,
            ErrorCode::InvalidInput,
            ErrorCode::Internal,
            ErrorCode::InvalidSettings,
            ErrorCode::InvalidPhone,
            ErrorCode::InvalidPolicy,
            ErrorCode::InvalidPairingCode,
            ErrorCode::PhoneNotVerifiable,
            ErrorCode::NotWaiting,
            ErrorCode::SessionFinished,
            ErrorCode::NotDrawable,
            ErrorCode::Intercepted,
            ErrorCode::LicenseRequired,
            ErrorCode::CapacityReached,
            ErrorCode::AccountBlocked,
            ErrorCode::InvalidSignature,
        ];
        for (index, code) in codes.into_iter().enumerate() {
            let status = pairing_status::from(code) as u32;
            assert_eq!(status, first + index as u32);
            assert_eq!(name(status), code.as_str());
        }
        assert_eq!(name(first + codes.len() as u32), "unknown");
    }

    #[test]
    fn a_number_that_is_no_status_has_a_name_too() {
        for number in [3, 15, 31, 58, u32::MAX] {
            assert_eq!(name(number), "unknown");
        }
    }
}
