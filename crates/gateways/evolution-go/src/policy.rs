//! The lifetimes and intervals that suit Evolution Go.

use std::time::Duration;

use pairing_core::PairingPolicy;

/// From the source: the first QR code of an attempt lives for 60 s, the next ones for 20 s each. With
/// the usual `QRCODE_MAX_COUNT` of 5, the attempt is over when the fifth would come, after 120 s: a round
/// has four codes. A phone code dies with its attempt; it comes about 4 s after the attempt has begun,
/// so it lives for 110 s at least.
///
/// The present QR code is read from the server's database, which costs WhatsApp nothing: it is asked for
/// every 10 s.
///
/// The request that starts an attempt takes 3 s, within which the first code is usually there: it is
/// asked for 1 s later.
///
/// After a scan the server connects once more. A link takes some seconds, and for a part of them the
/// status is that of an instance that does nothing. 10 s are allowed for that, a guess.
pub(crate) fn recommended() -> PairingPolicy {
    PairingPolicy::default()
        .with_first_qr_lifetime(Duration::from_secs(60))
        .with_qr_lifetime(Duration::from_secs(20))
        .with_codes_per_round(4)
        .with_phone_code_lifetime(Duration::from_secs(110))
        .with_refresh_min(Duration::from_secs(5))
        .with_refresh_interval(Duration::from_secs(10))
        .with_refresh_max(Duration::from_secs(15))
        .with_phone_code_not_ready_delay(Duration::from_secs(5))
        .with_phone_code_not_ready_limit(5)
        .with_starting_delay(Duration::from_secs(1))
        .with_linking_window(Duration::from_secs(10))
}
