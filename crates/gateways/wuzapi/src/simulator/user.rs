//! A simulated user and its way through the states of its connection, by the clock and by what it is
//! asked.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pairing_adapter::HmacHash;
use pairing_core::PhoneNumber;
use pairing_sim::{Instance, Webhook, WebhookTopic};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::options::{FirstState, Options, Version};

/// How long the socket is closed that WhatsApp closes after a scan. Invented.
const RECONNECTS: Duration = Duration::from_secs(1);

/// How many codes a connection has, whatever their rhythm.
const CODES: u8 = 6;

/// What the dialect keeps for an instance.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) options: Options,
    pub(super) hmac_key: SecretString,
    user: Mutex<User>,
}

#[derive(Debug)]
struct User {
    phase: Phase,
    /// Counts the phases, so that what was planned in an earlier one is dropped.
    epoch: u64,
    /// How many codes of the connection were on offer.
    codes: u8,
    /// The account that was linked last: it stays after an unlink.
    account: Option<PhoneNumber>,
    /// What the webhook gets, as the server keeps it.
    events: String,
    webhook: String,
    /// How many connections were made beside another one, or disturbed a link.
    second_attempts: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is no connection.
    Down,
    /// The socket is being opened.
    Connecting,
    /// It is open, and there is no code yet.
    Early,
    /// Codes are on offer.
    Offer,
    /// A phone has used a code: the socket is still open.
    Scanned,
    /// It is closed and opened again.
    Reconnecting,
    LoggedIn,
}

impl Phase {
    /// `connected` and `loggedIn`.
    pub(super) fn flags(self) -> (bool, bool) {
        match self {
            Self::Down | Self::Connecting | Self::Reconnecting => (false, false),
            Self::Early | Self::Offer | Self::Scanned => (true, false),
            Self::LoggedIn => (true, true),
        }
    }
}

impl Own {
    pub(super) fn new(options: Options, hmac_key: String) -> Self {
        Self {
            options,
            hmac_key: hmac_key.into(),
            user: Mutex::new(User {
                phase: Phase::Down,
                epoch: 0,
                codes: 0,
                account: None,
                events: "Message".to_owned(),
                webhook: String::new(),
                second_attempts: 0,
            }),
        }
    }

    pub(super) fn of(instance: &Instance) -> &Self {
        let own = instance.own();
        own.expect("the dialect makes one for each of its instances")
    }

    fn user(&self) -> MutexGuard<'_, User> {
        self.user.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn phase(&self) -> Phase {
        self.user().phase
    }

    /// How long after a scan the user is not yet logged in.
    pub(super) fn settles_in(&self) -> Duration {
        self.options.link_takes() + RECONNECTS
    }

    pub(super) fn second_attempts(&self) -> u64 {
        self.user().second_attempts
    }

    /// An order came that opens a second connection, or breaks a link which is being made.
    pub(super) fn count_second_attempt(&self) {
        self.user().second_attempts += 1;
    }

    /// What the webhook gets from now on.
    pub(super) fn subscribe(&self, events: String) {
        self.user().events = events;
    }

    pub(super) fn events(&self) -> String {
        self.user().events.clone()
    }

    pub(super) fn set_webhook(&self, url: String) {
        self.user().webhook = url;
    }

    pub(super) fn webhook(&self) -> String {
        self.user().webhook.clone()
    }

    /// As `.0:52@` in the vendor's documentation; empty for a user that was never linked.
    pub(super) fn jid(&self) -> String {
        let user = self.user();
        let jid = |phone: &PhoneNumber| format!("{}.0:52@s.whatsapp.net", phone.digits());
        user.account.as_ref().map(jid).unwrap_or_default()
    }
}

/// Begins what the setup says is under way already.
pub(super) fn first_request(instance: &Instance) {
    let own = Own::of(instance);
    let is_new = own.user().epoch == 0;
    if is_new && own.options.state == FirstState::Up {
        enter(instance, Phase::Offer);
    }
}

/// Opens a connection. A second one beside a socket that is not open yet is what the real server does.
pub(super) fn connect(instance: &Instance) {
    let own = Own::of(instance);
    if matches!(own.phase(), Phase::Connecting | Phase::Reconnecting) {
        own.count_second_attempt();
    }
    enter(instance, Phase::Connecting);
}

/// Closes the connection. A link is kept.
pub(super) fn disconnect(instance: &Instance) {
    let own = Own::of(instance);
    if own.phase() != Phase::LoggedIn {
        // The real server forgets the connection, whose codes go on until they have run out.
        own.count_second_attempt();
    }
    instance.close_codes();
    enter(instance, Phase::Down);
}

pub(super) fn logout(instance: &Instance) {
    // Before the phone hears of it: the webhook of a removed device is not sent.
    enter(instance, Phase::Down);
    instance.close_codes();
    instance.unlink();
}

/// A phone has linked: with a code, or elsewhere. Gives the webhook of a link that holds already.
pub(super) fn linked(instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
    let own = Own::of(instance);
    own.user().account = Some(phone.clone());
    match own.phase() {
        Phase::LoggedIn => Some(webhook(instance, "Connected")),
        Phase::Offer => {
            instance.send_webhook(webhook(instance, "PairSuccess"));
            enter(instance, Phase::Scanned);
            None
        }
        _ => {
            enter(instance, Phase::LoggedIn);
            None
        }
    }
}

/// The phone has removed the device.
pub(super) fn unlinked(instance: &Instance) {
    if Own::of(instance).phase() != Phase::Down {
        instance.send_webhook(webhook(instance, "LoggedOut"));
        enter(instance, Phase::Down);
    }
}

/// Goes into a phase, reports it, and plans what follows.
fn enter(instance: &Instance, phase: Phase) {
    let own = Own::of(instance);
    {
        let mut user = own.user();
        user.phase = phase;
        user.epoch += 1;
        user.codes = 0;
    }
    match phase {
        Phase::Down => {}
        Phase::LoggedIn => instance.send_webhook(webhook(instance, "Connected")),
        Phase::Connecting => plan(instance, own.options.start_takes(), |instance| {
            enter(
                instance,
                match instance.is_linked() {
                    true => Phase::LoggedIn,
                    false => Phase::Early,
                },
            );
        }),
        Phase::Early => plan(instance, own.options.first_code_takes(), |instance| {
            enter(instance, Phase::Offer);
        }),
        Phase::Offer => {
            instance.open_qr();
            code_begins(instance);
        }
        Phase::Scanned => plan(instance, own.options.link_takes(), |instance| {
            instance.send_webhook(webhook(instance, "Disconnected"));
            enter(instance, Phase::Reconnecting);
        }),
        Phase::Reconnecting => plan(instance, RECONNECTS, |instance| {
            enter(instance, Phase::LoggedIn);
        }),
    }
}

/// A code is on offer: the next one follows it, or the end of the connection.
fn code_begins(instance: &Instance) {
    let codes = {
        let mut user = Own::of(instance).user();
        user.codes += 1;
        user.codes
    };
    let valid = instance.valid_qr().filter(|_| codes <= CODES);
    let Some((_, lives)) = valid else {
        // A phone code lives no longer than the connection that made it.
        instance.close_codes();
        instance.send_webhook(webhook(instance, "QRTimeout"));
        enter(instance, Phase::Down);
        return;
    };
    instance.send_webhook(webhook(instance, "QR"));
    plan(instance, lives, code_begins);
}

/// Does this after so much simulated time, unless the phase has changed by then.
fn plan(instance: &Instance, after: Duration, action: fn(&Instance)) {
    let epoch = Own::of(instance).user().epoch;
    instance.schedule(after, move |instance| {
        if Own::of(instance).user().epoch == epoch {
            action(instance);
        }
    });
}

fn webhook(instance: &Instance, kind: &str) -> Webhook {
    let own = Own::of(instance);
    let topic = match kind {
        "Connected" => WebhookTopic::Linked,
        "LoggedOut" => WebhookTopic::Unlinked,
        _ => WebhookTopic::Other,
    };
    let mut body = json!({"type": kind, "event": event(instance, kind)});
    if kind == "QR" {
        body["qrCodeBase64"] = "data:image/png;base64,".into();
    }
    let webhook = match (own.options.json_webhooks, own.options.version) {
        (true, _) => {
            body["instanceName"] = instance.id().into();
            body["userID"] = "1".into();
            Webhook::json(topic, &body)
        }
        (false, Version::Of2025) => {
            let json = body.to_string();
            Webhook::form(topic, &[("jsonData", &json), ("token", instance.token())])
        }
        (false, Version::Of2026) => {
            let json = body.to_string();
            let name = instance.id();
            let fields = [("instanceName", name), ("jsonData", &json), ("userID", "1")];
            Webhook::form(topic, &fields)
        }
    };
    if !own.options.signed {
        return webhook;
    }
    let signature = HmacHash::Sha256.sign(&own.hmac_key, webhook.body());
    webhook.with_header("x-hmac-signature", signature)
}

fn event(instance: &Instance, kind: &str) -> Value {
    match kind {
        "QR" => "code".into(),
        "QRTimeout" => "timeout".into(),
        "PairSuccess" => json!({"ID": Own::of(instance).jid(), "Platform": "android"}),
        "LoggedOut" => json!({"OnConnect": false, "Reason": 0}),
        _ => json!({}),
    }
}
