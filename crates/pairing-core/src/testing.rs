//! For tests of what makes or reads the events of a session.

use std::time::SystemTime;

use thiserror::Error;

use crate::{EventKind, PairingCode, PairingEvent, PairingPolicy};

/// Follows the events of one session, and names the rule that one of them breaks.
///
/// * `seq` counts from 1 without gaps.
/// * `Preparing` comes first; each further one opens the next `round`, and takes no code off the
///   screen: `CodeExpired` did.
/// * `attempt` counts the codes of the round: at most
///   [`codes_per_round`](PairingPolicy::codes_per_round) QR codes, or
///   [`phone_codes_per_round`](PairingPolicy::phone_codes_per_round) phone codes.
/// * A code may replace another one of its kind; a phone code only where a round has several. A code
///   on screen is not announced again.
/// * `CodeExpired` follows a code on screen, or `Linking`. `InteractionRequired` follows neither, and
///   no code follows it within the round.
/// * `Starting` comes while no code is on screen. `Linking`, `PasskeyRequired` and `Linked` take a code
///   off the screen. After `PasskeyRequired` only `Preparing`, `CodeExpired`, `Linked` and `Finished`
///   change the screen; after `Linked` only `Finished`.
/// * `Finished` is the last event.
///
/// ```
/// use pairing_core::testing::EventRules;
/// use pairing_core::{EventKind, PairingEvent, PairingMethod, PairingPolicy};
///
/// let mut rules = EventRules::new(&PairingPolicy::default());
/// let event = |seq, kind| PairingEvent { kind, seq, round: 1, attempt: 0 };
/// let method = PairingMethod::Qr;
/// assert!(rules.check(&event(1, EventKind::Preparing { method })).is_ok());
/// let broken = rules.check(&event(2, EventKind::CodeExpired)).unwrap_err();
/// assert_eq!(broken.to_string(), "event 2: no code is on screen");
/// ```
#[derive(Debug, Clone)]
pub struct EventRules {
    codes_per_round: u32,
    phone_codes_per_round: u32,
    seq: u64,
    round: u32,
    attempt: u32,
    shown: Option<(PairingCode, SystemTime)>,
    /// No code may be announced before `CodeExpired` or `Preparing`.
    waits: Waits,
    round_is_over: bool,
    is_finished: bool,
    joins: bool,
}

/// What the session waits for, apart from codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    No,
    Linking,
    Passkey,
    Confirmation,
}

/// The rule that an event breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("event {seq}: {rule}")]
pub struct BrokenRule {
    seq: u64,
    rule: &'static str,
}

impl EventRules {
    /// For a session under this policy.
    #[must_use]
    pub const fn new(policy: &PairingPolicy) -> Self {
        Self {
            codes_per_round: policy.codes_per_round,
            phone_codes_per_round: policy.phone_codes_per_round,
            seq: 0,
            round: 0,
            attempt: 0,
            shown: None,
            waits: Waits::No,
            round_is_over: false,
            is_finished: false,
            joins: false,
        }
    }

    /// For a reader that joins a running session, as [`subscribe`](crate::PairingHandle::subscribe) lets
    /// it: its first event is the present, whichever that is.
    #[must_use]
    pub fn joining(policy: &PairingPolicy) -> Self {
        Self {
            joins: true,
            ..Self::new(policy)
        }
    }

    /// Takes the next event.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks.
    pub fn check(&mut self, event: &PairingEvent) -> Result<(), BrokenRule> {
        if std::mem::take(&mut self.joins) {
            self.join(event);
            return Ok(());
        }
        let rule = |holds: bool, rule| match holds {
            true => Ok(()),
            false => Err(BrokenRule {
                seq: event.seq,
                rule,
            }),
        };
        rule(!self.is_finished, "it comes after `Finished`")?;
        self.seq += 1;
        rule(event.seq == self.seq, "its seq does not follow the last")?;
        match &event.kind {
            EventKind::Preparing { .. } => {
                rule(self.shown.is_none(), "the last round's code is on screen")?;
                rule(
                    self.waits != Waits::Confirmation,
                    "a link is being confirmed",
                )?;
                self.round += 1;
                self.attempt = 0;
                self.round_is_over = false;
                self.waits = Waits::No;
            }
            EventKind::Starting => {
                rule(self.shown.is_none(), "a code is on screen")?;
                rule(self.waits == Waits::No, "no code is waited for")?;
                rule(!self.round_is_over, "the round is over")?;
            }
            EventKind::Linking => {
                let waits = matches!(self.waits, Waits::No | Waits::Passkey);
                rule(waits, "it says nothing new")?;
                self.wait_for(Waits::Linking);
            }
            EventKind::PasskeyRequired { .. } => {
                rule(
                    self.waits != Waits::Confirmation,
                    "a link is being confirmed",
                )?;
                self.wait_for(Waits::Passkey);
            }
            EventKind::Linked { .. } => {
                rule(self.waits != Waits::Confirmation, "it says nothing new")?;
                self.wait_for(Waits::Confirmation);
            }
            EventKind::CodeReady {
                code, expires_at, ..
            } => {
                self.attempt += 1;
                rule(!self.round_is_over, "the round is over")?;
                rule(self.waits == Waits::No, "no code is waited for")?;
                let most = if code.is_qr() {
                    self.codes_per_round
                } else {
                    self.phone_codes_per_round
                };
                rule(self.attempt <= most, "the round has had its codes")?;
                if let Some((old, _)) = self.shown.replace((code.clone(), *expires_at)) {
                    rule(
                        old.is_qr() == code.is_qr(),
                        "it replaces another kind of code",
                    )?;
                    rule(old != *code, "its code is on screen already")?;
                }
            }
            EventKind::CodeExpired => {
                let waited = matches!(self.waits, Waits::Linking | Waits::Passkey);
                let ends = self.shown.take().is_some() || waited;
                rule(ends, "no code is on screen")?;
                self.waits = Waits::No;
            }
            EventKind::InteractionRequired => {
                rule(self.shown.is_none(), "a code is on screen")?;
                rule(self.waits == Waits::No, "no code is waited for")?;
                self.round_is_over = true;
            }
            EventKind::Finished { .. } => {
                self.is_finished = true;
                self.shown = None;
            }
            EventKind::Retrying { .. } => {}
        }
        rule(self.round > 0, "it comes before the first `Preparing`")?;
        rule(event.round == self.round, "its round is another")?;
        rule(event.attempt == self.attempt, "its attempt is another")
    }

    /// For something else than codes, with none on screen.
    fn wait_for(&mut self, what: Waits) {
        self.shown = None;
        self.waits = what;
    }

    fn join(&mut self, event: &PairingEvent) {
        (self.seq, self.round, self.attempt) = (event.seq, event.round, event.attempt);
        match &event.kind {
            EventKind::CodeReady {
                code, expires_at, ..
            } => self.shown = Some((code.clone(), *expires_at)),
            EventKind::Linking => self.waits = Waits::Linking,
            EventKind::PasskeyRequired { .. } => self.waits = Waits::Passkey,
            EventKind::Linked { .. } => self.waits = Waits::Confirmation,
            EventKind::InteractionRequired => self.round_is_over = true,
            EventKind::Finished { .. } => self.is_finished = true,
            _ => {}
        }
    }

    /// The code on screen, and when it must be off it.
    #[must_use]
    pub fn shown(&self) -> Option<&(PairingCode, SystemTime)> {
        self.shown.as_ref()
    }

    /// The number of the last event; 0 before the first.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Whether the session has ended.
    #[must_use]
    pub const fn is_finished(&self) -> bool {
        self.is_finished
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Expiry, PairingMethod, PairingOutcome, PhoneCode, QrText};

    fn preparing() -> EventKind {
        EventKind::Preparing {
            method: PairingMethod::Qr,
        }
    }

    fn qr(number: u32) -> EventKind {
        ready(QrText::new(format!("2@code-{number}")).unwrap().into())
    }

    fn phone_code(number: u32) -> EventKind {
        ready(PhoneCode::new(format!("CODE{number:04}")).unwrap().into())
    }

    fn ready(code: PairingCode) -> EventKind {
        EventKind::CodeReady {
            expires_at: SystemTime::UNIX_EPOCH,
            expiry: Expiry::Exact,
            code,
        }
    }

    fn end() -> EventKind {
        EventKind::Finished {
            outcome: PairingOutcome::Cancelled,
        }
    }

    /// Of events with these rounds and attempts, numbered from 1.
    fn verdict(events: impl IntoIterator<Item = (u32, u32, EventKind)>) -> Result<(), BrokenRule> {
        let mut rules = EventRules::new(&PairingPolicy::default());
        (1..)
            .zip(events)
            .try_for_each(|(seq, (round, attempt, kind))| {
                rules.check(&PairingEvent {
                    kind,
                    seq,
                    round,
                    attempt,
                })
            })
    }

    #[test]
    fn a_session_as_it_should_be_passes() {
        let events = [
            (1, 0, preparing()),
            (1, 1, qr(1)),
            (1, 2, qr(2)),
            (1, 2, EventKind::CodeExpired),
            (1, 2, EventKind::InteractionRequired),
            (2, 0, preparing()),
            (2, 1, phone_code(1)),
            (2, 1, end()),
        ];
        assert_eq!(verdict(events), Ok(()));
    }

    #[test]
    fn who_joins_goes_on_from_the_present() {
        let event = |seq, attempt, kind| PairingEvent {
            kind,
            seq,
            round: 2,
            attempt,
        };
        let mut rules = EventRules::joining(&PairingPolicy::default());
        assert_eq!(rules.check(&event(7, 2, qr(2))), Ok(()));
        assert_eq!(rules.check(&event(8, 2, EventKind::CodeExpired)), Ok(()));
        assert_eq!(rules.check(&event(9, 3, qr(3))), Ok(()));
        assert!(rules.check(&event(11, 3, end())).is_err());
        let mut rules = EventRules::joining(&PairingPolicy::default());
        assert_eq!(rules.check(&event(7, 2, end())), Ok(()));
        assert!(rules.check(&event(8, 2, end())).is_err());
    }

    #[test]
    fn each_broken_rule_is_named() {
        use EventKind::{CodeExpired, InteractionRequired};
        let opening = || EventKind::Preparing {
            method: crate::PairingMethod::Qr,
        };
        let preparing = (1, 0, opening());
        for (rule, events) in [
            ("comes after `Finished`", vec![(1, 0, end()), (1, 0, end())]),
            (
                "last round's code is on screen",
                vec![(1, 1, qr(1)), (2, 0, opening())],
            ),
            (
                "the round is over",
                vec![(1, 0, InteractionRequired), (1, 1, qr(1))],
            ),
            (
                "has had its codes",
                vec![(1, 1, qr(1)), (1, 2, qr(2)), (1, 3, qr(3)), (1, 4, qr(4))],
            ),
            (
                "has had its codes",
                vec![
                    (1, 1, phone_code(1)),
                    (1, 1, CodeExpired),
                    (1, 2, phone_code(2)),
                ],
            ),
            (
                "replaces another kind of code",
                vec![(1, 1, phone_code(1)), (1, 2, qr(2))],
            ),
            (
                "a code is on screen",
                vec![(1, 1, qr(1)), (1, 1, EventKind::Starting)],
            ),
            (
                "no code is waited for",
                vec![(1, 1, qr(1)), (1, 1, EventKind::Linking), (1, 2, qr(2))],
            ),
            (
                "says nothing new",
                vec![(1, 0, EventKind::Linking), (1, 0, EventKind::Linking)],
            ),
            (
                "a link is being confirmed",
                vec![(1, 0, EventKind::Linked { phone: None }), (2, 0, opening())],
            ),
            ("on screen already", vec![(1, 1, qr(1)), (1, 2, qr(1))]),
            ("no code is on screen", vec![(1, 0, CodeExpired)]),
            (
                "a code is on screen",
                vec![(1, 1, qr(1)), (1, 1, InteractionRequired)],
            ),
            ("its round is another", vec![(2, 1, qr(1))]),
            ("its attempt is another", vec![(1, 2, qr(1))]),
        ] {
            let broken = verdict([preparing.clone()].into_iter().chain(events)).unwrap_err();
            assert!(broken.to_string().contains(rule), "{broken}");
        }
        let late = verdict([(0, 0, end())]).unwrap_err();
        assert!(late.to_string().contains("before the first"), "{late}");
        let mut rules = EventRules::new(&PairingPolicy::default());
        let (round, attempt, kind) = preparing;
        let gap = PairingEvent {
            kind,
            seq: 2,
            round,
            attempt,
        };
        let broken = rules.check(&gap).unwrap_err();
        assert!(broken.to_string().contains("does not follow"), "{broken}");
    }
}
