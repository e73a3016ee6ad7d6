//! A gateway and a client that these tests share.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod plain;
pub(crate) mod socket;

use pairing_http::{
    BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport as _, TransportError,
};
use pairing_sim::{InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions};
use serde_json::Value;

pub(crate) use plain::PLAIN;

/// A client of one instance.
pub(crate) struct Client {
    pub(crate) transport: InProcessTransport,
    pub(crate) instance: Instance,
}

pub(crate) fn simulator() -> Simulator {
    Simulator::new(SimulatorOptions::default())
}

pub(crate) fn client(setup: InstanceSetup) -> Client {
    Client::of(&simulator(), setup)
}

pub(crate) fn plain() -> Client {
    client(InstanceSetup::new(PLAIN))
}

impl Client {
    pub(crate) fn of(simulator: &Simulator, setup: InstanceSetup) -> Self {
        Self {
            instance: simulator.add_instance(setup),
            transport: simulator.transport(),
        }
    }

    pub(crate) async fn try_get(&self, path: &[&str]) -> Result<HttpResponse, TransportError> {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let url = base.join(&[&["plain", self.instance.id()], path].concat());
        let request = HttpRequest::new(HttpMethod::Get, url);
        self.transport.send(request).await
    }

    pub(crate) async fn get(&self, path: &[&str]) -> HttpResponse {
        self.try_get(path).await.unwrap()
    }

    pub(crate) async fn try_qr(&self) -> Result<HttpResponse, TransportError> {
        self.try_get(&["qr"]).await
    }

    pub(crate) async fn qr(&self) -> HttpResponse {
        self.try_qr().await.unwrap()
    }

    pub(crate) async fn phone_code(&self) -> HttpResponse {
        let phone = self.instance.phone();
        self.get(&["phone-code", phone.digits()]).await
    }

    pub(crate) async fn status(&self) -> HttpResponse {
        self.get(&["status"]).await
    }
}

pub(crate) fn json(response: &HttpResponse) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

pub(crate) fn text(response: &HttpResponse) -> String {
    String::from_utf8(response.body.clone()).unwrap()
}

/// The code in `value`.
pub(crate) fn value(response: &HttpResponse) -> String {
    json(response)["value"].as_str().unwrap().to_owned()
}
