//! A proxy that the environment names, as a program meets it: read once, when the client is made.
#![cfg(all(feature = "reqwest", unix))]
#![allow(clippy::unwrap_used)]

use std::env;
use std::process::Command;

use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpTransport, ReqwestTransport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Where the program finds its gateway.
const GATEWAY: &str = "PAIRING_TEST_GATEWAY";

/// Answers the first request, whoever sends it, and gives its first line.
async fn answer_one(listener: TcpListener) -> String {
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut request = vec![0; 4096];
    let length = socket.read(&mut request).await.unwrap();
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    socket.write_all(answer).await.unwrap();
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    request.lines().next().unwrap_or_default().to_owned()
}

/// The token is in the path, and a proxy reads all of what is not encrypted. The test starts itself
/// again as the program, in its own environment.
#[tokio::test]
async fn what_is_not_encrypted_goes_through_no_proxy() {
    if let Ok(gateway_url) = env::var(GATEWAY) {
        return ask(&gateway_url).await;
    }
    let gateway = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = gateway.local_addr().unwrap().port();
    let proxy_url = format!("http://{}", proxy.local_addr().unwrap());
    // This machine, under an address that is not loopback.
    let gateway_url = format!("http://0.0.0.0:{port}");
    let program = tokio::task::spawn_blocking(move || {
        Command::new(env::current_exe().unwrap())
            .args(["--exact", "what_is_not_encrypted_goes_through_no_proxy"])
            .env(GATEWAY, gateway_url)
            .env("HTTP_PROXY", &proxy_url)
            .env("http_proxy", &proxy_url)
            .env("ALL_PROXY", &proxy_url)
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .output()
            .unwrap()
    });
    let asked_directly = tokio::select! {
        line = answer_one(gateway) => line,
        line = answer_one(proxy) => panic!("the proxy was asked: {line}"),
    };
    assert_eq!(asked_directly, "GET /token/status HTTP/1.1");
    let output = program.await.unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

/// The program: asks its gateway once.
async fn ask(gateway_url: &str) {
    let base = BaseUrl::parse_insecure(gateway_url).unwrap();
    let request = HttpRequest::new(HttpMethod::Get, base.join(&["token", "status"]));
    let transport = ReqwestTransport::new().unwrap();
    assert_eq!(transport.send(request).await.unwrap().status, 200);
}
