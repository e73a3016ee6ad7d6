//! The sentences around a code, shared by the views that speak to people.

use std::time::Duration;

use pairing_core::{
    ErrorReport, Expiry, PairingMethod, PairingOutcome, PairingView, PasskeyStep, PhoneNumber,
    ProviderError, ProviderErrorKind,
};

use crate::texts::{Advice, Texts, fill};

/// What does not change during a session.
pub(crate) struct Wording {
    pub(crate) texts: &'static Texts,
    pub(crate) provider: String,
    /// Whether Enter brings new codes.
    pub(crate) can_ask: bool,
}

/// `12 s`, `2 min 40 s`, `3 h 0 min`: the same in every language we speak. Rounds up, so
/// that nothing counts down to a zero that still lives.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

impl Wording {
    pub(crate) fn preparing(&self) -> String {
        fill(self.texts.preparing, &[("provider", &self.provider)])
    }

    pub(crate) fn starting(&self) -> String {
        fill(self.texts.starting, &[("provider", &self.provider)])
    }

    /// What the person does, what happens then, and that Enter brings codes.
    pub(crate) fn passkey(&self, step: &PasskeyStep) -> String {
        let texts = self.texts;
        let lines = texts.passkey_lines(step, &self.provider);
        let enter = if self.can_ask {
            texts.passkey_enter
        } else {
            ""
        };
        format!("{lines}\n{} {enter}", texts.passkey_waits)
            .trim_end()
            .to_owned()
    }

    pub(crate) fn linked(&self, phone: Option<&PhoneNumber>) -> String {
        let mut lines = self.texts.linked.to_owned();
        if let Some(phone) = phone {
            lines.push('\n');
            lines.push_str(&fill(self.texts.linked_phone, &[("phone", phone)]));
        }
        lines
    }

    pub(crate) fn retrying(&self, error: &ErrorReport, wait: Duration) -> String {
        retrying(self.texts, error.kind, wait)
    }

    pub(crate) fn codes_unused(&self) -> String {
        if self.can_ask {
            self.texts.press_enter.to_owned()
        } else {
            self.texts.codes_unused.to_string()
        }
    }
}

/// What went wrong, and when it is tried again.
pub(crate) fn retrying(texts: &Texts, kind: ProviderErrorKind, wait: Duration) -> String {
    let what = (texts.error)(kind).what;
    let again = fill(texts.retrying, &[("time", &duration(wait))]);
    format!("{what} {again}")
}

impl Advice {
    /// What happened in one line, what to do in the next.
    pub(crate) fn lines(&self) -> String {
        match self.next {
            "" => self.what.to_owned(),
            next => format!("{}\n{next}", self.what),
        }
    }
}

impl std::fmt::Display for Advice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.what)?;
        if !self.next.is_empty() {
            write!(f, " {}", self.next)?;
        }
        Ok(())
    }
}

impl Texts {
    /// What the person does with the code.
    pub(crate) fn instructions(&self, method: &PairingMethod) -> String {
        match method {
            PairingMethod::Qr => self.scan.to_owned(),
            PairingMethod::PhoneCode(phone) => fill(self.enter, &[("phone", phone)]),
        }
    }

    /// `Valid for at most 12 s`
    pub(crate) fn life(&self, left: Duration, expiry: Expiry) -> String {
        let valid = match expiry {
            Expiry::Exact => self.valid,
            Expiry::UpperBound => self.valid_at_most,
        };
        fill(valid, &[("time", &duration(left))])
    }

    /// `Valid for at most 12 s · code 2 of 3 · round 2`
    pub(crate) fn life_in_round(
        &self,
        left: Duration,
        expiry: Expiry,
        view: &PairingView,
    ) -> String {
        let mut life = self.life(left, expiry);
        // A phone code is the only one of its round.
        if view.method == PairingMethod::Qr {
            let numbers: [(&str, &dyn std::fmt::Display); 2] = [
                ("attempt", &view.attempt),
                ("attempts", &view.codes_per_round),
            ];
            life.push_str(" · ");
            life.push_str(&fill(self.attempt, &numbers));
        }
        if view.round > 1 {
            life.push_str(" · ");
            life.push_str(&fill(self.round, &[("round", &view.round)]));
        }
        life
    }

    /// That WhatsApp wants a passkey, and what the person does, in lines.
    pub(crate) fn passkey_lines(&self, step: &PasskeyStep, provider: &str) -> String {
        let steps = self.step_lines(step, provider);
        format!("{}\n{steps}", self.passkey)
    }

    /// What the person does where WhatsApp wants a passkey. A link has a line of its own, from
    /// which it can be copied.
    pub(crate) fn step_lines(&self, step: &PasskeyStep, provider: &str) -> String {
        let url = step
            .url()
            .map(|url| format!("{}\n{url}", self.passkey_open));
        let code = step.confirmation_code();
        let code = code.map(|code| fill(self.passkey_compare, &[("code", &code)]));
        let steps: Vec<_> = [url, code].into_iter().flatten().collect();
        if steps.is_empty() {
            return fill(self.passkey_dashboard, &[("provider", &provider)]);
        }
        steps.join("\n")
    }

    /// How a session ended, in lines.
    pub(crate) fn outcome_lines(&self, outcome: &PairingOutcome) -> String {
        let mut lines = (self.outcome)(outcome).lines();
        match outcome {
            PairingOutcome::Connected { phone: Some(phone) }
            | PairingOutcome::AlreadyConnected { phone: Some(phone) }
            | PairingOutcome::WrongAccount { phone } => {
                lines.push('\n');
                lines.push_str(&fill(self.linked_phone, &[("phone", phone)]));
            }
            PairingOutcome::Rejected { error } | PairingOutcome::Unavailable { error } => {
                lines.push_str(&self.detail_lines(error));
            }
            PairingOutcome::RateLimited {
                retry_after_seconds: Some(seconds),
            } => lines.push_str(&self.pause_line(*seconds)),
            _ => {}
        }
        lines
    }

    /// What a provider's failure means, in lines.
    pub(crate) fn error_lines(&self, error: &ProviderError) -> String {
        let advice = (self.error)(error.kind()).lines();
        format!("{advice}{}", self.detail_lines(&error.report()))
    }

    fn detail_lines(&self, error: &ErrorReport) -> String {
        let mut lines = String::new();
        let usual = ProviderError::from(error.kind);
        if error.message != usual.message() {
            lines.push('\n');
            lines.push_str(&fill(self.detail, &[("message", &error.message)]));
        }
        if let Some(seconds) = error.retry_after_seconds {
            lines.push_str(&self.pause_line(seconds));
        }
        lines
    }

    fn pause_line(&self, seconds: u64) -> String {
        let time = duration(Duration::from_secs(seconds));
        format!("\n{}", fill(self.retry_after, &[("time", &time)]))
    }
}

#[cfg(test)]
mod tests {
    use pairing_core::{Capabilities, ProviderErrorKind};

    use super::*;
    use crate::texts::Language;

    fn view(method: PairingMethod, round: u32, attempt: u32) -> PairingView {
        let mut view = PairingView::new(method, 3, Capabilities::none());
        (view.round, view.attempt) = (round, attempt);
        view
    }

    #[test]
    fn durations_are_short_and_never_zero_too_early() {
        for (millis, text) in [
            (0, "0 s"),
            (1, "1 s"),
            (19_000, "19 s"),
            (19_001, "20 s"),
            (59_999, "1 min 0 s"),
            (160_000, "2 min 40 s"),
            (7_260_000, "2 h 1 min"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
    }

    #[test]
    fn the_life_of_a_code_says_how_sure_it_is_and_which_one_it_is() {
        let texts = Language::En.texts();
        let left = Duration::from_secs(12);
        assert_eq!(
            texts.life_in_round(left, Expiry::UpperBound, &view(PairingMethod::Qr, 1, 2)),
            "Valid for at most 12 s · code 2 of 3"
        );
        assert_eq!(
            texts.life_in_round(left, Expiry::Exact, &view(PairingMethod::Qr, 2, 1)),
            "Valid for 12 s · code 1 of 3 · round 2"
        );
        let phone = PairingMethod::PhoneCode("+5511999998888".parse().unwrap());
        assert_eq!(
            texts.life_in_round(left, Expiry::Exact, &view(phone, 1, 1)),
            "Valid for 12 s"
        );
    }

    #[test]
    fn an_adapters_own_words_are_added_and_the_usual_ones_not_repeated() {
        let texts = Language::En.texts();
        let usual = ProviderError::from(ProviderErrorKind::UnknownInstance);
        assert_eq!(texts.error_lines(&usual).lines().count(), 2);
        let own = ProviderError::new(ProviderErrorKind::RateLimited, "slow down")
            .with_retry_after(Duration::from_secs(90));
        let lines = texts.error_lines(&own);
        assert!(lines.contains("\nDetail: slow down.\n"), "{lines}");
        assert!(lines.ends_with("wait for 1 min 30 s."), "{lines}");
    }
}
