//! How to unit-test one's own pairing screen: a view model that knows no gateway, fed by a
//! session over a mocked provider, in virtual time. Minutes of pairing take milliseconds, and
//! nothing sleeps.
//!
//! The screen is here; its tests, which are the point, are in `tests.rs`.

#[cfg(test)]
mod tests;

use std::time::SystemTime;

use pairing_core::{Countdown, EventKind, PairingCode, PairingEvent, PairingOutcome};

/// What a user interface draws: one text, perhaps a code with its countdown, perhaps a button.
#[derive(Debug, Default)]
pub struct PairingScreen {
    text: &'static str,
    code: Option<(PairingCode, Countdown)>,
    button: Option<&'static str>,
}

impl PairingScreen {
    /// Takes in what the session tells, `now`. Each event describes the whole screen, except that a
    /// retry leaves a code that is still alive where it is.
    pub fn apply(&mut self, event: &PairingEvent, now: SystemTime) {
        let shown = self.code.take();
        self.button = None;
        match &event.kind {
            EventKind::CodeReady {
                code, expires_at, ..
            } => {
                self.text = "Scan this code with WhatsApp";
                self.code = Some((code.clone(), Countdown::new(*expires_at, now)));
            }
            EventKind::Retrying { .. } => {
                self.text = "The gateway does not answer, trying again…";
                self.code = shown;
            }
            EventKind::InteractionRequired => {
                self.text = "Still there?";
                self.button = Some("Show a new code");
            }
            EventKind::Finished { outcome } => self.text = farewell(outcome),
            _ => self.text = "Getting a code…",
        }
    }

    /// The text to show.
    pub fn text(&self) -> &str {
        self.text
    }

    /// The code to show.
    pub fn code(&self) -> Option<&PairingCode> {
        self.code.as_ref().map(|(code, _)| code)
    }

    /// The countdown under the code, which goes on rightly when the clock is set.
    pub fn seconds_left(&self, now: SystemTime) -> Option<u64> {
        let (_, life) = self.code.as_ref()?;
        Some(life.remaining(now).as_secs())
    }

    /// The label of the button that resumes the session, when there is one.
    pub fn button(&self) -> Option<&str> {
        self.button
    }
}

fn farewell(outcome: &PairingOutcome) -> &'static str {
    match outcome {
        PairingOutcome::Connected { .. } | PairingOutcome::AlreadyConnected { .. } => "Connected",
        PairingOutcome::WrongAccount { .. } => "That was another phone's WhatsApp",
        PairingOutcome::PasskeyRequired => "Please finish at the gateway's own page",
        PairingOutcome::RateLimited { .. } => "Too many attempts: please come back later",
        PairingOutcome::Rejected { .. } => "The gateway refuses: please check the credentials",
        PairingOutcome::Cancelled => "",
        _ => "That did not work: please try again later",
    }
}
