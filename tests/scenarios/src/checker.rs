//! What holds for the events of every session, whatever the scenario: core's rules, and that each
//! moment is one that the gateways and the policy allow.

use std::time::{Duration, SystemTime};

use pairing_core::testing::EventRules;
use pairing_core::{
    EventKind, Expiry, PairingCode, PairingEvent, PairingMethod, PairingOutcome, PairingPolicy,
    PasskeyStep, PhoneCode, ProviderError, ProviderErrorKind, QrImage, QrText,
};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::list::Method;
use crate::world::bytes;

/// Clocks of day may be set while a scenario runs, by a little.
const CLOCK_STEP: Duration = Duration::from_secs(1);

/// Follows the events of one session.
pub(crate) struct Checker {
    policy: PairingPolicy,
    /// Whether the adapter may know more of a code's end than the policy.
    names_ends: bool,
    began: SystemTime,
    pub(crate) rules: EventRules,
}

impl Checker {
    pub(crate) fn new(policy: PairingPolicy, names_ends: bool) -> Self {
        Self {
            names_ends,
            began: SystemTime::now(),
            rules: EventRules::new(&policy),
            policy,
        }
    }

    /// Takes the next event and says what kind it is.
    pub(crate) fn see(&mut self, event: &Answer, method: Method) -> Result<String, Failure> {
        let kind = event.text("kind")?;
        let event = PairingEvent {
            kind: self.read(kind, event, method)?,
            seq: event.number("seq")?,
            round: event.number("round")?,
            attempt: event.number("attempt")?,
        };
        self.rules
            .check(&event)
            .map_err(|broken| Failure::wrong(format!("`{kind}`: {broken}")))?;
        Ok(kind.to_owned())
    }

    /// As far as the rules look at it: an error and an outcome are compared elsewhere.
    fn read(&self, kind: &str, event: &Answer, method: Method) -> Result<EventKind, Failure> {
        Ok(match kind {
            "preparing" => EventKind::Preparing {
                method: PairingMethod::Qr,
            },
            "code_ready" => EventKind::CodeReady {
                expires_at: self.expiry(event, method)?,
                expiry: Expiry::UpperBound,
                code: code(event)?,
            },
            "starting" => EventKind::Starting,
            "code_expired" => EventKind::CodeExpired,
            "linking" => EventKind::Linking,
            "passkey_required" => EventKind::PasskeyRequired {
                step: PasskeyStep::new(),
            },
            "linked" => EventKind::Linked { phone: None },
            "interaction_required" => EventKind::InteractionRequired,
            "retrying" => {
                let retry_at = moment(event, "retry_at")?;
                if retry_at + CLOCK_STEP < self.began {
                    return Err(Failure::wrong("retry_at lies before the session"));
                }
                let error = ProviderError::from(ProviderErrorKind::Unavailable).report();
                EventKind::Retrying { retry_at, error }
            }
            "finished" => EventKind::Finished {
                outcome: PairingOutcome::Cancelled,
            },
            _ => return Err(Failure::wrong(format!("there is no event `{kind}`"))),
        })
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

    /// A code that came between the start and now dies one lifetime later; the first QR code of an
    /// attempt may have a longer one.
    fn expiry(&self, event: &Answer, method: Method) -> Result<SystemTime, Failure> {
        let at = moment(event, "expires_at")?;
        let lifetime = self.lifetime(method);
        let longest = match method {
            Method::Qr => lifetime.max(self.policy.first_qr_lifetime),
            Method::PhoneCode => lifetime,
        };
        let earliest = self.began + lifetime;
        let latest = SystemTime::now() + longest;
        let is_one_lifetime = at + CLOCK_STEP >= earliest && at <= latest + CLOCK_STEP;
        if !is_one_lifetime && !self.names_ends {
            return Err(Failure::wrong(
                "expires_at is not one lifetime after the code",
            ));
        }
        if event.text("expiry")? != "upper_bound" && !self.names_ends {
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
        match self.rules.shown() {
            Some((_, expires)) if SystemTime::now() + margin > *expires => Failure::TooLate,
            _ => Failure::wrong("the code is not the one that the gateway handed out last"),
        }
    }
}

fn moment(event: &Answer, key: &str) -> Result<SystemTime, Failure> {
    Ok(SystemTime::UNIX_EPOCH + Duration::from_millis(event.number(key)?))
}

fn code(event: &Answer) -> Result<PairingCode, Failure> {
    let text = event.text("code")?;
    let code = match event.text("form")? {
        "phone_code" => PhoneCode::new(text).map(Into::into),
        "qr_image" => QrImage::new(bytes(text)?).map(Into::into),
        _ => QrText::new(text).map(Into::into),
    };
    code.map_err(|_| Failure::wrong("its code is none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a first round: the event's kind and further fields.
    fn verdict(kind: &str) -> Result<String, Failure> {
        let mut checker = Checker::new(PairingPolicy::default(), false);
        let preparing = Answer::parse("event seq=1 round=1 attempt=0 kind=preparing")?;
        checker.see(&preparing, Method::Qr)?;
        let attempt = u32::from(kind.starts_with("code_ready"));
        let event = format!("event seq=2 round=1 attempt={attempt} kind={kind}");
        checker.see(&Answer::parse(&event)?, Method::Qr)
    }

    fn ready(after: Duration, expiry: &str) -> String {
        let at = SystemTime::now() + after;
        let at = at.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let at = at.as_millis();
        format!("code_ready expires_at={at} expiry={expiry} form=qr_text code=2@a")
    }

    #[test]
    fn events_as_they_should_be_pass() {
        let lifetime = PairingPolicy::default().qr_lifetime;
        for kind in [
            ready(lifetime, "upper_bound"),
            "finished".to_owned(),
            "interaction_required".to_owned(),
        ] {
            let seen = verdict(&kind).unwrap_or_else(|failure| panic!("{kind}: {failure}"));
            assert!(kind.starts_with(&seen), "{seen}");
        }
    }

    #[test]
    fn what_must_not_be_is_found() {
        let lifetime = PairingPolicy::default().qr_lifetime;
        for (what, kind) in [
            ("a broken rule of core's", "code_expired".to_owned()),
            ("a life too long", ready(lifetime * 2, "upper_bound")),
            ("another expiry", ready(lifetime, "exact")),
            (
                "seconds for milliseconds",
                "retrying retry_at=1767323045".to_owned(),
            ),
            ("an unknown kind", "ready".to_owned()),
        ] {
            assert!(verdict(&kind).is_err(), "{what}");
        }
    }
}
