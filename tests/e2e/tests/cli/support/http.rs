//! An HTTP client that knows nothing but HTTP/1.0: answers end with their connection, and a
//! stream of events is text.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::HANG;

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line and headers.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A request to `http://127.0.0.1:PORT/…`.
pub(crate) struct Request {
    method: &'static str,
    url: String,
    headers: String,
    body: String,
}

impl Request {
    pub(crate) fn get(url: impl Into<String>) -> Self {
        Self {
            method: "GET",
            url: url.into(),
            headers: String::new(),
            body: String::new(),
        }
    }

    pub(crate) fn post(url: impl Into<String>, body: &Value) -> Self {
        let request = Self {
            method: "POST",
            body: body.to_string(),
            ..Self::get(url)
        };
        request.header("Content-Type", "application/json")
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(crate) async fn send(self) -> Answer {
        let mut answer = String::new();
        let mut connection = self.connect().await;
        timeout(HANG, connection.read_to_string(&mut answer))
            .await
            .unwrap()
            .unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.get(9..12).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// Reads what never ends, line by line.
    pub(crate) async fn stream(self) -> Events {
        let mut events = Events(self.connect().await);
        let status = events.line().await.unwrap();
        assert!(status.contains(" 200 "), "{status}");
        while !events.line().await.unwrap().is_empty() {}
        events
    }

    async fn connect(self) -> BufReader<TcpStream> {
        let address = self.url.strip_prefix("http://").unwrap();
        let (host, path) = address.split_at(address.find('/').unwrap());
        let request = format!(
            "{} {path} HTTP/1.0\r\nHost: {host}\r\n{}Content-Length: {}\r\n\r\n{}",
            self.method,
            self.headers,
            self.body.len(),
            self.body
        );
        let mut stream = TcpStream::connect(host).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        BufReader::new(stream)
    }
}

/// A stream of server-sent events.
pub(crate) struct Events(BufReader<TcpStream>);

impl Events {
    /// The next view with this kind of screen.
    pub(crate) async fn screen(&mut self, kind: &str) -> Value {
        loop {
            let (_, data) = self.next().await.unwrap_or_else(|| panic!("no {kind}"));
            let data: Value = serde_json::from_str(&data).unwrap_or_default();
            if data["screen"]["kind"] == kind {
                return data;
            }
        }
    }

    /// Waits for an event of the stream itself, such as `closing`.
    pub(crate) async fn own(&mut self, name: &str) {
        loop {
            let (found, _) = self.next().await.unwrap_or_else(|| panic!("no {name}"));
            if found == name {
                return;
            }
        }
    }

    /// The next event: its name and its data. `None` at the end.
    async fn next(&mut self) -> Option<(String, String)> {
        let (mut name, mut data) = (String::new(), String::new());
        loop {
            let line = self.line().await?;
            if line.is_empty() && !(name.is_empty() && data.is_empty()) {
                return Some((name, data));
            } else if let Some(text) = line.strip_prefix("event: ") {
                name = text.to_owned();
            } else if let Some(text) = line.strip_prefix("data: ") {
                data = text.to_owned();
            }
        }
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = timeout(HANG, self.0.read_line(&mut line)).await.unwrap();
        (length.unwrap() > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
    }
}
