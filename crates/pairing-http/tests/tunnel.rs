//! A proxy that dies in the middle of an answer, inside the TLS that goes through it: an
//! interruption, and the proxy has read nothing but the gateway's name.
#![cfg(all(feature = "reqwest", unix))]
#![allow(clippy::unwrap_used)]

use std::env;
use std::process::{Command, Output};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pairing_http::{
    BaseUrl, HttpMethod, HttpRequest, HttpTransport, ReqwestTransport, TransportErrorKind,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Where the program finds the certificate of the authority that it believes, in base64.
const AUTHORITY: &str = "PAIRING_TEST_AUTHORITY";
const TEST: &str = "a_proxy_that_dies_in_the_answer_is_an_interruption_and_has_read_nothing";

/// The test starts itself again as the program, in its own environment.
#[tokio::test]
async fn a_proxy_that_dies_in_the_answer_is_an_interruption_and_has_read_nothing() {
    if let Ok(authority) = env::var(AUTHORITY) {
        return ask(&authority).await;
    }
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let acceptor = acceptor(&authority);
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let believed = STANDARD.encode(authority.der());
    let program = tokio::task::spawn_blocking(move || program(&believed, &url));
    let (mut socket, _) = proxy.accept().await.unwrap();
    let asked = head(&mut socket).await;
    assert!(
        asked.starts_with("CONNECT gateway.invalid:443 HTTP/1.1\r\n"),
        "{asked}"
    );
    let established = b"HTTP/1.1 200 Connection established\r\n\r\n";
    socket.write_all(established).await.unwrap();

    // The gateway is behind its own pipe, so that the proxy has what goes through.
    let (gateway, mut pipe) = tokio::io::duplex(64 * 1024);
    let answering = tokio::spawn(async move {
        let mut tls = acceptor.accept(gateway).await.unwrap();
        let asked = head(&mut tls).await;
        let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"value\":";
        tls.write_all(half).await.unwrap();
        tls.flush().await.unwrap();
        asked
        // Dropped without a word of farewell, and so is the tunnel.
    });
    let said = relay(&mut socket, &mut pipe).await;
    drop(socket);

    let asked = answering.await.unwrap();
    assert!(
        asked.starts_with("GET /canary-path HTTP/1.1\r\n"),
        "{asked}"
    );
    assert!(asked.contains("client-token: canary-header"), "{asked}");
    assert!(said.len() > 200, "only {} bytes went through", said.len());
    assert!(!said.windows(6).any(|six| six == b"canary"));
    let output = program.await.unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

/// For the gateway's name, issued by this authority.
fn acceptor(authority: &CertifiedIssuer<'static, KeyPair>) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["gateway.invalid".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// Passes everything on until the gateway has gone, and gives what the client said.
async fn relay(client: &mut TcpStream, gateway: &mut DuplexStream) -> Vec<u8> {
    let mut said = Vec::new();
    let (mut asked, mut answered) = ([0; 4096], [0; 4096]);
    loop {
        tokio::select! {
            count = client.read(&mut asked) => {
                let part = &asked[..count.unwrap()];
                assert!(!part.is_empty(), "the client went away first");
                said.extend_from_slice(part);
                gateway.write_all(part).await.unwrap();
            }
            count = gateway.read(&mut answered) => match count.unwrap() {
                0 => return said,
                count => client.write_all(&answered[..count]).await.unwrap(),
            },
        }
    }
}

fn program(authority: &str, proxy: &str) -> Output {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", TEST])
        .env(AUTHORITY, authority)
        .env("HTTPS_PROXY", proxy)
        .env("https_proxy", proxy)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap()
}

/// The program: asks its gateway once.
async fn ask(authority: &str) {
    let authority = STANDARD.decode(authority).unwrap();
    let builder = ReqwestTransport::builder().add_root_certificate(authority);
    let transport = builder.build().unwrap();
    let base = BaseUrl::parse("https://gateway.invalid").unwrap();
    let request = HttpRequest::new(HttpMethod::Get, base.join(&["canary-path"]))
        .with_header("client-token", "canary-header".into());
    let error = transport.send(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
}
