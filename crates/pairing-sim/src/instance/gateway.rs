//! The gateway's side: it counts calls, hands out codes and meets its faults.

use std::time::Duration;

use pairing_core::PhoneNumber;

use super::Instance;
use crate::codes::Overlimit;
use crate::webhook::{InvalidWebhookUrl, WebhookUrl};
use crate::{Endpoint, Fault, IssuedCode};

/// Why there is no phone code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPhoneCode {
    Linked,
    Overlimit,
}

/// A request being answered. Dropping it unfinished means that the client went away.
pub(crate) struct Visit {
    instance: Instance,
    answered: bool,
}

impl Visit {
    pub(crate) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.instance.state().calls.end(self.answered);
        self.instance.0.calls_changed.notify_waiters();
    }
}

impl Instance {
    /// Counts a request.
    pub(crate) fn visit(&self, endpoint: Endpoint) -> Visit {
        let now = self.now();
        self.state().calls.begin(endpoint, now);
        self.0.calls_changed.notify_waiters();
        Visit {
            instance: self.clone(),
            answered: false,
        }
    }

    pub(crate) fn strike(&self, endpoint: Endpoint) -> Vec<Fault> {
        self.state().faults.strike(self.dialect(), endpoint)
    }

    pub(crate) async fn delay(&self, simulated: Duration) {
        self.0.clock.sleep(simulated).await;
    }

    /// The valid QR text; `None` while linked.
    pub(crate) fn issue_qr(&self) -> Option<String> {
        let now = self.now();
        let mut state = self.state();
        if state.linked.is_some() {
            return None;
        }
        let (text, lives) = state.qr.issue(now);
        self.show(IssuedCode::Qr {
            text: text.clone(),
            lives: self.0.clock.real(lives),
        });
        Some(text)
    }

    pub(crate) fn issue_phone_code(&self, phone: PhoneNumber) -> Result<String, NoPhoneCode> {
        let now = self.now();
        let mut state = self.state();
        if state.linked.is_some() {
            return Err(NoPhoneCode::Linked);
        }
        let issued = state.phone_codes.issue(now, phone);
        let (code, lives) = issued.map_err(|Overlimit| NoPhoneCode::Overlimit)?;
        let code = self.as_sent(&code);
        self.show(IssuedCode::PhoneCode {
            code: code.clone(),
            lives: self.0.clock.real(lives),
        });
        Ok(code)
    }

    /// Drops the connection to WhatsApp and opens it again: codes die, a link stays.
    pub(crate) fn restart(&self) {
        let now = self.now();
        let mut state = self.state();
        state.qr.close(now);
        state.phone_codes.close();
        self.tell_connected(&mut state);
    }

    pub(crate) fn set_connected_webhook(
        &self,
        url: Option<String>,
    ) -> Result<(), InvalidWebhookUrl> {
        let url = url.as_deref().map(WebhookUrl::parse).transpose()?;
        self.state().connected_webhook = url;
        Ok(())
    }

    pub(crate) fn set_disconnected_webhook(
        &self,
        url: Option<String>,
    ) -> Result<(), InvalidWebhookUrl> {
        let url = url.as_deref().map(WebhookUrl::parse).transpose()?;
        self.state().disconnected_webhook = url;
        Ok(())
    }

    fn show(&self, code: IssuedCode) {
        self.0.issued.send_replace(Some(code));
    }
}
