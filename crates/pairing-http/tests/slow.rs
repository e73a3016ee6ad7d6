//! The bundled transport against servers that take their time: what has no end comes to one.
#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use pairing_http::{
    BaseUrl, HttpMethod, HttpRequest, HttpTransport, ReqwestTransport, TransportError,
    TransportErrorKind,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Long enough for a few drops, on any machine.
const TOTAL: Duration = Duration::from_millis(200);

/// An answer that comes before the question would be a fault of another kind.
async fn read_head(socket: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
}

/// Says this when it is asked and then a byte every few milliseconds, for ever.
async fn dripping(head: &'static str, drop: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_head(&mut socket).await;
        socket.write_all(head.as_bytes()).await.unwrap();
        // The rhythm is the fault itself: nothing is waited for.
        let mut rhythm = tokio::time::interval(Duration::from_millis(5));
        loop {
            rhythm.tick().await;
            if socket.write_all(drop).await.is_err() {
                return;
            }
        }
    });
    port
}

async fn error(base: String, total: Duration, connect: Duration) -> TransportError {
    let transport = ReqwestTransport::builder()
        .total_timeout(total)
        .connect_timeout(connect)
        .build()
        .unwrap();
    let base = BaseUrl::parse(&base).unwrap();
    let request = HttpRequest::new(HttpMethod::Get, base.join(&["instances"]));
    transport.send(request).await.unwrap_err()
}

#[tokio::test]
async fn an_answer_that_drips_is_a_timeout() {
    for (head, drop) in [
        // A body of known length, one without, one in chunks, a header that never ends, and
        // many of them.
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
            &b"x"[..],
        ),
        ("HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\nx\r\n",
        ),
        ("HTTP/1.1 200 OK\r\nX-Endless: ", b"x"),
        ("HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        ("", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("", b"H"),
    ] {
        let port = dripping(head, drop).await;
        let error = error(format!("http://127.0.0.1:{port}"), TOTAL, TOTAL).await;
        let kind = error.kind();
        // Letters that are no answer may be noticed before the time is up.
        let expected = kind == TransportErrorKind::Timeout
            || (drop == b"H" && kind == TransportErrorKind::Interrupted);
        assert!(expected, "{head:?}: {kind:?}");
    }
}

/// Sends interim answers as fast as the client reads them, on the one thread that both have; ends
/// when the client closes the connection.
async fn flooding() -> (u16, JoinHandle<()>) {
    let interim = b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let flood = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_head(&mut socket).await;
        while socket.write_all(&interim).await.is_ok() {}
    });
    (port, flood)
}

#[tokio::test]
async fn interim_answers_without_end_are_a_timeout() {
    let (port, flood) = flooding().await;
    let error = error(format!("http://127.0.0.1:{port}"), TOTAL, TOTAL).await;
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    flood.await.unwrap();
}

#[tokio::test]
async fn interim_answers_without_end_hold_no_other_request_up() {
    let (port, flood) = flooding().await;
    let transport = ReqwestTransport::builder()
        .total_timeout(Duration::from_secs(3600))
        .build()
        .unwrap();
    let request = |port: u16| {
        let base = BaseUrl::parse(&format!("http://127.0.0.1:{port}")).unwrap();
        HttpRequest::new(HttpMethod::Get, base.join(&["instances"]))
    };
    let flooded = tokio::spawn({
        let (transport, request) = (transport.clone(), request(port));
        async move { transport.send(request).await.map(drop) }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let other = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        for _ in 0..9 {
            let (mut socket, _) = listener.accept().await.unwrap();
            read_head(&mut socket).await;
            let answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
            socket.write_all(answer).await.unwrap();
        }
    });
    for _ in 0..9 {
        let answer = transport.send(request(other)).await.unwrap();
        assert_eq!(answer.status, 200);
    }
    assert!(!flooded.is_finished());
    // Whoever gives the request up ends it.
    flooded.abort();
    flood.await.unwrap();
}

#[tokio::test]
async fn an_unanswered_handshake_is_a_timeout() {
    // The kernel takes the connection; nobody ever reads from it.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let long = Duration::from_secs(3600);
    for (scheme, total, connect) in [
        ("https", long, TOTAL),
        ("https", TOTAL, long),
        ("http", TOTAL, long),
    ] {
        let error = error(format!("{scheme}://127.0.0.1:{port}"), total, connect).await;
        assert_eq!(error.kind(), TransportErrorKind::Timeout, "{scheme}");
    }
}

#[tokio::test]
async fn a_gateway_with_ipv6_alone_is_reached() {
    let listener = TcpListener::bind("[::1]:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_head(&mut socket).await;
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        socket.write_all(answer).await.unwrap();
    });
    let base = BaseUrl::parse(&format!("http://[::1]:{port}")).unwrap();
    let request = HttpRequest::new(HttpMethod::Get, base.join(&["instances"]));
    let transport = ReqwestTransport::new().unwrap();
    let answer = transport.send(request).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (200, &b"ok"[..]));
}

#[tokio::test]
async fn an_unknown_host_is_no_connection() {
    // Longer than a label of a name can be, so it is unknown without asking anybody: a test needs no
    // network, and even `.invalid` may be asked about. To the client it is the same failure as the
    // answer of a server of names.
    let name = "x".repeat(64);
    let error = error(format!("https://{name}.invalid"), TOTAL * 100, TOTAL * 100).await;
    assert_eq!(error.kind(), TransportErrorKind::Connect);
}
