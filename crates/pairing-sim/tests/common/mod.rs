//! A client of the simulated gateways that knows paths and nothing else.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod socket;

use pairing_http::{
    BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport as _, TransportError,
};
use pairing_sim::{
    Dialect, InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions,
};
use serde_json::Value;

pub(crate) struct Client {
    pub(crate) transport: InProcessTransport,
    pub(crate) instance: Instance,
    pub(crate) token: String,
    pub(crate) client_token: Option<String>,
}

pub(crate) fn simulator() -> Simulator {
    Simulator::new(SimulatorOptions::default())
}

pub(crate) fn client(setup: InstanceSetup) -> Client {
    Client::of(&simulator(), setup)
}

pub(crate) fn zapi() -> Client {
    client(InstanceSetup::new(Dialect::ZApi))
}

pub(crate) fn megaapi() -> Client {
    client(InstanceSetup::new(Dialect::MegaApi))
}

impl Client {
    pub(crate) fn of(simulator: &Simulator, setup: InstanceSetup) -> Self {
        let instance = simulator.add_instance(setup);
        Self {
            transport: simulator.transport(),
            token: instance.token().to_owned(),
            client_token: instance.client_token().map(str::to_owned),
            instance,
        }
    }

    pub(crate) fn request(&self, method: HttpMethod, path: &[&str]) -> HttpRequest {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        match self.instance.dialect() {
            Dialect::ZApi => {
                let start = ["instances", self.instance.id(), "token", &self.token];
                let request = HttpRequest::new(method, base.join(&[&start, path].concat()));
                match &self.client_token {
                    Some(token) => request.with_header("client-token", token.as_str().into()),
                    None => request,
                }
            }
            Dialect::MegaApi => {
                let url = base.join(&[&["rest"], path].concat());
                HttpRequest::new(method, url)
                    .with_header("authorization", format!("Bearer {}", self.token).into())
                    .with_header("content-type", "application/json".into())
            }
        }
    }

    pub(crate) async fn try_get(&self, path: &[&str]) -> Result<HttpResponse, TransportError> {
        self.transport
            .send(self.request(HttpMethod::Get, path))
            .await
    }

    pub(crate) async fn get(&self, path: &[&str]) -> HttpResponse {
        self.try_get(path).await.unwrap()
    }

    /// The QR code in the dialect's own form.
    pub(crate) async fn try_qr(&self) -> Result<HttpResponse, TransportError> {
        match self.instance.dialect() {
            Dialect::ZApi => self.try_get(&["qr-code"]).await,
            Dialect::MegaApi => {
                self.try_get(&["instance", "qrcode_base64", self.instance.id()])
                    .await
            }
        }
    }

    pub(crate) async fn try_phone_code(&self) -> Result<HttpResponse, TransportError> {
        let phone = self.instance.phone();
        match self.instance.dialect() {
            Dialect::ZApi => self.try_get(&["phone-code", phone.digits()]).await,
            Dialect::MegaApi => {
                let path = ["instance", "pairingCode", self.instance.id()];
                let mut request = self.request(HttpMethod::Get, &path);
                request.url = request.url.with_query("phoneNumber", phone.digits());
                self.transport.send(request).await
            }
        }
    }

    pub(crate) async fn try_status(&self) -> Result<HttpResponse, TransportError> {
        match self.instance.dialect() {
            Dialect::ZApi => self.try_get(&["status"]).await,
            Dialect::MegaApi => self.try_get(&["instance", self.instance.id()]).await,
        }
    }

    pub(crate) async fn try_unlink(&self) -> Result<HttpResponse, TransportError> {
        match self.instance.dialect() {
            Dialect::ZApi => self.try_get(&["disconnect"]).await,
            Dialect::MegaApi => {
                let path = ["instance", self.instance.id(), "logout"];
                let request = self.request(HttpMethod::Delete, &path);
                self.transport.send(request).await
            }
        }
    }

    pub(crate) async fn qr(&self) -> HttpResponse {
        self.try_qr().await.unwrap()
    }

    pub(crate) async fn phone_code(&self) -> HttpResponse {
        self.try_phone_code().await.unwrap()
    }

    pub(crate) async fn status(&self) -> HttpResponse {
        self.try_status().await.unwrap()
    }
}

pub(crate) fn json(response: &HttpResponse) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

pub(crate) fn text(response: &HttpResponse) -> String {
    String::from_utf8(response.body.clone()).unwrap()
}

/// The QR text in Z-API's `value`.
pub(crate) fn value(response: &HttpResponse) -> String {
    json(response)["value"].as_str().unwrap().to_owned()
}
