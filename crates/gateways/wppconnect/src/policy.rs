//! The lifetimes and intervals that suit WPPConnect-server.

use std::time::Duration;

use pairing_core::PairingPolicy;

/// How long a QR code of WhatsApp Web lives.
pub(crate) const QR_LIFETIME: Duration = Duration::from_secs(20);

/// The server closes the browser 60 s after the codes began (`autoClose` of its library): three QR codes.
///
/// A phone code lives 20 s: up to version 2.3.1, the library makes another whenever the QR code behind
/// it changes.
///
/// After a scan WhatsApp Web is loaded, for 180 s at most (`deviceSyncTimeout` of the library). A browser
/// that was closed takes a moment to end, and a start before its end fails: none is made within the window.
pub(crate) fn recommended() -> PairingPolicy {
    PairingPolicy::default()
        .with_qr_lifetime(QR_LIFETIME)
        .with_first_qr_lifetime(QR_LIFETIME)
        .with_codes_per_round(3)
        .with_phone_code_lifetime(Duration::from_secs(20))
        .with_starting_delay(Duration::from_secs(2))
        .with_linking_window(Duration::from_secs(3))
        .with_linking_timeout(Duration::from_secs(180))
}
