//! How to unit-test one's own pairing screen: a view model that knows no gateway, fed by a
//! session over a mocked provider, in virtual time. Minutes of pairing take milliseconds, and
//! nothing sleeps.
//!
//! The screen is here; its tests, which are the point, are in `tests.rs`.

#[cfg(test)]
mod tests;

use std::time::SystemTime;

use pairing_core::{Countdown, PairingCode, PairingOutcome, PairingView, Screen};

/// What a user interface draws: one text, perhaps a code with its countdown, perhaps a button.
#[derive(Debug, Default)]
pub struct PairingScreen {
    text: &'static str,
    code: Option<(PairingCode, Countdown)>,
    button: Option<&'static str>,
}

impl PairingScreen {
    /// Shows a view, which describes the whole screen.
    pub fn show(&mut self, view: &PairingView, now: SystemTime) {
        self.text = match &view.screen {
            Screen::Finished { outcome } => farewell(outcome),
            _ if view.retrying.is_some() => "The gateway does not answer, trying again…",
            Screen::Code { .. } => "Scan this code with WhatsApp",
            Screen::WaitingForUser => "Still there?",
            Screen::Preparing | Screen::CodeExpired => "Getting a code…",
            Screen::Starting => "The gateway is starting, which can take some minutes…",
            Screen::Linking => "Almost done: keep WhatsApp open on the phone",
            Screen::PasskeyRequired { .. } => {
                "WhatsApp wants a passkey: finish at the gateway's own page"
            }
            Screen::Linked { .. } => "Linked, one moment more…",
        };
        self.code = match &view.screen {
            Screen::Code {
                code, expires_at, ..
            } => Some((code.clone(), Countdown::new(*expires_at, now))),
            _ => None,
        };
        self.button = view.actions.resume.then_some("Show a new code");
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
        PairingOutcome::LinkDropped => "WhatsApp removed the link again: look at the phone",
        PairingOutcome::RateLimited { .. } => "Too many attempts: please come back later",
        PairingOutcome::Rejected { .. } => "The gateway refuses: please check the credentials",
        PairingOutcome::Cancelled => "",
        _ => "That did not work: please try again later",
    }
}
