//! The lifetimes and intervals that suit WuzAPI.

use std::time::Duration;

use pairing_core::PairingPolicy;

/// How long a phone code lives at least that is asked for while the first QR code of its connection is
/// on offer: the five codes after that one, 20 s each, and 5 s for the way.
pub(crate) const REST_OF_THE_CONNECTION: Duration = Duration::from_secs(95);

/// How long after a look another one is worth while at a connection whose end is waited for.
pub(crate) const NEXT_LOOK_FOR_THE_END: Duration = Duration::from_secs(5);

/// The library beneath WuzAPI (whatsmeow): the first QR code 60 s, then 20 s each, six in all, then the
/// connection is closed. A round is as many codes as one connection has.
///
/// A phone code lives no longer than the connection, 160 s; it is asked for in a new one, and
/// the time until that is noticed is subtracted.
///
/// After a start the first QR code is looked for every half second, for 20 s: by as much it may be older
/// than this session knows, and stay on screen after its end. WuzAPI's own tests ask for a phone code
/// every 2 s until there is one. After a scan the socket is closed and opened again, which takes some
/// seconds.
pub(crate) fn recommended() -> PairingPolicy {
    const LOOK: Duration = Duration::from_millis(500);
    PairingPolicy::default()
        .with_first_qr_lifetime(Duration::from_secs(60))
        .with_qr_lifetime(Duration::from_secs(20))
        .with_codes_per_round(6)
        .with_phone_code_lifetime(Duration::from_secs(150))
        .with_starting_delay(LOOK)
        .with_not_ready_delay(LOOK)
        .with_not_ready_limit(40)
        .with_phone_code_not_ready_delay(Duration::from_secs(2))
        .with_phone_code_not_ready_limit(15)
        .with_linking_window(Duration::from_secs(10))
}
