//! The reply to read: what Z-API sends when it is asked for a picture, and the two readers.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, bail};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt as _;
use pairing_adapter::{
    BaseUrl, GatewayClient, GatewayRules, HttpMethod, HttpRequest, HttpResponse, HttpTransport,
    TransportError, TransportErrorKind,
};
use pairing_core::{PairingCode, PairingMethod, QrImage};
use pairing_sim::{InProcessTransport, InstanceSetup, Simulator, SimulatorOptions};
use pairing_zapi::simulator as zapi;
use serde::Deserialize;

/// The body that the simulator answers with, which is in the form of Z-API's documentation:
/// `{"value":"data:image/png;base64,…"}`.
///
/// # Errors
///
/// When the simulator does not answer.
pub async fn body() -> Result<Vec<u8>> {
    let simulator = Simulator::new(SimulatorOptions::default());
    let setup = InstanceSetup::new(zapi::DIALECT).with_option("security", false);
    let instance = simulator.add_instance(setup);
    let path = [
        "instances",
        instance.id(),
        "token",
        instance.token(),
        "qr-code",
        "image",
    ];
    let url = BaseUrl::parse(InProcessTransport::BASE_URL)?.join(&path);
    let request = HttpRequest::new(HttpMethod::Get, url);
    let mut answer = simulator.transport().send(request).await?;
    Ok(std::mem::take(&mut answer.body))
}

/// Hands out answers that were made before.
#[derive(Debug)]
struct Prepared(Mutex<Vec<HttpResponse>>);

#[async_trait]
impl HttpTransport for Prepared {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut answers = self.0.lock().unwrap_or_else(|broken| broken.into_inner());
        answers
            .pop()
            .ok_or_else(|| TransportError::new(TransportErrorKind::Other))
    }
}

/// What an adapter does with these answers, instead of a network before it. The picture's own text
/// is not read: that is the same work for every gateway, and a thousand times as much.
#[derive(Debug)]
pub struct Reader {
    gateway: GatewayClient,
    base: BaseUrl,
}

/// As the documentation of Z-API has it.
static RULES: GatewayRules = GatewayRules::new().qr_fields(&["value"]);

impl Reader {
    /// Of `times` answers with this body.
    ///
    /// # Errors
    ///
    /// Never, as the address is a good one.
    pub fn new(body: &[u8], times: usize) -> Result<Self> {
        let answer = HttpResponse::new(200, body).with_content_type("application/json");
        let answers = Prepared(Mutex::new(vec![answer; times]));
        Ok(Self {
            gateway: GatewayClient::new(Arc::new(answers), &RULES),
            base: BaseUrl::parse(InProcessTransport::BASE_URL)?,
        })
    }

    /// Builds the request, takes the body, reads the reply.
    ///
    /// # Errors
    ///
    /// When the answer is not read as a picture.
    pub fn read(&self) -> Result<QrImage> {
        let path = [
            "instances",
            "3C67AB641C8AA040",
            "token",
            "0DEB73E0E6C84B0E",
            "qr-code",
            "image",
        ];
        let request = HttpRequest::new(HttpMethod::Get, self.base.join(&path));
        let answer = self.gateway.send(request).now_or_never();
        let answer = answer.context("the transport waits for something")??;
        match answer.code(&PairingMethod::Qr)? {
            Some(PairingCode::QrImage { image }) => Ok(image),
            code => bail!("no picture: {code:?}"),
        }
    }
}

/// The fewest lines that get the picture out of the body, which trust it blindly.
///
/// # Errors
///
/// When the body is not of the documented form.
pub fn read_plainly(body: &[u8]) -> Result<Vec<u8>> {
    #[derive(Deserialize)]
    struct Reply<'a> {
        #[serde(borrow)]
        value: Cow<'a, str>,
    }
    let reply: Reply<'_> = serde_json::from_slice(body)?;
    let data = reply.value.strip_prefix("data:image/png;base64,");
    Ok(STANDARD.decode(data.context("no picture")?)?)
}
