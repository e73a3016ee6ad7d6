//! Tells an address on loopback that an instance was linked or unlinked.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use pairing_core::PhoneNumber;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use url::{Host, Url};

use crate::Dialect;

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

/// The body of "linked".
pub(crate) fn connected(dialect: Dialect, id: &str, phone: &PhoneNumber) -> Vec<u8> {
    let body = match dialect {
        Dialect::ZApi => json!({
            "type": "ConnectedCallback",
            "connected": true,
            "momment": since_1970().as_millis().try_into().unwrap_or(u64::MAX),
            "instanceId": id,
            "phone": phone.digits(),
        }),
        Dialect::MegaApi => json!({
            "instance_key": id,
            "messageType": "connection_update",
            "message": "phone_connected",
            "jid": format!("{}@s.whatsapp.net", phone.digits()),
        }),
    };
    body.to_string().into_bytes()
}

/// The body of "unlinked". No such body of megaAPI is known, so it stays silent.
pub(crate) fn disconnected(dialect: Dialect, id: &str) -> Option<Vec<u8>> {
    match dialect {
        Dialect::ZApi => {
            let body = json!({
                "type": "DisconnectedCallback",
                // Seconds here and milliseconds there, as in Z-API's two examples.
                "momment": since_1970().as_secs(),
                "error": "Device has been disconnected",
                "disconnected": true,
                "instanceId": id,
            });
            Some(body.to_string().into_bytes())
        }
        Dialect::MegaApi => None,
    }
}

fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}

/// The deliveries under way; they end with the simulator.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deliveries(Arc<Mutex<JoinSet<()>>>);

/// More at one time are not sent: the receiver is not there.
const MOST_AT_ONCE: usize = 64;
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(5);

impl Deliveries {
    /// Starts a delivery and returns at once. Does nothing outside a tokio runtime.
    pub(crate) fn send(&self, to: WebhookUrl, body: Vec<u8>) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        if tasks.len() < MOST_AT_ONCE {
            tasks.spawn_on(deliver(to, body), &runtime);
        }
    }
}

async fn deliver(to: WebhookUrl, body: Vec<u8>) {
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(PAUSE * attempt).await;
        }
        if let Ok(Ok(true)) = tokio::time::timeout(PATIENCE, post(&to, &body)).await {
            return;
        }
    }
}

/// Whether the receiver answered with a 2xx.
async fn post(to: &WebhookUrl, body: &[u8]) -> std::io::Result<bool> {
    let query = to.url.query().map(|query| format!("?{query}"));
    let head = format!(
        "POST {}{} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        to.url.path(),
        query.unwrap_or_default(),
        to.address,
        body.len(),
    );
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
