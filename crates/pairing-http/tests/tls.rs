//! TLS on loopback under a certificate authority of our own: who is believed, and that nobody else
//! is sent a byte of a request.
#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_http::{
    BaseUrl, HttpMethod, HttpRequest, HttpTransport, ReqwestTransport, TransportErrorKind,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// What a server shows, and the key that goes with it.
struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

/// For this name or address, issued by the authority, or by itself.
fn identity(
    name: &str,
    issuer: Option<&Authority>,
    change: impl FnOnce(&mut CertificateParams),
) -> Identity {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    change(&mut params);
    let certificate = match issuer {
        Some(issuer) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    Identity {
        certificate: certificate.der().clone(),
        key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
    }
}

/// Answers one connection; the receiver gets what was said inside the tunnel, which is empty if
/// there never was one.
async fn server(identity: Identity) -> (u16, oneshot::Receiver<String>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.certificate], identity.key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, said) = oneshot::channel();
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        // With TLS 1.3 the server is done before the client has judged the certificate.
        if let Ok(mut stream) = acceptor.accept(socket).await {
            let mut buffer = [0; 1024];
            while let Ok(count) = stream.read(&mut buffer).await {
                head.extend_from_slice(&buffer[..count]);
                if count == 0 || head.ends_with(b"\r\n\r\n") {
                    break;
                }
            }
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                .await;
        }
        let _ = sender.send(String::from_utf8_lossy(&head).into_owned());
    });
    (port, said)
}

fn request(port: u16) -> HttpRequest {
    let base = BaseUrl::parse(&format!("https://127.0.0.1:{port}")).unwrap();
    HttpRequest::new(HttpMethod::Get, base.join(&["instances", "canary"]))
}

fn believing(authority: &Authority) -> ReqwestTransport {
    let builder = ReqwestTransport::builder();
    let builder = builder.add_root_certificate(authority.der().to_vec());
    builder.build().unwrap()
}

#[tokio::test]
async fn a_certificate_of_an_added_authority_is_believed() {
    let authority = authority();
    let (port, said) = server(identity("127.0.0.1", Some(&authority), |_| {})).await;
    let answer = believing(&authority).send(request(port)).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (200, &b"ok"[..]));
    let said = said.await.unwrap();
    assert!(said.starts_with("GET /instances/canary HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_server_without_a_valid_certificate_gets_no_request() {
    let (ours, theirs) = (authority(), authority());
    let unchanged = |_: &mut CertificateParams| {};
    let expired = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    };
    let not_yet = |params: &mut CertificateParams| params.not_before = date_time_ymd(4000, 1, 1);
    for (what, identity) in [
        (
            "another name",
            identity("gateway.example.com", Some(&ours), unchanged),
        ),
        (
            "another address",
            identity("127.0.0.2", Some(&ours), unchanged),
        ),
        ("expired", identity("127.0.0.1", Some(&ours), expired)),
        ("not yet valid", identity("127.0.0.1", Some(&ours), not_yet)),
        ("self-signed", identity("127.0.0.1", None, unchanged)),
        (
            "an unknown authority",
            identity("127.0.0.1", Some(&theirs), unchanged),
        ),
    ] {
        let (port, said) = server(identity).await;
        let error = believing(&ours).send(request(port)).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Tls, "{what}");
        assert_eq!(said.await.unwrap(), "", "{what}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[tokio::test]
async fn an_authority_is_believed_only_where_it_was_added() {
    let authority = authority();
    let (port, said) = server(identity("127.0.0.1", Some(&authority), |_| {})).await;
    let transport = ReqwestTransport::new().unwrap();
    let error = transport.send(request(port)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    assert_eq!(said.await.unwrap(), "");
}

#[test]
fn what_is_no_certificate_is_refused_when_it_is_added() {
    for bytes in [&b""[..], b"-----BEGIN CERTIFICATE-----", &[0x30, 0x82]] {
        let builder = ReqwestTransport::builder().add_root_certificate(bytes);
        assert_eq!(builder.build().unwrap_err().kind(), TransportErrorKind::Tls);
    }
}
