//! A simulated session and its way through its states, by the clock and by what it is asked.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pairing_core::PhoneNumber;
use pairing_sim::{GatewayResponse, Instance, QrPictureBody, Webhook, WebhookTopic};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::options::{FirstState, Options};
use super::{VERSION, refusals};

/// How long a browser takes to end. Invented: from the source it is known only that it takes a while.
const ENDS: Duration = Duration::from_secs(1);
/// How long a logout takes. RUN.
const LOGOUT: Duration = Duration::from_millis(500);
/// How often an answer that waits looks for what it waits for.
const LOOK: Duration = Duration::from_millis(100);

/// What the dialect keeps for an instance.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) options: Options,
    pub(super) secret_key: SecretString,
    session: Mutex<Session>,
}

#[derive(Debug)]
struct Session {
    shown: Shown,
    /// Counts the states, so that what was planned in an earlier one is dropped.
    epoch: u64,
    /// Counts the browsers. `browser` is the one that runs.
    opened: u64,
    browser: Option<u64>,
    /// A phone has linked, and nothing is said of it.
    is_linking: bool,
    /// The last QR text, which stays after its death.
    urlcode: Option<String>,
    /// What the last start with a body said, which the next one without takes over.
    config: Value,
    /// How many orders came while a link was being made.
    second_attempts: u64,
}

/// What the server shows of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// It knows no such session.
    Nothing,
    /// It has a session without a state, after a `close-session`.
    Null,
    Closed,
    Initializing,
    Qr,
    PhoneCode,
    Connected,
}

impl Shown {
    /// `status` on the wire.
    pub(super) fn status(self) -> Option<&'static str> {
        match self {
            Self::Nothing | Self::Null => None,
            Self::Closed => Some("CLOSED"),
            Self::Initializing => Some("INITIALIZING"),
            Self::Qr => Some("QRCODE"),
            Self::PhoneCode => Some("PHONECODE"),
            Self::Connected => Some("CONNECTED"),
        }
    }
}

impl Own {
    pub(super) fn new(options: Options, secret_key: String) -> Self {
        Self {
            options,
            secret_key: secret_key.into(),
            session: Mutex::new(Session {
                shown: Shown::Nothing,
                epoch: 0,
                opened: 0,
                browser: None,
                is_linking: false,
                urlcode: None,
                config: json!({}),
                second_attempts: 0,
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

    pub(super) fn shown(&self) -> Shown {
        self.session().shown
    }

    pub(super) fn code(&self) -> Option<String> {
        self.session().urlcode.clone()
    }

    pub(super) fn second_attempts(&self) -> u64 {
        self.session().second_attempts
    }

    fn next_browser(&self) -> u64 {
        let mut session = self.session();
        session.opened += 1;
        session.browser = Some(session.opened);
        session.opened
    }

    /// Where a phone code is wanted: the number.
    fn phone(&self) -> Option<PhoneNumber> {
        let config = self.session().config.clone();
        PhoneNumber::parse(config["phone"].as_str()?).ok()
    }
}

/// Begins what the setup says is under way already.
pub(super) fn first_request(instance: &Instance) {
    let own = Own::of(instance);
    let is_new = own.session().epoch == 0;
    if is_new && own.options.state == FirstState::QrCode {
        loaded(instance, own.next_browser());
    }
}

/// The answer to `status-session`.
pub(super) fn described(instance: &Instance) -> GatewayResponse {
    match Own::of(instance).shown() {
        Shown::Nothing | Shown::Null => {
            GatewayResponse::json(200, &json!({"status": "CLOSED", "qrcode": null}))
        }
        _ => of_entry(instance),
    }
}

fn of_entry(instance: &Instance) -> GatewayResponse {
    let own = Own::of(instance);
    let status = own.shown().status();
    if own.shown() == Shown::Qr {
        // Handed out. While a phone is linking there is none, and the used one stays.
        let _ = instance.issue_qr();
    }
    let Some(code) = own.code() else {
        let body = json!({"status": status, "qrcode": null, "version": VERSION});
        return GatewayResponse::json(200, &body);
    };
    GatewayResponse::picture(&code, QrPictureBody::DataUri, |uri| {
        let body = json!({"status": status, "qrcode": uri, "urlcode": code, "version": VERSION});
        GatewayResponse::json(200, &body)
    })
}

/// Says the state, and opens a browser where none runs. Where the server has no session yet, it can wait
/// for the first code.
pub(super) async fn start(instance: &Instance, body: &Value) -> GatewayResponse {
    let own = Own::of(instance);
    let waits = body["waitQrCode"] == true;
    let before = own.shown();
    let answer = match before {
        Shown::Nothing if waits => None,
        Shown::Null if waits => Some(of_entry(instance)),
        _ => Some(described(instance)),
    };
    if matches!(before, Shown::Nothing | Shown::Null | Shown::Closed) {
        open(instance, body);
    } else if own.session().is_linking {
        own.session().second_attempts += 1;
    }
    match answer {
        Some(answer) => answer,
        None => first_code(instance).await,
    }
}

/// The answer that waits for the first code. It never comes if there is none.
async fn first_code(instance: &Instance) -> GatewayResponse {
    let own = Own::of(instance);
    let epoch = own.session().epoch + 1;
    loop {
        instance.wait(LOOK).await;
        if own.session().epoch < epoch {
            continue;
        }
        let session = instance.id();
        match own.shown() {
            Shown::Qr if own.session().epoch == epoch => {
                let code = instance.issue_qr().unwrap_or_default();
                return GatewayResponse::picture(&code, QrPictureBody::DataUri, |uri| {
                    let bare = uri.rsplit(',').next().unwrap_or_default();
                    let body = json!({
                        "status": "qrcode",
                        "qrcode": bare,
                        "urlcode": code,
                        "session": session,
                    });
                    GatewayResponse::json(200, &body)
                });
            }
            Shown::PhoneCode if own.session().epoch == epoch => {
                if let (Some(phone), Some(code)) = (own.phone(), instance.show_phone_code()) {
                    let body = json!({
                        "status": "phoneCode",
                        "phone": phone.digits(),
                        "phoneCode": code,
                        "session": session,
                    });
                    return GatewayResponse::json(200, &body);
                }
            }
            _ => {}
        }
    }
}

/// Opens a browser. It fails where another one has the session's files; the server does not say so.
fn open(instance: &Instance, body: &Value) {
    let own = Own::of(instance);
    let has_config = body.as_object().is_some_and(|body| !body.is_empty());
    if has_config {
        own.session().config = body.clone();
    }
    let url = own.session().config["webhook"].as_str().map(str::to_owned);
    // The simulator calls loopback addresses only.
    if has_config || url.is_some() {
        let _ = instance.set_webhook(url);
    }
    let runs = own.session().browser.is_some();
    enter(instance, Shown::Initializing);
    if runs {
        return;
    }
    let browser = own.next_browser();
    instance.schedule(own.options.start_takes(), move |instance| {
        if Own::of(instance).session().browser == Some(browser) {
            loaded(instance, browser);
        }
    });
}

/// WhatsApp Web is loaded.
fn loaded(instance: &Instance, browser: u64) {
    let own = Own::of(instance);
    if instance.is_linked() {
        report(instance, "isLogged", WebhookTopic::Other);
        enter(instance, Shown::Connected);
        report(instance, "inChat", WebhookTopic::Linked);
        return;
    }
    report(instance, "notLogged", WebhookTopic::Other);
    instance.schedule(own.options.closes_after(), move |instance| {
        auto_close(instance, browser);
    });
    match own.phone() {
        Some(phone) => new_phone_code(instance, &phone),
        None => new_qr(instance),
    }
}

/// The library closes the browser by itself. A link that is being made keeps it open.
fn auto_close(instance: &Instance, browser: u64) {
    let own = Own::of(instance);
    let goes_on = instance.is_linked() || own.session().browser != Some(browser);
    if goes_on {
        return;
    }
    instance.close_codes();
    if own.shown() != Shown::Null {
        enter(instance, Shown::Closed);
    }
    report(instance, "qrReadError", WebhookTopic::Other);
    end_browser(instance);
}

fn end_browser(instance: &Instance) {
    let browser = Own::of(instance).session().browser;
    instance.schedule(ENDS, move |instance| {
        let mut session = Own::of(instance).session();
        if session.browser == browser {
            session.browser = None;
        }
    });
}

fn new_qr(instance: &Instance) {
    instance.open_qr();
    let Some((text, lives)) = instance.valid_qr() else {
        return;
    };
    Own::of(instance).session().urlcode = Some(text.clone());
    enter(instance, Shown::Qr);
    let body = json!({"event": "qrcode", "session": instance.id(), "qrcode": "", "urlcode": text});
    instance.send_webhook(Webhook::json(WebhookTopic::Other, &body));
    plan(instance, lives, new_qr);
}

fn new_phone_code(instance: &Instance, phone: &PhoneNumber) {
    // A refusal is only logged.
    if instance.renew_phone_code(phone.clone()).is_err() {
        return;
    }
    enter(instance, Shown::PhoneCode);
    let body = json!({"event": "phoneCode", "session": instance.id(), "phone": phone.digits()});
    instance.send_webhook(Webhook::json(WebhookTopic::Other, &body));
    if Own::of(instance).options.renews_phone_codes {
        let period = instance.setup().rotation.first();
        let phone = phone.clone();
        plan(instance, period, move |instance| {
            new_phone_code(instance, &phone);
        });
    }
}

/// A phone has linked: with a code, or elsewhere.
pub(super) fn linked(instance: &Instance) -> Option<Webhook> {
    let own = Own::of(instance);
    if !matches!(own.shown(), Shown::Qr | Shown::PhoneCode) {
        enter(instance, Shown::Connected);
        return Some(found(instance, "inChat", WebhookTopic::Linked));
    }
    // The state stays, and so does the code.
    let shown = own.shown();
    enter(instance, shown);
    own.session().is_linking = true;
    report(instance, "qrReadSuccess", WebhookTopic::Other);
    plan(instance, own.options.link_takes(), |instance| {
        enter(instance, Shown::Connected);
        report(instance, "inChat", WebhookTopic::Linked);
    });
    None
}

/// The phone has removed the device: the server closes the browser and forgets the session.
pub(super) fn unlinked(instance: &Instance) -> Option<Webhook> {
    if Own::of(instance).shown() == Shown::Nothing {
        return None;
    }
    forget(instance);
    Some(found(
        instance,
        "disconnectedMobile",
        WebhookTopic::Unlinked,
    ))
}

fn forget(instance: &Instance) {
    enter(instance, Shown::Nothing);
    Own::of(instance).session().urlcode = None;
    end_browser(instance);
}

pub(super) async fn logout(instance: &Instance) -> GatewayResponse {
    forget(instance);
    instance.unlink();
    instance.wait(LOGOUT).await;
    let body = json!({
        "event": "logoutsession",
        "session": instance.id(),
        "message": format!("Session: {} logged out", instance.id()),
        "connected": false,
    });
    instance.send_webhook(Webhook::json(WebhookTopic::Unlinked, &body));
    closed()
}

/// Closes the browser of a linked session. Of one that pairs, the server forgets the state and leaves the
/// browser alone.
pub(super) fn close(instance: &Instance) -> GatewayResponse {
    let own = Own::of(instance);
    let before = own.shown();
    if own.session().is_linking {
        own.session().second_attempts += 1;
    }
    match before {
        Shown::Nothing => return refusals::not_closed(),
        Shown::Null => return closed(),
        _ => {}
    }
    enter(instance, Shown::Null);
    own.session().urlcode = None;
    if before != Shown::Connected {
        return refusals::not_closed();
    }
    end_browser(instance);
    closed()
}

fn closed() -> GatewayResponse {
    let body = json!({"status": true, "message": "Session successfully closed"});
    GatewayResponse::json(200, &body)
}

fn enter(instance: &Instance, shown: Shown) {
    let mut session = Own::of(instance).session();
    session.shown = shown;
    session.epoch += 1;
    session.is_linking = false;
}

/// Does this after so much simulated time, unless the state has changed by then.
fn plan(instance: &Instance, after: Duration, action: impl FnOnce(&Instance) + Send + 'static) {
    let epoch = Own::of(instance).session().epoch;
    instance.schedule(after, move |instance| {
        if Own::of(instance).session().epoch == epoch {
            action(instance);
        }
    });
}

fn report(instance: &Instance, status: &str, topic: WebhookTopic) {
    instance.send_webhook(found(instance, status, topic));
}

fn found(instance: &Instance, status: &str, topic: WebhookTopic) -> Webhook {
    let body = json!({"event": "status-find", "session": instance.id(), "status": status});
    Webhook::json(topic, &body)
}
