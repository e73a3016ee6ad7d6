//! The gateway's side: what a dialect can do to an instance, and the counters and faults around it.

use std::sync::Arc;
use std::time::Duration;

use pairing_core::PhoneNumber;

use super::{Instance, WEBHOOKS_KEPT};
use crate::clock::Clock;
use crate::codes::Overlimit;
use crate::{Endpoint, Fault, IssuedCode, Webhook};

/// Why there is no phone code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoPhoneCode {
    /// A phone is linked.
    Linked,
    /// WhatsApp makes no more codes: [`InstanceSetup::phone_code_limit`](crate::InstanceSetup::phone_code_limit).
    Overlimit,
}

/// A request being answered. Dropping it unfinished means that the client went away.
pub(crate) struct RequestGuard {
    instance: Instance,
    answered: bool,
}

impl RequestGuard {
    pub(crate) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.instance.state().calls.end(self.answered);
        self.instance.0.calls_changed.notify_waiters();
    }
}

impl Instance {
    /// Counts a request.
    pub(crate) fn begin_request(&self, endpoint: Endpoint) -> RequestGuard {
        let now = self.now();
        self.state().calls.begin(endpoint, now);
        self.0.calls_changed.notify_waiters();
        RequestGuard {
            instance: self.clone(),
            answered: false,
        }
    }

    pub(crate) fn active_faults(&self, endpoint: Endpoint) -> Vec<Fault> {
        self.state().faults.take(self.dialect(), endpoint)
    }

    /// What the dialect keeps for this instance, if it is a `T`.
    #[must_use]
    pub fn own<T: 'static>(&self) -> Option<&T> {
        self.0.own.downcast_ref()
    }

    pub(crate) fn clock(&self) -> Clock {
        self.0.clock
    }

    /// Simulated time since the simulator was made, or since the instance was, if it has another speed.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.0.clock.now()
    }

    /// Simulated time since the instance was linked or unlinked, or was added: for a gateway whose
    /// status lags behind.
    #[must_use]
    pub fn link_age(&self) -> Duration {
        let now = self.now();
        now.saturating_sub(self.state().link_changed)
    }

    /// Waits for this simulated time: for a gateway that takes its time to answer.
    pub async fn wait(&self, simulated: Duration) {
        self.0.clock.sleep(simulated).await;
    }

    /// Does something after this simulated time, while requests go on: for a gateway that renews
    /// codes or ends attempts by itself. Nothing happens once the simulator is dropped, or outside
    /// a tokio runtime.
    pub fn schedule(&self, after: Duration, action: impl FnOnce(&Self) + Send + 'static) {
        let (clock, instance) = (self.0.clock, Arc::downgrade(&self.0));
        self.0.tasks.spawn(async move {
            clock.sleep(after).await;
            if let Some(instance) = instance.upgrade() {
                action(&Self(instance));
            }
        });
    }

    /// Hands out the valid QR text, making one if there is none; `None` while linked.
    #[must_use]
    pub fn issue_qr(&self) -> Option<String> {
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

    /// Makes a phone code for this number and hands it out; the one before it is dead. It has a
    /// hyphen if [`InstanceSetup::phone_code_hyphen`](crate::InstanceSetup::phone_code_hyphen)
    /// says so.
    ///
    /// # Errors
    ///
    /// [`NoPhoneCode`] says why there is none.
    pub fn issue_phone_code(&self, phone: PhoneNumber) -> Result<String, NoPhoneCode> {
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

    /// Opens a session of QR codes if none is open, and hands none out: for a gateway that makes
    /// codes as soon as it is started. Nothing happens while linked.
    pub fn open_qr(&self) {
        let now = self.now();
        let mut state = self.state();
        if state.linked.is_none() {
            state.qr.ensure_open(now);
        }
    }

    /// The valid QR text, which is not handed out by this, and the simulated time it lives on.
    #[must_use]
    pub fn valid_qr(&self) -> Option<(String, Duration)> {
        self.state().qr.valid_text(self.now())
    }

    /// Makes a phone code for this number, as [`issue_phone_code`](Self::issue_phone_code) does, and
    /// does not hand it out: for a gateway that renews phone codes by itself.
    ///
    /// # Errors
    ///
    /// [`NoPhoneCode`] says why there is none.
    pub fn renew_phone_code(&self, phone: PhoneNumber) -> Result<(), NoPhoneCode> {
        let now = self.now();
        let mut state = self.state();
        if state.linked.is_some() {
            return Err(NoPhoneCode::Linked);
        }
        let made = state.phone_codes.issue(now, phone);
        made.map(drop).map_err(|Overlimit| NoPhoneCode::Overlimit)
    }

    /// Hands out the valid phone code, if there is one.
    #[must_use]
    pub fn show_phone_code(&self) -> Option<String> {
        let now = self.now();
        let state = self.state();
        let (code, lives) = state.phone_codes.valid(now)?;
        let code = self.as_sent(code);
        self.show(IssuedCode::PhoneCode {
            code: code.clone(),
            lives: self.0.clock.real(lives),
        });
        Some(code)
    }

    /// Drops the connection to WhatsApp: codes die, a link stays.
    pub fn close_codes(&self) {
        let now = self.now();
        let mut state = self.state();
        state.qr.close(now);
        state.phone_codes.close();
    }

    /// Drops the connection to WhatsApp and opens it again: codes die, a link stays and is
    /// reported by webhook again.
    pub fn restart(&self) {
        self.close_codes();
        self.report_link();
    }

    /// Sends a webhook to the address of its topic, if there is one, and keeps it for
    /// [`webhooks`](Self::webhooks).
    pub fn send_webhook(&self, webhook: Webhook) {
        let mut state = self.state();
        if state.webhooks.len() == WEBHOOKS_KEPT {
            state.webhooks.pop_front();
        }
        state.webhooks.push_back(webhook.clone());
        if let Some(url) = state.addresses.get(&webhook.topic) {
            self.0.tasks.send(url.clone(), webhook);
        }
    }

    pub(super) fn report_link(&self) {
        let linked = self.linked_phone();
        let webhook = linked.and_then(|phone| self.dialect().linked(self, &phone));
        if let Some(webhook) = webhook {
            self.send_webhook(webhook);
        }
    }

    fn show(&self, code: IssuedCode) {
        self.0.issued.send_replace(Some(code));
    }
}
