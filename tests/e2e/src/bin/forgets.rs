//! Links one instance and forgets everything about it; `tests/memory` then searches what is left
//! of it in this process. Whoever starts it says with one byte on stdin when to go on.
//!
//! Its own copies of secrets are wiped, so that whatever is found is the libraries'.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program of the tests, which fails by panicking and says how far it is"
)]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_core::{
    EventKind, PairingCode, PairingMethod, PairingPolicy, PairingProvider, PairingSession,
};
use pairing_http::{
    HttpRequest, HttpResponse, HttpTransport, ReqwestTransport, TransportError, TransportErrorKind,
};
use pairing_megaapi::{MegaApi, MegaApiConfig};
use pairing_qr::{QrMatrix, TerminalStyle};
use pairing_zapi::{QrForm, ZApi, ZApiConfig};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, adapter, method, transport, screen, file] = &arguments[..] else {
        unreachable!("the test passes these five");
    };
    let transport: Arc<dyn HttpTransport> = match transport.as_str() {
        "own" => Arc::new(Wiping),
        "bundled" => Arc::new(ReqwestTransport::new().unwrap()),
        _ => unreachable!("the test knows two transports"),
    };
    let method = match method.as_str() {
        "qr" => PairingMethod::Qr,
        phone => PairingMethod::PhoneCode(phone.parse().unwrap()),
    };
    let provider = provider(adapter, file, transport);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(link(provider, method, screen == "drawn"));
    drop(runtime);
    say_and_wait("forgotten");
}

/// The file has a line for each of base URL, instance, token and account token.
fn provider(
    adapter: &str,
    file: &str,
    transport: Arc<dyn HttpTransport>,
) -> Arc<dyn PairingProvider> {
    let text = Zeroizing::new(std::fs::read(file).unwrap());
    let mut lines = std::str::from_utf8(&text).unwrap().lines();
    let mut line = || lines.next().unwrap();
    let base_url = line().parse().unwrap();
    if adapter == "megaapi" {
        let config = MegaApiConfig::new(line(), line(), base_url);
        return Arc::new(MegaApi::with_transport(config, transport).unwrap());
    }
    let mut config = ZApiConfig::new(line(), line())
        .with_client_token(line())
        .with_base_url(base_url);
    if adapter == "zapi-image" {
        config.qr_form = QrForm::Image;
    }
    Arc::new(ZApi::with_transport(config, transport).unwrap())
}

async fn link(provider: Arc<dyn PairingProvider>, method: PairingMethod, drawn: bool) {
    let mut session = PairingSession::builder(provider)
        .method(method)
        .policy(PairingPolicy::default().scaled_down(20))
        .start()
        .unwrap();
    while let Some(event) = session.next_event().await {
        // What an app's log and its page would have of it.
        drop(format!("{event:?}"));
        let mut json = Zeroizing::new(Vec::with_capacity(ROOM));
        serde_json::to_writer(&mut *json, &event).unwrap();
        match &event.kind {
            EventKind::CodeReady { code, .. } => {
                if drawn {
                    draw(code);
                }
                say_and_wait("code");
            }
            EventKind::Finished { outcome, .. } => assert!(outcome.is_linked(), "{outcome:?}"),
            _ => {}
        }
    }
}

/// For a terminal, where the code is a text.
fn draw(code: &PairingCode) {
    match code {
        PairingCode::QrText { text } => {
            let matrix = QrMatrix::encode(text.expose()).unwrap();
            drop(Zeroizing::new(matrix.to_terminal(TerminalStyle::default())));
        }
        PairingCode::QrImage { .. } | PairingCode::PhoneCode { .. } => {}
    }
}

/// Not by `io::stdin`, whose buffer would stay.
fn say_and_wait(word: &str) {
    println!("{word}");
    io::stdout().flush().unwrap();
    let mut stdin = File::open("/dev/stdin").unwrap();
    stdin.read_exact(&mut [0]).unwrap();
}

/// HTTP/1.1 over loopback whose every buffer is wiped.
#[derive(Debug)]
struct Wiping;

#[async_trait]
impl HttpTransport for Wiping {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        exchange(&request).map_err(|_| TransportError::new(TransportErrorKind::Connect))
    }
}

/// More than any head or body of these sessions: nothing may grow and leave a copy behind.
const ROOM: usize = 128 * 1024;

fn exchange(request: &HttpRequest) -> io::Result<HttpResponse> {
    let origin = request.url.origin();
    let host = origin.strip_prefix("http://").unwrap();
    let path = request.url.expose().strip_prefix(origin).unwrap();
    let mut head = Zeroizing::new(String::with_capacity(ROOM));
    let method = request.method.as_str();
    write!(head, "{method} {path} HTTP/1.1\r\nhost: {host}\r\n").unwrap();
    for (name, value) in &request.headers {
        write!(head, "{name}: {}\r\n", value.expose_secret()).unwrap();
    }
    write!(head, "connection: close\r\n\r\n").unwrap();
    let mut stream = TcpStream::connect(host)?;
    stream.write_all(head.as_bytes())?;
    let mut answer = Zeroizing::new(Vec::with_capacity(ROOM));
    stream.read_to_end(&mut answer)?;
    assert!(head.len() < ROOM && answer.len() < ROOM);
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.unwrap() + 4);
    let status = std::str::from_utf8(&head[9..12]).unwrap().parse().unwrap();
    Ok(HttpResponse::new(status, body))
}
