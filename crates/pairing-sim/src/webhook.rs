//! Sends the webhooks of an instance to an address on loopback.

use std::fmt;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use url::{Host, Url, form_urlencoded};

use crate::response::JSON;

/// What a webhook is about. A gateway may send each topic to another address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WebhookTopic {
    /// A phone was linked.
    Linked,
    /// The phone was unlinked.
    Unlinked,
    /// Anything else, such as another code.
    Other,
}

impl WebhookTopic {
    pub(crate) const ALL: [Self; 3] = [Self::Linked, Self::Unlinked, Self::Other];
}

/// A webhook of a gateway. `Debug` hides its headers and its body.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    pub(crate) topic: WebhookTopic,
    content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Webhook {
    /// With a JSON body.
    #[must_use]
    pub fn json(topic: WebhookTopic, body: &Value) -> Self {
        Self {
            topic,
            content_type: JSON,
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
        }
    }

    /// With these fields, posted as a form.
    #[must_use]
    pub fn form(topic: WebhookTopic, fields: &[(&str, &str)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        Self {
            topic,
            content_type: "application/x-www-form-urlencoded",
            headers: Vec::new(),
            body: form.extend_pairs(fields).finish().into_bytes(),
        }
    }

    /// Adds a header, such as a signature of the [`body`](Self::body).
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// What it is about.
    #[must_use]
    pub fn topic(&self) -> WebhookTopic {
        self.topic
    }

    /// The headers besides those of HTTP.
    #[must_use]
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// The body as it is sent.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}

/// Where webhooks go: `http://` to loopback, checked.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct WebhookUrl {
    url: Url,
    address: SocketAddr,
}

/// Not an address the simulator sends webhooks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the simulator sends webhooks to loopback only: write the address like \
     http://127.0.0.1:8080/webhook"
)]
pub struct InvalidWebhookUrl;

impl WebhookUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidWebhookUrl> {
        let url = Url::parse(text).map_err(|_| InvalidWebhookUrl)?;
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            Some(Host::Domain("localhost")) => IpAddr::from([127, 0, 0, 1]),
            _ => return Err(InvalidWebhookUrl),
        };
        let port = url.port_or_known_default().ok_or(InvalidWebhookUrl)?;
        if url.scheme() != "http" || !ip.is_loopback() {
            return Err(InvalidWebhookUrl);
        }
        let address = SocketAddr::new(ip, port);
        Ok(Self { url, address })
    }

    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str()
    }
}

/// The deliveries and scheduled actions under way; they end with the simulator.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tasks {
    deliveries: Arc<Mutex<JoinSet<()>>>,
    /// A few for each instance.
    actions: Arc<Mutex<JoinSet<()>>>,
}

/// More deliveries at one time are dropped: the receiver of the webhooks is not there.
const MOST_AT_ONCE: usize = 64;
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(5);

impl Tasks {
    /// Starts a delivery and returns. Does nothing outside a tokio runtime.
    pub(crate) fn send(&self, to: WebhookUrl, webhook: Webhook) {
        spawn(&self.deliveries, MOST_AT_ONCE, deliver(to, webhook));
    }

    /// Does nothing outside a tokio runtime.
    pub(crate) fn spawn(&self, action: impl Future<Output = ()> + Send + 'static) {
        spawn(&self.actions, usize::MAX, action);
    }
}

fn spawn(tasks: &Mutex<JoinSet<()>>, most: usize, task: impl Future<Output = ()> + Send + 'static) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    let mut tasks = tasks.lock().unwrap_or_else(PoisonError::into_inner);
    while tasks.try_join_next().is_some() {}
    if tasks.len() < most {
        tasks.spawn_on(task, &runtime);
    }
}

async fn deliver(to: WebhookUrl, webhook: Webhook) {
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(PAUSE * attempt).await;
        }
        if let Ok(Ok(true)) = tokio::time::timeout(PATIENCE, post(&to, &webhook)).await {
            return;
        }
    }
}

/// Whether the receiver answered with a 2xx.
async fn post(to: &WebhookUrl, webhook: &Webhook) -> std::io::Result<bool> {
    let query = to.url.query().map(|query| format!("?{query}"));
    let body = webhook.body();
    let mut head = format!(
        "POST {}{} HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\n\
         Content-Length: {}\r\nConnection: close\r\n",
        to.url.path(),
        query.unwrap_or_default(),
        to.address,
        webhook.content_type,
        body.len(),
    );
    for (name, value) in webhook.headers() {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(to.address).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut status = [0; "HTTP/1.1 2".len()];
    stream.read_exact(&mut status).await?;
    Ok(status.starts_with(b"HTTP/1.") && status.ends_with(b" 2"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_on_loopback_is_called() {
        for good in [
            "http://127.0.0.1:1/x?secret=1",
            "http://localhost/",
            "http://[::1]:80",
        ] {
            assert!(WebhookUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "https://127.0.0.1/",
            "http://192.0.2.1/",
            "http://localhost.example.com/",
            "nonsense",
            "",
        ] {
            assert!(WebhookUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
