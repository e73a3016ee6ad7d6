//! The gateway itself: codes that rotate, one phone, conditions, counters.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use pairing_conformance::{Calls, Condition};
use pairing_core::{PairingCode, PhoneNumber};
use tokio::time::Instant;

const LATENCY: Duration = Duration::from_millis(40);

pub(crate) fn phone() -> PhoneNumber {
    "+5511999998888".parse().unwrap()
}

/// What the gateway says, in place of HTTP and JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Text(String),
    Connected(bool),
    Done,
    NotReady,
    Passkey,
    Trouble(Condition),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Qr,
    PhoneCode,
    Status,
    Unlink,
}

#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) instance: String,
    pub(crate) token: String,
    start: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    linked: bool,
    condition: Condition,
    calls: Calls,
    webhooks: Vec<Vec<u8>>,
}

impl Gateway {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            instance: format!("instance-canary-{number:06}"),
            token: format!("token-canary-{number:06}"),
            start: Instant::now(),
            state: Mutex::new(State {
                linked: false,
                condition: Condition::Healthy,
                calls: Calls::default(),
                webhooks: Vec::new(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn generation(&self, life: u64) -> u64 {
        self.start.elapsed().as_secs() / life
    }

    pub(crate) fn qr(&self) -> String {
        format!("2@{},{}", self.instance, self.generation(20))
    }

    pub(crate) fn phone_code(&self) -> String {
        format!("ABCD-{:04}", self.generation(160))
    }

    pub(crate) fn use_code(&self, code: &PairingCode) -> bool {
        let live = match code {
            PairingCode::QrText { text } => text.expose() == self.qr(),
            PairingCode::PhoneCode { code } => code.expose() == self.phone_code(),
            PairingCode::QrImage { .. } => false,
        };
        let linked = live && !self.is_linked();
        if linked {
            self.set_linked(true);
        }
        linked
    }

    pub(crate) fn set_linked(&self, linked: bool) {
        let mut state = self.state();
        if linked && !state.linked {
            let body = format!("connected {} {}", self.instance, phone());
            state.webhooks.push(body.into_bytes());
        }
        state.linked = linked;
    }

    pub(crate) fn is_linked(&self) -> bool {
        self.state().linked
    }

    pub(crate) fn set_condition(&self, condition: Condition) {
        self.state().condition = condition;
    }

    pub(crate) fn calls(&self) -> Calls {
        self.state().calls
    }

    pub(crate) fn webhooks(&self) -> Vec<Vec<u8>> {
        self.state().webhooks.clone()
    }

    pub(crate) async fn ask(&self, ask: Ask) -> Answer {
        let _under_way = UnderWay::begin(self);
        let condition = self.state().condition;
        if condition == Condition::Hanging {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(LATENCY).await;
        let is_code = matches!(ask, Ask::Qr | Ask::PhoneCode);
        match condition {
            Condition::Healthy => self.serve(ask),
            Condition::NotReady if ask == Ask::Qr => Answer::NotReady,
            Condition::PasskeyRequired if is_code => Answer::Passkey,
            Condition::NotReady | Condition::PasskeyRequired => self.serve(ask),
            trouble => Answer::Trouble(trouble),
        }
    }

    fn serve(&self, ask: Ask) -> Answer {
        match ask {
            Ask::Status => Answer::Connected(self.is_linked()),
            Ask::Unlink => {
                self.set_linked(false);
                Answer::Done
            }
            Ask::Qr | Ask::PhoneCode if self.is_linked() => Answer::Connected(true),
            Ask::Qr => Answer::Text(self.qr()),
            Ask::PhoneCode => Answer::Text(self.phone_code()),
        }
    }
}

/// A call under way; it ends when the caller drops it.
struct UnderWay<'a>(&'a Gateway);

impl<'a> UnderWay<'a> {
    fn begin(gateway: &'a Gateway) -> Self {
        let calls = &mut gateway.state().calls;
        calls.total += 1;
        calls.in_flight += 1;
        Self(gateway)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.state().calls.in_flight -= 1;
    }
}
