//! A simulated session and its way through its states, by the clock and by what it is asked.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pairing_adapter::HmacHash;
use pairing_core::PhoneNumber;
use pairing_sim::{Instance, Webhook, WebhookTopic};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::options::{FirstState, Options};

/// How long the engine waits before it begins another attempt. RUN, and the source of NOWEB.
const PAUSE: Duration = Duration::from_secs(2);
/// How long the connection takes that follows a scan. Invented: on a loopback it is too short to see.
const RECONNECTS: Duration = Duration::from_millis(500);
/// How long stop, restart and logout take. RUN.
const STOPS: Duration = Duration::from_secs(3);

/// What the dialect keeps for an instance.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) options: Options,
    pub(super) hmac_key: SecretString,
    session: Mutex<Session>,
}

#[derive(Debug)]
struct Session {
    phase: Phase,
    /// Counts the phases, so that what was planned in an earlier one is dropped.
    epoch: u64,
    /// `me`: the linked number, that of an old link, or that of a request for a phone code.
    account: Option<PhoneNumber>,
    /// A request for a phone code named the account.
    is_requested: bool,
    /// The phone has removed the device: no start helps until a logout.
    is_removed: bool,
    /// How many orders came while a link was being made.
    second_attempts: u64,
    config: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is no session.
    Missing,
    Stopped,
    Starting,
    /// Codes are on offer.
    Scan,
    /// Between two attempts: the state is that of `Scan`, and there is no code.
    Between,
    /// A phone has linked, and nothing is said of it: the state is that of `Scan`.
    Scanned,
    /// The connection that follows a scan.
    Reconnecting,
    Working,
    Failed,
}

impl Phase {
    /// `status` on the wire.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::Missing | Self::Stopped => "STOPPED",
            Self::Starting | Self::Reconnecting => "STARTING",
            Self::Scan | Self::Between | Self::Scanned => "SCAN_QR_CODE",
            Self::Working => "WORKING",
            Self::Failed => "FAILED",
        }
    }

    fn topic(self) -> WebhookTopic {
        match self {
            Self::Working => WebhookTopic::Linked,
            Self::Failed => WebhookTopic::Unlinked,
            _ => WebhookTopic::Other,
        }
    }
}

impl Own {
    pub(super) fn new(options: Options, hmac_key: String) -> Self {
        let phase = match (options.exists, options.state) {
            (false, _) => Phase::Missing,
            (true, FirstState::Stopped) => Phase::Stopped,
            // Until it is first asked, when the clock of the codes begins.
            (true, FirstState::ScanQrCode) => Phase::Between,
        };
        Self {
            options,
            hmac_key: hmac_key.into(),
            session: Mutex::new(Session {
                phase,
                epoch: 0,
                account: None,
                is_requested: false,
                is_removed: false,
                second_attempts: 0,
                config: Value::Null,
            }),
        }
    }

    pub(super) fn of(instance: &Instance) -> &Self {
        let own = instance.own();
        own.expect("the dialect makes one for each of its instances")
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn phase(&self) -> Phase {
        self.session().phase
    }

    /// How long after a scan the session is not yet `WORKING`.
    pub(super) fn settles_in(&self) -> Duration {
        self.options.link_takes() + RECONNECTS
    }

    pub(super) fn second_attempts(&self) -> u64 {
        self.session().second_attempts
    }

    /// An order came that breaks a link which is being made.
    pub(super) fn count_if_linking(&self) {
        let mut session = self.session();
        if matches!(session.phase, Phase::Scanned | Phase::Reconnecting) {
            session.second_attempts += 1;
        }
    }
}

/// Begins what the setup says is under way already.
pub(super) fn first_request(instance: &Instance) {
    let own = Own::of(instance);
    let is_new = own.session().epoch == 0;
    if is_new && own.phase() == Phase::Between {
        enter(instance, Phase::Scan);
    }
}

/// The session as the gateway describes it.
pub(super) fn described(instance: &Instance) -> Value {
    let own = Own::of(instance);
    let session = own.session();
    let engine = match session.phase {
        Phase::Missing | Phase::Stopped => json!({}),
        _ => json!({"engine": "NOWEB"}),
    };
    json!({
        "name": instance.id(),
        "status": session.phase.status(),
        "config": session.config,
        "me": session.me(),
        "engine": engine,
    })
}

impl Session {
    fn me(&self) -> Value {
        let Some(phone) = &self.account else {
            return Value::Null;
        };
        let digits = phone.digits();
        let id = format!("{digits}@c.us");
        match (self.phase, self.is_requested) {
            (Phase::Missing | Phase::Stopped, _) => Value::Null,
            (_, true) => json!({"id": id, "pushName": "~"}),
            // What newer servers say; the lid is no phone number.
            (Phase::Working, false) => json!({
                "id": id,
                "lid": format!("9{digits}@lid"),
                "jid": format!("{digits}:12@s.whatsapp.net"),
                "pushName": "Simulator",
            }),
            (_, false) => json!({"id": id}),
        }
    }
}

pub(super) fn configure(instance: &Instance, config: &Value) {
    let url = config["webhooks"][0]["url"].as_str();
    // The simulator calls loopback addresses only.
    let _ = instance.set_webhook(url.map(str::to_owned));
    Own::of(instance).session().config = config.clone();
}

/// Starts a session that does not run.
pub(super) fn start(instance: &Instance) {
    enter(instance, Phase::Starting);
}

/// Stops a session that runs. A link is kept.
pub(super) async fn stop(instance: &Instance) {
    if Own::of(instance).phase() == Phase::Stopped {
        return;
    }
    instance.close_codes();
    if !instance.is_linked() && !Own::of(instance).session().is_removed {
        Own::of(instance).session().account = None;
    }
    enter(instance, Phase::Stopped);
    instance.wait(STOPS).await;
}

/// Unlinks, and starts a session that ran with new codes.
pub(super) async fn logout(instance: &Instance) {
    let own = Own::of(instance);
    let ran = own.phase() != Phase::Stopped;
    // Before the phone hears of it: the webhook of a removed device is not sent.
    own.session().phase = Phase::Stopped;
    instance.close_codes();
    instance.unlink();
    {
        let mut session = own.session();
        (session.account, session.is_requested, session.is_removed) = (None, false, false);
    }
    enter(instance, Phase::Stopped);
    if ran {
        instance.wait(STOPS).await;
        enter(instance, Phase::Starting);
    }
}

pub(super) fn delete(instance: &Instance) {
    instance.close_codes();
    instance.unlink();
    enter(instance, Phase::Missing);
}

/// A phone code was made for this number, which `me` names from then on.
pub(super) fn requested(instance: &Instance, phone: PhoneNumber) {
    let mut session = Own::of(instance).session();
    (session.account, session.is_requested) = (Some(phone), true);
}

/// A phone has linked: with a code, or elsewhere. Gives the webhook of a link that holds already.
pub(super) fn linked(instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
    let own = Own::of(instance);
    let phase = {
        let mut session = own.session();
        (session.account, session.is_requested) = (Some(phone.clone()), false);
        session.is_removed = false;
        session.phase
    };
    match phase {
        Phase::Working => return Some(webhook(instance, Phase::Working)),
        Phase::Scan if own.options.link_takes() > Duration::ZERO => {
            enter(instance, Phase::Scanned);
        }
        _ => enter(instance, Phase::Working),
    }
    None
}

/// The phone has removed the device.
pub(super) fn unlinked(instance: &Instance) {
    let own = Own::of(instance);
    own.session().is_removed = true;
    if !matches!(own.phase(), Phase::Stopped | Phase::Missing) {
        enter(instance, Phase::Failed);
    }
}

/// Goes into a phase, reports it, and plans what follows.
fn enter(instance: &Instance, phase: Phase) {
    let own = Own::of(instance);
    {
        let mut session = own.session();
        session.phase = phase;
        session.epoch += 1;
    }
    match phase {
        Phase::Missing | Phase::Stopped | Phase::Working | Phase::Failed => {}
        Phase::Starting => plan(instance, own.options.start_takes(), started),
        Phase::Scan => {
            instance.open_qr();
            plan_code_end(instance);
        }
        Phase::Between => plan(instance, PAUSE, |instance| enter(instance, Phase::Scan)),
        Phase::Scanned => plan(instance, own.options.link_takes(), |instance| {
            enter(instance, Phase::Reconnecting);
        }),
        Phase::Reconnecting => plan(instance, RECONNECTS, started),
    }
    if !matches!(phase, Phase::Missing | Phase::Between | Phase::Scanned) {
        instance.send_webhook(webhook(instance, phase));
    }
}

/// The start of the engine is over.
fn started(instance: &Instance) {
    let is_removed = Own::of(instance).session().is_removed;
    enter(
        instance,
        match instance.is_linked() {
            true => Phase::Working,
            false if is_removed => Phase::Failed,
            false => Phase::Scan,
        },
    );
}

fn plan_code_end(instance: &Instance) {
    let lives = instance
        .valid_qr()
        .map_or(Duration::ZERO, |(_, lives)| lives);
    plan(instance, lives, code_ends);
}

/// The code on offer is replaced, or it was the last one of the attempt.
fn code_ends(instance: &Instance) {
    if instance.valid_qr().is_some() {
        instance.send_webhook(webhook(instance, Phase::Scan));
        plan_code_end(instance);
        return;
    }
    // A phone code lives no longer than the connection that made it.
    instance.close_codes();
    enter(
        instance,
        match Own::of(instance).options.attempts_end {
            true => Phase::Failed,
            false => Phase::Between,
        },
    );
}

/// Does this after so much simulated time, unless the phase has changed by then.
fn plan(instance: &Instance, after: Duration, action: fn(&Instance)) {
    let epoch = Own::of(instance).session().epoch;
    instance.schedule(after, move |instance| {
        if Own::of(instance).session().epoch == epoch {
            action(instance);
        }
    });
}

fn webhook(instance: &Instance, phase: Phase) -> Webhook {
    let own = Own::of(instance);
    let me = own.session().me();
    let body = json!({
        "event": "session.status",
        "session": instance.id(),
        "me": me,
        "payload": {"name": instance.id(), "status": phase.status()},
        "engine": "NOWEB",
        "environment": {"version": "2024.10.8", "engine": "NOWEB", "tier": "PLUS", "browser": null},
    });
    let webhook = Webhook::json(phase.topic(), &body);
    if !own.options.signed {
        return webhook;
    }
    let signature = HmacHash::Sha512.sign(&own.hmac_key, webhook.body());
    webhook
        .with_header("X-Webhook-Hmac-Algorithm", "sha512")
        .with_header("X-Webhook-Hmac", signature)
}
