//! What is remembered of the connection that this provider has started. WuzAPI says neither that one is
//! on its way, where a second start would open a second connection, nor how old it is, with which its
//! phone codes die.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::connection::Offer;

/// How often in a row a start may be looked for in vain before another one is sent: with the half
/// second of the recommended policy, 20 s, in which a library that cannot connect has given up.
const LOOKS: u8 = 40;

/// The connection, as this provider has seen it.
#[derive(Debug, Default)]
pub(crate) struct Attempt(Mutex<Seen>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Seen {
    /// It is another's, or there is none, or it was out of sight.
    #[default]
    Unknown,
    /// A start was sent. `is_watched`: every status since then has come.
    Starting { looks: u8, is_watched: bool },
    /// It has come up, and no code of it was given out yet.
    New { first: Offer },
    /// A code of it was given out. `first` is the QR code that it began with.
    Used { first: Offer },
}

/// How old a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    /// A few seconds.
    New,
    /// No more than the 60 s in which the first QR code is on offer.
    FirstCode,
    Unknown,
}

impl Attempt {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A start was sent, and taken.
    pub(crate) fn was_started(&self) {
        *self.seen() = Seen::Starting {
            looks: 0,
            is_watched: true,
        };
    }

    /// No status came: what happens meanwhile is not seen.
    pub(crate) fn was_out_of_sight(&self) {
        let mut seen = self.seen();
        *seen = match *seen {
            Seen::Starting { looks, .. } => Seen::Starting {
                looks,
                is_watched: false,
            },
            _ => Seen::Unknown,
        };
    }

    /// The status says that there is no connection: whether a start is still on its way.
    pub(crate) fn is_coming_up(&self) -> bool {
        let mut seen = self.seen();
        match &mut *seen {
            Seen::Starting { looks, .. } if *looks < LOOKS => {
                *looks += 1;
                true
            }
            _ => {
                *seen = Seen::Unknown;
                false
            }
        }
    }

    /// The status says that there is a connection, with this QR code on offer.
    pub(crate) fn is_up(&self, offer: Offer) -> Age {
        let mut seen = self.seen();
        *seen = match *seen {
            Seen::Starting {
                is_watched: true, ..
            }
            | Seen::New { first: Offer::None } => Seen::New { first: offer },
            it @ (Seen::New { first } | Seen::Used { first }) if first == offer => it,
            _ => Seen::Unknown,
        };
        match *seen {
            Seen::New { .. } => Age::New,
            Seen::Used { .. } => Age::FirstCode,
            _ => Age::Unknown,
        }
    }

    /// A code was given out.
    pub(crate) fn has_given_a_code(&self) {
        let mut seen = self.seen();
        *seen = match *seen {
            Seen::New { first } | Seen::Used { first } if matches!(first, Offer::Code(_)) => {
                Seen::Used { first }
            }
            _ => Seen::Unknown,
        };
    }

    /// A number is linked.
    pub(crate) fn is_over(&self) {
        *self.seen() = Seen::Unknown;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Offer = Offer::Code(1);
    const SECOND: Offer = Offer::Code(2);

    fn started() -> Attempt {
        let attempt = Attempt::default();
        attempt.was_started();
        attempt
    }

    #[test]
    fn a_start_is_waited_for_a_bounded_number_of_looks() {
        assert!(!Attempt::default().is_coming_up());
        let attempt = started();
        for _ in 0..LOOKS {
            assert!(attempt.is_coming_up());
        }
        assert!(!attempt.is_coming_up());
        assert_eq!(attempt.is_up(FIRST), Age::Unknown);
    }

    #[test]
    fn a_connection_is_new_until_it_gives_a_code_and_known_while_its_first_one_is_on_offer() {
        let attempt = started();
        assert!(attempt.is_coming_up());
        for offer in [Offer::None, FIRST, FIRST] {
            assert_eq!(attempt.is_up(offer), Age::New);
        }
        attempt.has_given_a_code();
        assert_eq!(attempt.is_up(FIRST), Age::FirstCode);
        attempt.has_given_a_code();
        assert_eq!(attempt.is_up(FIRST), Age::FirstCode);
        for _ in 0..2 {
            assert_eq!(attempt.is_up(SECOND), Age::Unknown);
        }
        assert!(!attempt.is_coming_up());
    }

    #[test]
    fn a_server_that_does_not_say_what_is_on_offer_is_believed_once() {
        let attempt = started();
        assert_eq!(attempt.is_up(Offer::Unknown), Age::New);
        attempt.has_given_a_code();
        assert_eq!(attempt.is_up(Offer::Unknown), Age::Unknown);
    }

    #[test]
    fn a_connection_that_was_out_of_sight_has_no_known_age() {
        let starting = started();
        starting.was_out_of_sight();
        assert!(starting.is_coming_up(), "no second start is sent for it");
        assert_eq!(starting.is_up(FIRST), Age::Unknown);
        let up = started();
        assert_eq!(up.is_up(FIRST), Age::New);
        up.was_out_of_sight();
        assert_eq!(up.is_up(FIRST), Age::Unknown);
    }

    #[test]
    fn the_connection_of_a_link_and_another_programs_have_no_known_age() {
        assert_eq!(Attempt::default().is_up(FIRST), Age::Unknown);
        let attempt = started();
        attempt.is_over();
        assert_eq!(attempt.is_up(FIRST), Age::Unknown);
    }
}
