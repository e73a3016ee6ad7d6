//! What lies between `pairing` and the gateway fails: a proxy that dies, a name that nobody knows.
//! The gateway's credentials are told to neither.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{FAILS_FAST, Finished, Gateway, immediate_dialects, outcome};

/// How a proxy dies.
#[derive(Debug, Clone, Copy)]
enum Dies {
    /// It closes at once.
    BeforeItIsAsked,
    /// It takes the request for a tunnel, and closes.
    BeforeItAnswers,
    /// It says that there is a tunnel, and closes.
    WithTheTunnel,
    /// It passes on the beginning of the gateway's greeting, and closes.
    InTheHandshake,
    /// It refuses, with a page.
    Never,
}

/// A TLS record of 122 bytes, and the first of its `ServerHello`.
const GREETING: &[u8] = &[0x16, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3];

/// Listens on loopback; the text is all that was ever said to it.
async fn proxy(dies: Dies) -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(String::new()));
    let all = heard.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, dies, all.clone()));
        }
    });
    (url, heard)
}

async fn serve(mut socket: TcpStream, dies: Dies, heard: Arc<Mutex<String>>) {
    if let Dies::BeforeItIsAsked = dies {
        return;
    }
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.ends_with(b"\r\n\r\n") {
        match socket.read(&mut buffer).await {
            Ok(count) if count > 0 => head.extend_from_slice(&buffer[..count]),
            _ => break,
        }
    }
    note(&heard, &head);
    let answer = match dies {
        Dies::BeforeItIsAsked | Dies::BeforeItAnswers => return,
        Dies::WithTheTunnel | Dies::InTheHandshake => "HTTP/1.1 200 Connection established\r\n\r\n",
        Dies::Never => "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno",
    };
    // Whoever has gone needs no answer.
    let _ = socket.write_all(answer.as_bytes()).await;
    if let Dies::InTheHandshake = dies {
        let count = socket.read(&mut buffer).await.unwrap_or_default();
        note(&heard, &buffer[..count]);
        let _ = socket.write_all(GREETING).await;
    }
}

fn note(heard: &Mutex<String>, said: &[u8]) {
    let said = String::from_utf8_lossy(said);
    heard.lock().unwrap().push_str(&said);
}

async fn link(gateway: &Gateway, base_url: &str, proxy: Option<&str>) -> Finished {
    let mut pairing = gateway
        .pairing(&["link", "--output", "json", "--base-url", base_url])
        .policy(FAILS_FAST);
    if let Some(proxy) = proxy {
        pairing = pairing.env("HTTPS_PROXY", proxy);
    }
    pairing.run().await
}

fn assert_tells_nothing(gateway: &Gateway, said: &str) {
    let instance = &gateway.instance;
    for secret in instance.secrets() {
        assert!(!said.contains(&secret), "{said}");
    }
}

#[tokio::test]
async fn a_proxy_that_dies_is_unavailable_and_has_learned_the_host_alone() {
    for &dialect in immediate_dialects() {
        for dies in [
            Dies::BeforeItIsAsked,
            Dies::BeforeItAnswers,
            Dies::WithTheTunnel,
            Dies::InTheHandshake,
            Dies::Never,
        ] {
            let gateway = Gateway::start(dialect).await;
            let (url, heard) = proxy(dies).await;
            let finished = link(&gateway, "https://gateway.invalid", Some(&url)).await;
            finished.assert_code(5);
            assert_eq!(
                outcome(&finished.stdout)["outcome"],
                "unavailable",
                "{dies:?}"
            );
            assert_tells_nothing(&gateway, &finished.to_string());
            let heard = heard.lock().unwrap().clone();
            assert_tells_nothing(&gateway, &heard);
            let tunnels = heard
                .matches("CONNECT gateway.invalid:443 HTTP/1.1")
                .count();
            // The first request, the two retries of the policy, and the status before giving up.
            let expected = if let Dies::BeforeItIsAsked = dies {
                0
            } else {
                4
            };
            assert_eq!(tunnels, expected, "{dies:?}: {heard}");
            let greeted = heard.contains('\u{16}');
            assert_eq!(greeted, matches!(dies, Dies::InTheHandshake), "{dies:?}");
        }
    }
}

#[tokio::test]
async fn a_loopback_gateway_is_never_asked_through_a_proxy() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let (url, heard) = proxy(Dies::BeforeItAnswers).await;
        let pairing = gateway.pairing(&["status"]).env("HTTP_PROXY", url.clone());
        let finished = pairing.env("ALL_PROXY", url).run().await;
        assert_eq!(gateway.instance.calls().total, 1, "{finished}");
        assert_eq!(*heard.lock().unwrap(), "");
    }
}

#[tokio::test]
async fn an_unknown_host_is_unavailable() {
    // Longer than a label of a name can be, so it is unknown without asking anybody: a test needs no
    // network. To the program it is the same failure as the answer of a server of names.
    let url = format!("https://{}.invalid", "x".repeat(64));
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let finished = link(&gateway, &url, None).await;
        finished.assert_code(5);
        assert_eq!(outcome(&finished.stdout)["outcome"], "unavailable");
        assert_tells_nothing(&gateway, &finished.to_string());
    }
}
