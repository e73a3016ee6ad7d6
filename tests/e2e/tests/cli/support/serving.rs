//! `pairing serve` as a child process, and the host application that uses it.

use std::process::Stdio;

use serde_json::{Value, json};

use super::http::{Answer, Events, Request};
use super::{Pairing, Running, json as parsed};

/// What the host application has to send.
pub(crate) const ADMIN_TOKEN: &str = "CANARY-admin-token-4f1d0c97";

/// A server that listens.
pub(crate) struct Serving {
    pub(crate) running: Running,
    pub(crate) base_url: String,
    pub(crate) instances: Vec<String>,
}

impl Serving {
    /// Starts `pairing serve` on a free port, with the admin token in the environment.
    pub(crate) async fn start(pairing: Pairing) -> Self {
        Self::start_with(pairing, Stdio::piped()).await
    }

    /// The same with a standard error that nobody here reads.
    pub(crate) async fn start_with(pairing: Pairing, errors: Stdio) -> Self {
        let mut running = pairing
            .arg("--listen")
            .arg("127.0.0.1:0")
            .arg("--output")
            .arg("json")
            .env("PAIRING_ADMIN_TOKEN", ADMIN_TOKEN)
            .start_with(errors);
        let line = running.line().await;
        let Some(ready) = line.as_deref().map(parsed) else {
            panic!("{}", running.finish().await);
        };
        let names = ready["instances"].as_array().unwrap();
        Self {
            running,
            base_url: ready["base_url"].as_str().unwrap().to_owned(),
            instances: names
                .iter()
                .map(|name| name.as_str().unwrap().to_owned())
                .collect(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Request {
        Request::get(format!("{}{path}", self.base_url))
    }

    /// Creates a pairing, as the host application does.
    pub(crate) async fn create(&self, instance: &str) -> Page {
        let created = Request::post(
            format!("{}/api/pairings", self.base_url),
            &json!({"instance": instance}),
        );
        let created = created.bearer(ADMIN_TOKEN).send().await;
        assert!([200, 201].contains(&created.status), "{}", created.body);
        let created = created.json();
        let path = created["path"].as_str().unwrap();
        Page {
            url: format!("{}{path}", self.base_url),
        }
    }
}

/// What somebody with a link can do.
pub(crate) struct Page {
    pub(crate) url: String,
}

impl Page {
    /// The part of the link that is a secret.
    pub(crate) fn token(&self) -> &str {
        let token = self.url.rsplit('/').next().unwrap();
        token.split('?').next().unwrap()
    }

    pub(crate) async fn open(&self) -> Answer {
        Request::get(&self.url).send().await
    }

    pub(crate) async fn events(&self) -> Events {
        Request::get(self.below("events")).stream().await
    }

    pub(crate) async fn post(&self, action: &str, body: &Value) {
        let answer = Request::post(self.below(action), body).send().await;
        assert_eq!(answer.status, 204, "{action}: {}", answer.body);
    }

    fn below(&self, part: &str) -> String {
        let page = self.url.split('?').next().unwrap();
        format!("{page}/{part}")
    }
}
