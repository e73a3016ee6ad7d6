//! The bundled transport against raw sockets on loopback, each of which misbehaves in one way.
#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used)]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pairing_http::{
    BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport, MAX_BODY_BYTES,
    ReqwestTransport, TransportError, TransportErrorKind,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, oneshot};

/// What the server does with a connection once it has read the request.
enum Then {
    Say(Vec<u8>),
    Reset,
    Hang,
}

/// Serves one connection; the receiver gets the head of the request.
async fn server(then: Then) -> (u16, oneshot::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, head) = oneshot::channel();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let request = read_head(&mut socket).await;
        let _ = sender.send(request);
        match then {
            Then::Say(bytes) => {
                let _ = socket.write_all(&bytes).await;
                let _ = socket.shutdown().await;
                // Wait for the client to close, so that nothing unread resets the connection.
                let _ = socket.read(&mut [0; 1024]).await;
            }
            Then::Reset => socket.set_zero_linger().unwrap(),
            Then::Hang => std::future::pending().await,
        }
    });
    (port, head)
}

async fn read_head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let count = socket.read(&mut buffer).await.unwrap();
        head.extend_from_slice(&buffer[..count]);
        // A TLS greeting has no empty line; its first bytes are enough.
        if count == 0 || head.ends_with(b"\r\n\r\n") || head.first() == Some(&0x16) {
            return String::from_utf8_lossy(&head).into_owned();
        }
    }
}

fn request(base: &str) -> HttpRequest {
    let base = BaseUrl::parse(base).unwrap();
    HttpRequest::new(
        HttpMethod::Get,
        base.join(&["canary-path"]).with_query("q", "canary-query"),
    )
    .with_header("client-token", "canary-header".into())
}

async fn get(then: Then) -> Result<HttpResponse, TransportError> {
    let (port, _head) = server(then).await;
    let transport = ReqwestTransport::new().unwrap();
    transport
        .send(request(&format!("http://127.0.0.1:{port}")))
        .await
}

fn say(text: impl Into<Vec<u8>>) -> Then {
    Then::Say(text.into())
}

/// The kind, after checking that nothing an error prints holds a secret.
fn kind(result: Result<HttpResponse, TransportError>) -> TransportErrorKind {
    let error = result.unwrap_err();
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(source) = cause {
        shown += &format!(" {source} {source:?}");
        cause = source.source();
    }
    assert!(!shown.contains("canary"), "{shown}");
    error.kind()
}

#[tokio::test]
async fn the_answer_comes_through_with_its_headers() {
    let response = get(say(
        "HTTP/1.1 429 Slow\r\nContent-Type: text/plain\r\nRetry-After: 5\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\n\r\nno",
    ))
    .await
    .unwrap();
    assert_eq!(response.status, 429);
    assert_eq!(response.content_type.as_deref(), Some("text/plain"));
    assert_eq!(response.retry_after.as_deref(), Some("5"));
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    assert_eq!(response.date.as_deref(), Some(date));
    assert_eq!(response.body, b"no");
}

#[tokio::test]
async fn the_request_carries_path_query_and_headers_and_nothing_revealing() {
    let (port, head) = server(say("HTTP/1.1 204 No Content\r\n\r\n")).await;
    let transport = ReqwestTransport::new().unwrap();
    let request = request(&format!("http://localhost:{port}"));
    transport.send(request).await.unwrap();
    let head = head.await.unwrap().to_lowercase();
    assert!(
        head.starts_with("get /canary-path?q=canary-query http/1.1\r\n"),
        "{head}"
    );
    assert!(head.contains("client-token: canary-header\r\n"), "{head}");
    assert!(head.contains("accept-encoding: identity\r\n"), "{head}");
    for header in ["cookie:", "referer:"] {
        assert!(!head.contains(header), "{head}");
    }
}

#[tokio::test]
async fn the_encoding_of_a_body_that_was_not_decoded_comes_through() {
    let response = get(say(
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\n\x0b",
    ))
    .await
    .unwrap();
    assert_eq!(response.content_encoding.as_deref(), Some("br"));
    assert_eq!(response.body, b"\x0b");
}

#[tokio::test]
async fn a_name_below_localhost_is_this_machine_whatever_a_server_of_names_says() {
    for host in ["gateway.localhost", "localhost.", "127.1", "2130706433"] {
        let (port, head) = server(say("HTTP/1.1 204 No Content\r\n\r\n")).await;
        let transport = ReqwestTransport::new().unwrap();
        let request = request(&format!("http://{host}:{port}"));
        assert_eq!(transport.send(request).await.unwrap().status, 204, "{host}");
        assert!(
            head.await.unwrap().starts_with("GET /canary-path"),
            "{host}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    // A second request would find no server and fail.
    let response = get(say(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    ))
    .await
    .unwrap();
    assert_eq!(response.status, 302);
}

#[tokio::test]
async fn a_body_of_exactly_the_cap_is_read() {
    let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    bytes.resize(bytes.len() + MAX_BODY_BYTES, b'x');
    assert_eq!(get(say(bytes)).await.unwrap().body.len(), MAX_BODY_BYTES);
}

#[tokio::test]
async fn a_body_above_the_cap_is_refused_announced_or_not() {
    let announced = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
        MAX_BODY_BYTES + 1
    );
    assert_eq!(
        kind(get(say(announced)).await),
        TransportErrorKind::BodyTooLarge
    );

    let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    endless.resize(endless.len() + MAX_BODY_BYTES + 1, b'x');
    assert_eq!(
        kind(get(say(endless)).await),
        TransportErrorKind::BodyTooLarge
    );

    let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n".to_vec();
    chunked.resize(chunked.len() + 0x20_0000, b'x');
    assert_eq!(
        kind(get(say(chunked)).await),
        TransportErrorKind::BodyTooLarge
    );
}

#[tokio::test]
async fn an_answer_that_ends_early_is_interrupted() {
    let truncated = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"value\":";
    assert_eq!(
        kind(get(say(truncated)).await),
        TransportErrorKind::Interrupted
    );
    assert_eq!(
        kind(get(say("HTTP/1.1 200")).await),
        TransportErrorKind::Interrupted
    );
    assert_eq!(kind(get(say("")).await), TransportErrorKind::Interrupted);
}

#[tokio::test]
async fn what_is_not_http_is_interrupted() {
    assert_eq!(
        kind(get(say("SSH-2.0-canary\r\n\r\n")).await),
        TransportErrorKind::Interrupted
    );
}

#[tokio::test]
async fn a_reset_is_interrupted() {
    assert_eq!(
        kind(get(Then::Reset).await),
        TransportErrorKind::Interrupted
    );
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let (port, _head) = server(Then::Hang).await;
    let transport = ReqwestTransport::builder()
        .connect_timeout(Duration::from_secs(10))
        .total_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let result = transport
        .send(request(&format!("http://127.0.0.1:{port}")))
        .await;
    assert_eq!(kind(result), TransportErrorKind::Timeout);
}

#[tokio::test]
async fn a_refused_port_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let transport = ReqwestTransport::new().unwrap();
    let result = transport
        .send(request(&format!("http://127.0.0.1:{port}")))
        .await;
    assert_eq!(kind(result), TransportErrorKind::Connect);
}

#[tokio::test]
async fn a_server_without_tls_behind_https_is_a_tls_failure() {
    let (port, _head) = server(say("HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    let transport = ReqwestTransport::new().unwrap();
    let result = transport
        .send(request(&format!("https://127.0.0.1:{port}")))
        .await;
    assert_eq!(kind(result), TransportErrorKind::Tls);
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_refused_without_being_quoted() {
    let transport = ReqwestTransport::new().unwrap();
    let request = request("http://127.0.0.1:1").with_header("authorization", "canary\n".into());
    assert_eq!(
        kind(transport.send(request).await),
        TransportErrorKind::Other
    );
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_there_are_places() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    // Nobody is answered before two are waiting.
    let pair = Arc::new(Barrier::new(2));
    let (counted, peak) = (under_way.clone(), most.clone());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (under_way, most, pair) = (counted.clone(), peak.clone(), pair.clone());
            tokio::spawn(async move {
                while !read_head(&mut socket).await.is_empty() {
                    let now = under_way.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    pair.wait().await;
                    under_way.fetch_sub(1, Ordering::SeqCst);
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                    socket.write_all(answer).await.unwrap();
                }
            });
        }
    });
    let transport = ReqwestTransport::builder()
        .max_connections(2)
        .build()
        .unwrap();
    let base = format!("http://127.0.0.1:{port}");
    let requests: Vec<_> = (0..8)
        .map(|_| {
            let (transport, request) = (transport.clone(), request(&base));
            tokio::spawn(async move { transport.send(request).await })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap().unwrap().status, 200);
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_body_goes_with_its_length_and_its_type() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut read = Vec::new();
        let mut buffer = [0; 1024];
        while !read.ends_with(b"}") {
            let count = socket.read(&mut buffer).await.unwrap();
            assert_ne!(count, 0, "the request ended before its body");
            read.extend_from_slice(&buffer[..count]);
        }
        let answer = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
        socket.write_all(answer).await.unwrap();
        String::from_utf8(read).unwrap()
    });
    let base = BaseUrl::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let request = HttpRequest::new(HttpMethod::Post, base.join(&["code"]))
        .with_json(r#"{"phone":"canary"}"#.to_owned());
    assert!(!format!("{request:?}").contains("canary"));
    let response = ReqwestTransport::new().unwrap().send(request).await;
    assert_eq!(response.unwrap().status, 201);
    let sent = server.await.unwrap();
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"phone":"canary"}"#);
    let head = head.to_lowercase();
    assert!(head.contains("content-length: 18"), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
}
