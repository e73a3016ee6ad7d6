//! Learns when the gateway changes its code, by comparing the codes it gave.
//!
//! A gateway changes its code every [`lifetime`](crate::PairingPolicy::lifetime), at
//! moments that no answer names. A code that is asked for just after a change can be scanned for
//! all of its life; one that is asked for at any moment, for half of it. Two codes in a row
//! tell on which side of a moment a change was, and each comparison narrows it down.

use std::hash::{DefaultHasher, Hasher as _};
use std::time::Duration;

use super::moment::Moment;
use crate::{PairingCode, PairingMethod};

/// What is known of the changes.
#[derive(Debug, Default)]
pub(super) struct Rotation {
    known: Option<Window>,
    last: Option<Fetched>,
}

/// What is known of both kinds of codes: a gateway may renew its phone codes too.
#[derive(Debug, Default)]
pub(super) struct Rotations {
    pub(super) qr: Rotation,
    pub(super) phone_code: Rotation,
}

impl Rotations {
    pub(super) fn of(&self, method: &PairingMethod) -> &Rotation {
        match method {
            PairingMethod::Qr => &self.qr,
            PairingMethod::PhoneCode(_) => &self.phone_code,
        }
    }
}

/// A time within which the code changed or will change, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: Moment,
    pub(super) to: Moment,
}

#[derive(Debug)]
struct Fetched {
    /// A hash, so that nothing outlives a code of which it could be made again.
    code: u64,
    asked: Moment,
    /// When this very code came for the first time.
    since: Moment,
    /// How long it lives.
    lifetime: Duration,
}

impl Window {
    pub(super) fn width(self) -> Duration {
        self.to.since(self.from)
    }

    fn later(self, by: Duration) -> Self {
        Self {
            from: self.from.plus(by),
            to: self.to.plus(by),
        }
    }
}

impl Rotation {
    /// Compares a code with the one before it. The gateway read its code at some moment
    /// between `asked` and `arrived`. `lifetime` is the period, or longer for the first code of an
    /// attempt.
    pub(super) fn learn(
        &mut self,
        code: &PairingCode,
        asked: Moment,
        arrived: Moment,
        lifetime: Duration,
        period: Duration,
    ) {
        let code = hash(code);
        let last = self.last.take();
        let same = last.as_ref().filter(|last| last.code == code);
        let since = same.map_or(arrived, |last| last.since);
        let lifetime = same.map_or(lifetime, |last| last.lifetime);
        self.last = Some(Fetched {
            code,
            asked,
            since,
            lifetime,
        });
        let seen = match last {
            None => return,
            Some(last) if last.code == code => {
                // Not changed until this request, but before its life is over.
                let to = since.plus(lifetime);
                if to <= asked {
                    // It is older, and alive: this gateway has another rhythm.
                    self.known = None;
                    return;
                }
                Window { from: asked, to }
            }
            Some(last) if arrived.since(last.asked) <= period => Window {
                from: last.asked,
                to: arrived,
            },
            // It may have changed more than once.
            Some(_) => return,
        };
        self.known = Some(match self.known {
            Some(known) => both(known, seen, period).unwrap_or(seen),
            None => seen,
        });
    }

    /// The next change after this moment; `None` while nothing is known.
    pub(super) fn next_change(&self, after: Moment, period: Duration) -> Option<Window> {
        let known = self.known?;
        let periods = if after < known.to {
            0
        } else {
            after.since(known.to).as_nanos() / period.as_nanos() + 1
        };
        let periods = u32::try_from(periods).ok()?;
        Some(known.later(period.saturating_mul(periods)))
    }
}

/// What both say together; `None` if they contradict each other: the gateway pushed a code
/// between, or slept, or was restarted.
fn both(known: Window, seen: Window, period: Duration) -> Option<Window> {
    // Whole periods later it is as true; `known` is never later than `seen` ends.
    let middle = |window: Window| window.from.midpoint(window.to);
    let apart = middle(seen).since(middle(known)).as_nanos();
    let nearest = (apart + period.as_nanos() / 2) / period.as_nanos();
    let known = known.later(period.saturating_mul(u32::try_from(nearest).ok()?));
    let window = Window {
        from: known.from.max(seen.from),
        to: known.to.min(seen.to),
    };
    (window.from < window.to).then_some(window)
}

pub(super) fn hash(code: &PairingCode) -> u64 {
    let mut hasher = DefaultHasher::new();
    match code {
        PairingCode::QrText { text } => hasher.write(text.expose().as_bytes()),
        PairingCode::QrImage { image } => hasher.write(image.expose()),
        PairingCode::PhoneCode { code } => hasher.write(code.expose().as_bytes()),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::QrText;

    const PERIOD: Duration = Duration::from_secs(20);

    fn seconds(seconds: u64) -> Moment {
        Moment::new(Duration::from_secs(seconds))
    }

    fn window(from: u64, to: u64) -> Option<Window> {
        Some(Window {
            from: seconds(from),
            to: seconds(to),
        })
    }

    /// A gateway that changes its code at `phase` and every period after; asked at these
    /// seconds.
    fn asked(phase: u64, at: &[u64]) -> Rotation {
        let mut rotation = Rotation::default();
        for at in at {
            let text = format!("2@{}", (at + 20 - phase) / 20);
            let code = QrText::new(text).unwrap().into();
            rotation.learn(&code, seconds(*at), seconds(*at), PERIOD, PERIOD);
        }
        rotation
    }

    #[test]
    fn one_code_tells_nothing() {
        assert_eq!(asked(7, &[0]).next_change(seconds(0), PERIOD), None);
    }

    #[test]
    fn an_unchanged_code_changes_in_what_is_left_of_its_life() {
        let rotation = asked(17, &[0, 10]);
        assert_eq!(rotation.next_change(seconds(10), PERIOD), window(10, 20));
        assert_eq!(rotation.next_change(seconds(20), PERIOD), window(30, 40));
        assert_eq!(rotation.next_change(seconds(65), PERIOD), window(70, 80));
    }

    #[test]
    fn a_changed_code_changed_in_between() {
        let rotation = asked(7, &[0, 10]);
        assert_eq!(rotation.next_change(seconds(10), PERIOD), window(20, 30));
    }

    #[test]
    fn every_comparison_narrows_it_down() {
        // Changes at 7, 27, 47, …
        let rotation = asked(7, &[0, 10, 25]);
        assert_eq!(rotation.next_change(seconds(25), PERIOD), window(25, 30));
        let rotation = asked(7, &[0, 10, 25, 40, 50, 68]);
        assert_eq!(rotation.next_change(seconds(68), PERIOD), window(85, 88));
    }

    #[test]
    fn the_first_code_of_an_attempt_lives_longer_and_the_rhythm_is_kept() {
        // Changes at 60, 80, 100, …
        let mut rotation = Rotation::default();
        let first = QrText::new("2@first").unwrap().into();
        for at in [0, 20, 40] {
            rotation.learn(&first, seconds(at), seconds(at), 3 * PERIOD, PERIOD);
        }
        assert_eq!(rotation.next_change(seconds(40), PERIOD), window(40, 60));
        let second = QrText::new("2@second").unwrap().into();
        rotation.learn(&second, seconds(60), seconds(60), PERIOD, PERIOD);
        assert_eq!(rotation.next_change(seconds(60), PERIOD), window(60, 80));
    }

    #[test]
    fn codes_far_apart_tell_nothing_new() {
        let rotation = asked(17, &[0, 10, 95]);
        assert_eq!(rotation.next_change(seconds(100), PERIOD), window(110, 120));
    }

    #[test]
    fn a_code_that_lives_too_long_is_of_another_rhythm() {
        let mut rotation = asked(17, &[0, 10]);
        let same = QrText::new("2@0").unwrap().into();
        rotation.learn(&same, seconds(31), seconds(31), PERIOD, PERIOD);
        assert_eq!(rotation.next_change(seconds(31), PERIOD), None);
    }

    #[test]
    fn what_contradicts_all_before_replaces_it() {
        // Known: between 10 and 20. Then a code is pushed between 20 and 30.
        let mut rotation = asked(17, &[0, 10, 20]);
        let pushed = QrText::new("2@pushed").unwrap().into();
        rotation.learn(&pushed, seconds(30), seconds(30), PERIOD, PERIOD);
        assert_eq!(rotation.next_change(seconds(30), PERIOD), window(40, 50));
    }

    #[test]
    fn a_slow_answer_tells_less() {
        let mut rotation = Rotation::default();
        let code = |text: &str| QrText::new(text).unwrap().into();
        rotation.learn(&code("2@a"), seconds(0), seconds(2), PERIOD, PERIOD);
        rotation.learn(&code("2@b"), seconds(12), seconds(15), PERIOD, PERIOD);
        assert_eq!(rotation.next_change(seconds(15), PERIOD), window(20, 35));
    }
}
