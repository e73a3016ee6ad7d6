//! The lifetimes and intervals that suit uazapi.

use std::time::Duration;

use pairing_core::PairingPolicy;

/// The vendor names no life of a QR code, and two minutes for an attempt. Its server passes on words
/// of the library whatsmeow, whose codes live 60 s, then 20 s each. 20 s for each is right in both cases:
/// a first code that lives on is shown again. A round has five, 100 s, so that none is shown when the
/// two minutes are over. To ask for the present code costs WhatsApp nothing, so it is asked for every
/// 10 s.
///
/// An attempt by phone code lasts 5 minutes, as the vendor says. The code may have come 15 s after its
/// beginning: clients of the vendor's API wait up to 12 s for one. It is asked for every 5 s, four times
/// at most, because an attempt that ended without a code is started again, which makes WhatsApp make
/// another.
///
/// What the status says in the moments after a scan is not known; servers on the same library say
/// nothing of it for up to 3 s, so 10 s are allowed for.
pub(crate) fn recommended() -> PairingPolicy {
    PairingPolicy::default()
        .with_codes_per_round(5)
        .with_refresh_min(Duration::from_secs(5))
        .with_refresh_interval(Duration::from_secs(10))
        .with_refresh_max(Duration::from_secs(10))
        .with_phone_code_lifetime(Duration::from_secs(285))
        .with_phone_code_not_ready_delay(Duration::from_secs(5))
        .with_phone_code_not_ready_limit(3)
        .with_starting_delay(Duration::from_secs(2))
        .with_linking_window(Duration::from_secs(10))
}
