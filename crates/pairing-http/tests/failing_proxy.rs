//! A proxy of the environment that fails: the error names the proxy, never its credentials, and
//! this machine is reached without it.
#![cfg(all(feature = "reqwest", unix))]
#![allow(clippy::unwrap_used)]

use std::env;
use std::error::Error;
use std::process::Command;

use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpTransport, ReqwestTransport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Where the program finds its gateway.
const GATEWAY: &str = "PAIRING_TEST_GATEWAY";
/// What the program must make of it: the kind of the error.
const EXPECTED: &str = "PAIRING_TEST_EXPECTED";

const VARIABLES: [&str; 8] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// The test starts itself again as the program, in its own environment: the client reads it
/// once, when it is made.
async fn program(
    test: &'static str,
    gateway: String,
    variable: &'static str,
    proxy: String,
    expected: &'static str,
) {
    let shown = format!("{variable}={proxy} {gateway}");
    let output = tokio::task::spawn_blocking(move || {
        let mut program = Command::new(env::current_exe().unwrap());
        for name in VARIABLES {
            program.env_remove(name);
        }
        program
            .args(["--exact", test])
            .env(GATEWAY, gateway)
            .env(EXPECTED, expected)
            .env(variable, proxy)
            .output()
            .unwrap()
    });
    let output = output.await.unwrap();
    assert!(output.status.success(), "{shown}: {output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

/// The program: asks its gateway once. `false` if this is the test itself.
async fn is_program() -> bool {
    let Ok(gateway) = env::var(GATEWAY) else {
        return false;
    };
    let base = BaseUrl::parse(&gateway).unwrap();
    let request = HttpRequest::new(HttpMethod::Get, base.join(&["canary"]));
    let transport = ReqwestTransport::new().unwrap();
    let error = transport.send(request).await.unwrap_err();
    assert_eq!(format!("{:?}", error.kind()), env::var(EXPECTED).unwrap());
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(source) = cause {
        shown += &format!(" {source} {source:?}");
        cause = source.source();
    }
    assert!(!shown.contains("canary"), "{shown}");
    true
}

/// A proxy that waits for this many bytes, answers and closes, once for each answer.
async fn proxy(exchanges: &[(usize, &'static [u8])]) -> (String, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let exchanges = exchanges.to_vec();
    let heard = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        for (count, answer) in exchanges {
            let mut bytes = vec![0; count];
            socket.read_exact(&mut bytes).await.unwrap();
            heard.extend_from_slice(&bytes);
            socket.write_all(answer).await.unwrap();
        }
        // What is left, until the client closes, so that nothing unread resets the connection.
        socket.shutdown().await.unwrap();
        let _ = socket.read_to_end(&mut heard).await;
        heard
    });
    (address, heard)
}

const HOST: &str = "https://gateway.invalid";

#[tokio::test]
async fn a_proxy_that_refuses_is_named_as_the_proxy() {
    const TEST: &str = "a_proxy_that_refuses_is_named_as_the_proxy";
    if is_program().await {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    for (variable, scheme) in [
        ("HTTPS_PROXY", "http"),
        ("https_proxy", "https"),
        ("ALL_PROXY", "socks5"),
        ("all_proxy", "socks5h"),
    ] {
        let proxy = format!("{scheme}://canary:canary@{closed}");
        program(TEST, HOST.to_owned(), variable, proxy, "Proxy").await;
    }
    // Neither do the other ways in which a proxy gives no tunnel look like the gateway's.
    for (scheme, exchange) in [
        ("http", &[(1, &b"HTTP/1.1 502 Bad Gateway\r\n\r\n"[..])][..]),
        ("http", &[(1, b"")]),
        ("http", &[(1, b"SSH-2.0-proxy\r\n")]),
        // No TLS where TLS is expected.
        ("https", &[(1, b"HTTP/1.1 400 Bad Request\r\n\r\n")]),
        // Greeting, and then: the host is unreachable.
        (
            "socks5h",
            &[(3, b"\x05\0"), (1, b"\x05\x04\0\x01\0\0\0\0\0\0")],
        ),
    ] {
        let (address, heard) = self::proxy(exchange).await;
        let proxy = format!("{scheme}://{address}");
        program(TEST, HOST.to_owned(), "ALL_PROXY", proxy, "Proxy").await;
        let heard = heard.await.unwrap();
        assert!(!heard.windows(6).any(|six| six == b"canary"));
        if scheme == "socks5h" {
            let name = b"gateway.invalid";
            assert!(
                heard.windows(name.len()).any(|part| part == name),
                "{heard:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_login_says_so() {
    const TEST: &str = "a_proxy_that_asks_for_a_login_says_so";
    if is_program().await {
        return;
    }
    let refusal =
        b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n";
    for (scheme, login, exchange) in [
        ("http", "", &[(1, &refusal[..])][..]),
        ("http", "user:canary@", &[(1, refusal)]),
        // No method that was offered is acceptable.
        ("socks5h", "", &[(3, b"\x05\xff")]),
        // The login is asked for, and then refused.
        (
            "socks5h",
            "user:canary@",
            &[(3, b"\x05\x02"), (1, b"\x01\x01")],
        ),
    ] {
        let (address, heard) = self::proxy(exchange).await;
        let proxy = format!("{scheme}://{login}{address}");
        program(TEST, HOST.to_owned(), "HTTPS_PROXY", proxy, "ProxyLogin").await;
        assert!(!heard.await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_address_that_is_none_of_a_proxy_is_named_and_not_passed_over() {
    const TEST: &str = "an_address_that_is_none_of_a_proxy_is_named_and_not_passed_over";
    if is_program().await {
        return;
    }
    for proxy in [
        "ftp://canary:canary@127.0.0.1:1",
        "canary canary",
        "http://canary:port",
    ] {
        for variable in ["HTTPS_PROXY", "all_proxy"] {
            program(
                TEST,
                HOST.to_owned(),
                variable,
                proxy.to_owned(),
                "ProxyAddress",
            )
            .await;
        }
    }
}

#[tokio::test]
async fn this_machine_is_reached_without_the_proxy_in_every_spelling() {
    const TEST: &str = "this_machine_is_reached_without_the_proxy_in_every_spelling";
    if is_program().await {
        return;
    }
    for host in [
        "127.1",
        "2130706433",
        "0x7f.1",
        "gateway.localhost",
        "localhost.",
    ] {
        for proxy in ["http://proxy.invalid:1", "no proxy at all"] {
            // Without TLS, which proves that the gateway was asked and nothing else.
            let (address, heard) = self::proxy(&[(1, b"HTTP/1.1 400 Bad Request\r\n\r\n")]).await;
            let (_, port) = address.rsplit_once(':').unwrap();
            let gateway = format!("https://{host}:{port}");
            program(TEST, gateway, "HTTPS_PROXY", proxy.to_owned(), "Tls").await;
            // The first byte of a TLS greeting.
            assert_eq!(heard.await.unwrap()[0], 0x16, "{host}");
        }
    }
}
