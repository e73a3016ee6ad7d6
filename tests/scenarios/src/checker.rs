//! What holds for the events of every session, whatever the scenario.

use std::time::{Duration, SystemTime};

use pairing_core::PairingPolicy;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::list::Method;
use crate::step::KINDS;

/// Clocks of day may be set while a scenario runs, by a little.
const CLOCK_STEP: Duration = Duration::from_secs(1);

/// Follows the events of one session.
pub(crate) struct Checker {
    policy: PairingPolicy,
    began: SystemTime,
    pub(crate) seq: u64,
    round: u32,
    attempt: u32,
    shown: Option<SystemTime>,
    pub(crate) finished: bool,
}

impl Checker {
    pub(crate) fn new(policy: PairingPolicy) -> Self {
        Self {
            policy,
            began: SystemTime::now(),
            seq: 0,
            round: 0,
            attempt: 0,
            shown: None,
            finished: false,
        }
    }

    /// Takes the next event and says what kind it is.
    pub(crate) fn see(&mut self, event: &Answer, method: Method) -> Result<String, Failure> {
        let kind = event.text("kind")?;
        let wrong = |why: &str| Err(Failure::wrong(format!("event `{kind}`: {why}")));
        if !KINDS.contains(&kind) {
            return wrong("there is no such kind");
        }
        if self.finished {
            return wrong("it comes after the last one");
        }
        if event.number::<u64>("seq")? != self.seq + 1 {
            return wrong("its seq does not follow the one before");
        }
        self.seq += 1;
        match kind {
            "preparing" => {
                self.round += 1;
                self.attempt = 0;
                if self.shown.is_some() {
                    return wrong("the code of the round before is still shown");
                }
            }
            _ if self.round == 0 => return wrong("it comes before the first `preparing`"),
            "code_ready" => {
                self.attempt += 1;
                if self.attempt > self.codes_per_round(method) {
                    return wrong("the round has had its codes");
                }
                // In place of one that may still live: the latest wins.
                self.shown = Some(self.expiry(event, method)?);
            }
            "code_expired" => {
                if self.shown.take().is_none() {
                    return wrong("no code is shown");
                }
            }
            "interaction_required" => {
                if self.shown.is_some() {
                    return wrong("a code is shown");
                }
            }
            "retrying" => {
                let at: u64 = event.number("retry_at")?;
                if SystemTime::UNIX_EPOCH + Duration::from_millis(at) + CLOCK_STEP < self.began {
                    return wrong("retry_at lies before the session");
                }
            }
            _ => self.finished = true,
        }
        if (event.number("round")?, event.number("attempt")?) != (self.round, self.attempt) {
            return wrong(&format!(
                "it should be of round {} and attempt {}",
                self.round, self.attempt
            ));
        }
        Ok(kind.to_owned())
    }

    pub(crate) fn codes_per_round(&self, method: Method) -> u32 {
        match method {
            Method::Qr => self.policy.codes_per_round,
            Method::PhoneCode => 1,
        }
    }

    fn lifetime(&self, method: Method) -> Duration {
        match method {
            Method::Qr => self.policy.qr_lifetime,
            Method::PhoneCode => self.policy.phone_code_lifetime,
        }
    }

    /// A code that came between the start and now dies one lifetime later.
    fn expiry(&self, event: &Answer, method: Method) -> Result<SystemTime, Failure> {
        let at: u64 = event.number("expires_at")?;
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(at);
        let lifetime = self.lifetime(method);
        let earliest = self.began + lifetime;
        let latest = SystemTime::now() + lifetime;
        if at + CLOCK_STEP < earliest || at > latest + CLOCK_STEP {
            return Err(Failure::wrong(
                "expires_at is not one lifetime after the code",
            ));
        }
        // Neither gateway says when its codes die.
        if event.text("expiry")? != "upper_bound" {
            return Err(Failure::wrong("the expiry should be an upper bound"));
        }
        Ok(at)
    }

    /// What to say when the code that is shown is not the one that was handed out last. Once
    /// it has expired, the session may have asked for the next, and we come too late; before,
    /// it is wrong.
    pub(crate) fn outdated(&self, method: Method) -> Failure {
        // The session goes by a clock that nobody sets; a quarter of a life is margin enough.
        let margin = self.lifetime(method) / 4;
        match self.shown {
            Some(expires) if SystemTime::now() + margin > expires => Failure::TooLate,
            _ => Failure::wrong("the code is not the one that the gateway handed out last"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(seq: u64, attempt: u32) -> String {
        let at = SystemTime::now() + PairingPolicy::default().qr_lifetime;
        let at = at.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        format!(
            "event seq={seq} round=1 attempt={attempt} kind=code_ready expires_at={} \
             expiry=upper_bound",
            at.as_millis()
        )
    }

    fn verdict(events: &[String]) -> Result<(), Failure> {
        let mut checker = Checker::new(PairingPolicy::default());
        for event in events {
            checker.see(&Answer::parse(event)?, Method::Qr)?;
        }
        Ok(())
    }

    fn other(seq: u64, attempt: u32, kind: &str) -> String {
        format!("event seq={seq} round=1 attempt={attempt} kind={kind}")
    }

    #[test]
    fn a_session_as_it_should_be_passes() {
        let events = [
            other(1, 0, "preparing"),
            ready(2, 1),
            other(3, 1, "code_expired"),
            ready(4, 2),
            other(5, 2, "finished"),
        ];
        verdict(&events).unwrap_or_else(|failure| panic!("{failure}"));
    }

    #[test]
    fn what_must_not_be_is_found() {
        let preparing = || other(1, 0, "preparing");
        let early = ready(2, 1).replace("expires_at=1", "expires_at=");
        for (what, events) in [
            ("a gap", vec![preparing(), ready(3, 1)]),
            ("no beginning", vec![ready(1, 1)]),
            ("a lost attempt", vec![preparing(), ready(2, 2)]),
            (
                "nothing to expire",
                vec![preparing(), other(2, 0, "code_expired")],
            ),
            (
                "a gate over a code",
                vec![
                    preparing(),
                    ready(2, 1),
                    other(3, 1, "interaction_required"),
                ],
            ),
            (
                "two ends",
                vec![
                    preparing(),
                    other(2, 0, "finished"),
                    other(3, 0, "finished"),
                ],
            ),
            ("seconds for milliseconds", vec![preparing(), early]),
            ("an unknown kind", vec![preparing(), other(2, 0, "ready")]),
        ] {
            assert!(verdict(&events).is_err(), "{what}");
        }
    }
}
