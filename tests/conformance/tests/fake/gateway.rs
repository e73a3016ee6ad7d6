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
    Linking,
    Passkey,
    Trouble(Condition),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    Qr,
    PhoneCode(PhoneNumber),
    Status,
    Abandon,
    Unlink,
}

#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) instance: String,
    pub(crate) token: String,
    /// How long the status lags behind a scan.
    pub(crate) settling: Duration,
    start: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    linked: bool,
    /// Until when a phone is linking.
    linking: Option<Instant>,
    second_attempts: u64,
    /// Attempts that were ended; each makes codes of its own.
    ended: u64,
    condition: Condition,
    calls: Calls,
    webhooks: Vec<Vec<u8>>,
}

impl Gateway {
    pub(crate) fn new(number: u64, settling: Duration) -> Self {
        Self {
            instance: format!("instance-canary-{number:06}"),
            token: format!("token-canary-{number:06}"),
            settling,
            start: Instant::now(),
            state: Mutex::new(State {
                linked: false,
                linking: None,
                second_attempts: 0,
                ended: 0,
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
        let ended = self.state().ended;
        format!("2@{},{},{ended}", self.instance, self.generation(20))
    }

    /// Another one for each number.
    pub(crate) fn phone_code(&self, phone: &PhoneNumber) -> String {
        let digits = phone.digits();
        let ended = self.state().ended;
        let generation = self.generation(160) + 100 * ended;
        format!("{}-{generation:04}", &digits[digits.len() - 4..])
    }

    pub(crate) fn second_attempts(&self) -> u64 {
        self.state().second_attempts
    }

    fn is_linking(&self) -> bool {
        let until = self.state().linking;
        until.is_some_and(|until| Instant::now() < until)
    }

    pub(crate) fn use_code(&self, code: &PairingCode) -> bool {
        let live = match code {
            PairingCode::QrText { text } => text.expose() == self.qr(),
            PairingCode::PhoneCode { code } => code.expose() == self.phone_code(&phone()),
            PairingCode::QrImage { .. } => false,
        };
        let linked = live && !self.is_linked();
        if linked {
            self.state().linking = Some(Instant::now() + self.settling);
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
        let is_code = matches!(ask, Ask::Qr | Ask::PhoneCode(_));
        match condition {
            Condition::Healthy => self.serve(&ask),
            Condition::NotReady if ask == Ask::Qr => Answer::NotReady,
            Condition::PhoneCodeNotReady if is_code && ask != Ask::Qr => Answer::NotReady,
            Condition::PasskeyRequired if is_code => Answer::Passkey,
            Condition::NotReady | Condition::PhoneCodeNotReady | Condition::PasskeyRequired => {
                self.serve(&ask)
            }
            trouble => Answer::Trouble(trouble),
        }
    }

    fn serve(&self, ask: &Ask) -> Answer {
        match ask {
            Ask::Status if self.is_linking() => Answer::Linking,
            Ask::Qr | Ask::PhoneCode(_) if self.is_linking() => {
                self.state().second_attempts += 1;
                Answer::Text(self.qr())
            }
            Ask::Abandon => {
                self.state().ended += 1;
                Answer::Done
            }
            Ask::Status => Answer::Connected(self.is_linked()),
            Ask::Unlink => {
                self.set_linked(false);
                Answer::Done
            }
            Ask::Qr | Ask::PhoneCode(_) if self.is_linked() => Answer::Connected(true),
            Ask::Qr => Answer::Text(self.qr()),
            Ask::PhoneCode(phone) => Answer::Text(self.phone_code(phone)),
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
