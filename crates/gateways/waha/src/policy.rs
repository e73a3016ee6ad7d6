//! The lifetimes and intervals that suit WAHA.

use std::time::Duration;

use pairing_core::PairingPolicy;

/// WAHA's documentation of `GET …/auth/qr`: the first QR code 60 s, then 20 s each, six in all. A
/// round is as many codes as one attempt at the gateway has.
///
/// A phone code lives no longer than the attempt, which ends after these 160 s; the adapter asks for
/// one only in an attempt that has just begun, and the time until it notices that is subtracted.
///
/// A start takes some seconds, and WAHA holds a request for a QR code back until there is one: it is
/// asked again after 2 s.
///
/// A link takes about 2 s after the scan on a loopback, in which the gateway says nothing of it, and
/// longer where the way to WhatsApp is longer.
pub(crate) fn recommended() -> PairingPolicy {
    PairingPolicy::default()
        .with_first_qr_lifetime(Duration::from_secs(60))
        .with_qr_lifetime(Duration::from_secs(20))
        .with_codes_per_round(6)
        .with_phone_code_lifetime(Duration::from_secs(150))
        .with_starting_delay(Duration::from_secs(2))
        .with_linking_window(Duration::from_secs(10))
}
