//! The gateway and the phone of one scenario: its own simulator.

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use pairing_core::{PairingPolicy, PhoneNumber};
use pairing_providers::{Overrides, Table, load};
use pairing_sim::{
    Calls, Dialect, FaultRule, Instance, InstanceSetup, ScanError, Server, Simulator,
    SimulatorOptions, TypeError,
};
use tokio::net::TcpSocket;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::list::Method;
use crate::secrets::Secrets;
use crate::step::{CODES_PER_ROUND, Count};

/// A number that is not the simulated phone's.
const OTHER_PHONE: &str = "+5521988887777";

pub(crate) struct World {
    pub(crate) instance: Instance,
    simulator: Simulator,
    server: Server,
    /// Holds a port at which nobody listens.
    closed: TcpSocket,
}

impl World {
    pub(crate) async fn new(provider: &'static dyn Dialect, speed: u32) -> Result<Self> {
        let simulator = Simulator::new(SimulatorOptions::default().with_speed(speed));
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        let server = simulator.serve(address).await?;
        let closed = TcpSocket::new_v4()?;
        closed.bind(address)?;
        Ok(Self {
            instance: simulator.add_instance(InstanceSetup::new(provider)),
            simulator,
            server,
            closed,
        })
    }

    /// The policy that the provider recommends for the instance.
    pub(crate) fn policy(&self) -> Result<PairingPolicy> {
        let settings = self.settings().into_iter();
        let settings: Table = settings.map(|(key, value)| (key, value.into())).collect();
        let provider = self.instance.dialect().name();
        let config = load(provider, &settings, |_| None, &Overrides::default())?;
        // It sends nothing.
        let transport = Arc::new(self.simulator.transport());
        Ok(config.build_with(transport)?.recommended_policy())
    }

    /// The settings with which the provider reaches the instance.
    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        let settings = self
            .instance
            .settings_at(&self.server.base_url())
            .into_iter();
        settings
            .map(|(field, value)| (field.to_owned(), value))
            .collect()
    }

    /// The setting that holds the credential by which the gateway knows who asks.
    pub(crate) fn credential(&self) -> Result<String> {
        let token = self.instance.token();
        let mut settings = self.settings().into_iter();
        let found = settings.find(|(_, value)| value == token);
        Ok(found.context("the gateway asks for no credential")?.0)
    }

    pub(crate) fn secrets(&self) -> Secrets {
        Secrets::of(self.instance.secrets())
    }

    /// Fills the placeholders of a step.
    pub(crate) fn fill(&self, text: &str, codes_per_round: u32) -> Result<String> {
        if !text.contains('{') {
            return Ok(text.to_owned());
        }
        let phone = self.instance.phone();
        let closed = self.closed.local_addr()?;
        let mut filled = text
            .replace("{phone}", &phone.to_string())
            .replace("{phone without the ninth digit}", &without_ninth(&phone))
            .replace("{other}", OTHER_PHONE)
            .replace("{codes}", &codes_per_round.to_string())
            .replace("{closed}", &format!("http://{closed}"));
        if filled.contains("{webhook}") {
            let bodies = self.instance.webhook_bodies();
            let body = bodies.last().context("no webhook was sent yet")?;
            filled = filled.replace("{webhook}", std::str::from_utf8(body)?);
        }
        Ok(filled)
    }

    pub(crate) fn set_fault(&self, fault: &FaultRule) {
        self.instance.set_faults(fault.clone());
    }

    /// The text of the code that the gateway handed out last.
    pub(crate) fn last_code(&self) -> Option<String> {
        let code = self.instance.last_code()?;
        Some(code.text().to_owned())
    }

    /// Whether the event shows that code.
    pub(crate) fn is_latest(&self, event: &Answer, method: Method) -> Result<bool, Failure> {
        let code = event.text("code")?;
        let text = match (event.text("form")?, method) {
            ("phone_code", Method::PhoneCode) => without_hyphen(code),
            ("qr_text", Method::Qr) => {
                compare_drawing(event, code)?;
                code.to_owned()
            }
            ("qr_image", Method::Qr) => pairing_qr::decode(&bytes(code)?)
                .map_err(|_| Failure::wrong("its picture holds no QR code"))?,
            _ => {
                let why = "the form of the code does not fit the method";
                return Err(Failure::wrong(why));
            }
        };
        let last = self.last_code().map(|last| match method {
            Method::Qr => last,
            Method::PhoneCode => without_hyphen(&last),
        });
        Ok(last.is_some_and(|last| last == text))
    }

    /// The phone scans or types what the event shows, which [`is_latest`](Self::is_latest).
    pub(crate) fn use_code(&self, event: &Answer) -> Result<(), Failure> {
        let code = event.text("code")?;
        let scanned = match event.text("form")? {
            "phone_code" => {
                return self.instance.type_code(code).map_err(|error| match error {
                    TypeError::Dead => Failure::TooLate,
                    error => Failure::wrong(error.to_string()),
                });
            }
            "qr_image" => self.instance.scan_picture(&bytes(code)?),
            _ => self.instance.scan(code),
        };
        scanned.map_err(|error| match error {
            ScanError::Dead => Failure::TooLate,
            error => Failure::wrong(error.to_string()),
        })
    }
}

fn without_hyphen(code: &str) -> String {
    code.replace('-', "")
}

fn compare_drawing(event: &Answer, text: &str) -> Result<(), Failure> {
    let ours = pairing_qr::QrMatrix::encode(text)
        .map_err(|_| Failure::wrong("its code cannot be drawn as a QR code"))?;
    let dark = ours.rows().flatten().filter(|dark| **dark).count();
    let drawn = (event.number("width")?, event.number("dark")?);
    if drawn == (ours.width(), dark) {
        Ok(())
    } else {
        Err(Failure::wrong("the QR code is drawn wrongly"))
    }
}

pub(crate) fn bytes(hex: &str) -> Result<Vec<u8>, Failure> {
    let digits = hex.as_bytes();
    let pairs = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|it| it.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(|| Failure::wrong("its picture is not written in hex"))
}

/// Brazilian numbers had eight digits after the area code until 2012.
fn without_ninth(phone: &PhoneNumber) -> String {
    let digits = phone.digits();
    format!("+{}{}", &digits[..4], &digits[5..])
}

/// How often something was called.
pub(crate) fn count(calls: &Calls, key: &str) -> u64 {
    match key {
        "code" => calls.codes(),
        "status" => calls.status,
        "device" => calls.device,
        "in_flight" => calls.in_flight,
        "dropped" => calls.dropped_by_client,
        _ => calls.total,
    }
}

/// The first count that is not as expected, in words.
pub(crate) fn miscount(calls: &Calls, expected: &[Count], codes_per_round: u32) -> Option<String> {
    expected.iter().find_map(|(key, expected)| {
        let (expected, most) = match *expected {
            CODES_PER_ROUND => (codes_per_round.into(), most_requests(codes_per_round)),
            number => (number, number),
        };
        let found = count(calls, key);
        let is_good = (expected..=most).contains(&found);
        (!is_good).then(|| format!("calls: {key}={found} instead of {expected}"))
    })
}

/// Of a round: the code that is given again while it is shown is one more. A phone code is asked for
/// once.
fn most_requests(codes_per_round: u32) -> u64 {
    let codes = u64::from(codes_per_round);
    codes + u64::from(codes > 1)
}
