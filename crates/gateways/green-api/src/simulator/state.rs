//! A simulated instance: its state by the clock and by what it is asked, and the limits of its methods.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pairing_sim::{Instance, Webhook, WebhookTopic};
use serde_json::{Number, Value, json};

use super::options::{LinkedState, Options};

/// What the dialect keeps for an instance.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) options: Options,
    seen: Mutex<Seen>,
}

/// All times are simulated.
#[derive(Debug, Default)]
struct Seen {
    /// When it was first asked anything.
    first_request: Option<Duration>,
    /// When a QR code was first asked for.
    first_qr: Option<Duration>,
    rebooted: Option<Duration>,
    /// Whether a phone may have a code.
    offers_code: bool,
    /// Until when it does not say that the phone has used it.
    links_until: Duration,
    /// When each method was last asked.
    last: BTreeMap<String, Duration>,
    second_attempts: u64,
    /// What `setSettings` said.
    token: Option<String>,
}

/// `stateInstance`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// `null`.
    BeingMade,
    Starting,
    NotAuthorized,
    Authorized,
    YellowCard,
    SleepMode,
}

impl State {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::BeingMade => None,
            Self::Starting => Some("starting"),
            Self::NotAuthorized => Some("notAuthorized"),
            Self::Authorized => Some("authorized"),
            Self::YellowCard => Some("yellowCard"),
            Self::SleepMode => Some("sleepMode"),
        }
    }

    pub(super) fn json(self) -> Value {
        self.name().map_or(Value::Null, Value::from)
    }

    pub(super) fn is_linked(self) -> bool {
        matches!(self, Self::Authorized | Self::YellowCard | Self::SleepMode)
    }

    pub(super) fn is_starting(self) -> bool {
        matches!(self, Self::BeingMade | Self::Starting)
    }
}

impl Own {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            seen: Mutex::default(),
        }
    }

    pub(super) fn of(instance: &Instance) -> &Self {
        let own = instance.own();
        own.expect("the dialect makes one for each of its instances")
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn second_attempts(&self) -> u64 {
        self.seen().second_attempts
    }

    /// What webhooks bring, if anything.
    fn authorization(&self) -> Option<String> {
        let set = self.seen().token.clone();
        let token = set.or_else(|| self.options.webhook_token.clone())?;
        Some(match &*self.options.webhook_scheme {
            "" => token,
            scheme => format!("{scheme} {token}"),
        })
    }
}

pub(super) fn state(instance: &Instance) -> State {
    let (own, now) = (Own::of(instance), instance.now());
    let (first_request, rebooted) = {
        let mut seen = own.seen();
        (*seen.first_request.get_or_insert(now), seen.rebooted)
    };
    let made = first_request + own.options.making_takes();
    let is_rebooting = rebooted.is_some_and(|at| now < at + own.options.reboot_takes());
    if now < made {
        State::BeingMade
    } else if is_rebooting || now < made + own.options.start_takes() {
        State::Starting
    } else if !instance.is_linked() {
        State::NotAuthorized
    } else if is_linking(instance) {
        State::Starting
    } else {
        match own.options.linked_state {
            LinkedState::Authorized => State::Authorized,
            LinkedState::YellowCard => State::YellowCard,
            LinkedState::SleepMode => State::SleepMode,
        }
    }
}

/// A phone has used a code, and the instance does not say so yet.
pub(super) fn is_linking(instance: &Instance) -> bool {
    instance.is_linked() && instance.now() < Own::of(instance).seen().links_until
}

/// Whether the first QR code is still being made.
pub(super) fn is_making_qr(instance: &Instance) -> bool {
    let (own, now) = (Own::of(instance), instance.now());
    let first = *own.seen().first_qr.get_or_insert(now);
    now < first + own.options.qr_takes()
}

/// Whether this method was asked for too often. Counts this request.
pub(super) fn is_over_limit(instance: &Instance, method: &str) -> bool {
    const THREE_A_SECOND: Duration = Duration::from_millis(333);
    const ONE_A_SECOND: Duration = Duration::from_secs(1);
    let spacing = match method {
        "qr" => THREE_A_SECOND,
        "getStateInstance" | "getWaSettings" | "logout" | "reboot" => ONE_A_SECOND,
        _ => return false,
    };
    let (own, now) = (Own::of(instance), instance.now());
    let last = own.seen().last.insert(method.to_owned(), now);
    own.options.limits && last.is_some_and(|last| now < last + spacing)
}

/// An order came that breaks a link which is being made.
pub(super) fn count_if_linking(instance: &Instance) {
    if is_linking(instance) {
        Own::of(instance).seen().second_attempts += 1;
    }
}

/// Codes die, a link stays.
pub(super) fn reboot(instance: &Instance) {
    let own = Own::of(instance);
    own.seen().rebooted = Some(instance.now());
    instance.close_codes();
    report(instance, State::Starting);
    report_later(instance, own.options.reboot_takes());
}

pub(super) fn set_webhook_token(instance: &Instance, token: &str) {
    let token = (!token.is_empty()).then(|| token.to_owned());
    Own::of(instance).seen().token = token;
}

/// A code was handed out.
pub(super) fn offers_code(instance: &Instance) {
    Own::of(instance).seen().offers_code = true;
}

/// A phone has linked: with a code, or elsewhere. Gives the webhook of a link that holds already.
pub(super) fn linked(instance: &Instance) -> Option<Webhook> {
    let (own, now) = (Own::of(instance), instance.now());
    let takes = own.options.link_takes();
    {
        let mut seen = own.seen();
        if std::mem::take(&mut seen.offers_code) {
            seen.links_until = now + takes;
        }
    }
    if !is_linking(instance) {
        return Some(webhook(instance, state(instance)));
    }
    report(instance, State::Starting);
    report_later(instance, takes);
    None
}

fn report(instance: &Instance, state: State) {
    instance.send_webhook(webhook(instance, state));
}

/// Reports the state that it has then.
fn report_later(instance: &Instance, after: Duration) {
    instance.schedule(after, |instance| report(instance, state(instance)));
}

pub(super) fn webhook(instance: &Instance, state: State) -> Webhook {
    let topic = match state {
        State::NotAuthorized => WebhookTopic::Unlinked,
        state if state.is_linked() => WebhookTopic::Linked,
        _ => WebhookTopic::Other,
    };
    let wid = instance
        .linked_phone()
        .map_or_else(String::new, |phone| format!("{}@c.us", phone.digits()));
    let id = instance.id().parse::<Number>();
    let body = json!({
        "typeWebhook": "stateInstanceChanged",
        "instanceData": {
            "idInstance": id.map_or_else(|_| instance.id().into(), Value::Number),
            "wid": wid,
            "typeInstance": "whatsapp",
        },
        "timestamp": 1_764_000_000 + instance.now().as_secs(),
        "stateInstance": state.json(),
    });
    let webhook = Webhook::json(topic, &body);
    match Own::of(instance).authorization() {
        Some(authorization) => webhook.with_header("Authorization", authorization),
        None => webhook,
    }
}
