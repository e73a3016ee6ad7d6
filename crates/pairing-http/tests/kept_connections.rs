//! The bundled transport and the connections it keeps: one that the gateway has closed is replaced
//! without anybody noticing, and no request arrives twice that must not.
#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pairing_http::{
    BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport, ReqwestTransport,
    TransportError, TransportErrorKind,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the gateway does once it has read a request.
#[derive(Clone, Copy)]
enum Then {
    Answer,
    Close,
    Reset,
    /// Says this and closes the connection.
    Say(&'static str),
}

/// A gateway with one script for each connection, in the order in which they are opened.
struct Gateway {
    base: BaseUrl,
    /// Each request as the number of its connection and its method.
    requests: Arc<Mutex<Vec<(usize, String)>>>,
}

impl Gateway {
    async fn new(scripts: &[&[Then]]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        let mut scripts: VecDeque<Vec<Then>> =
            scripts.iter().map(|script| script.to_vec()).collect();
        tokio::spawn(async move {
            let mut number = 0;
            while let Some(script) = scripts.pop_front() {
                let (socket, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(socket, script, number, seen.clone()));
                number += 1;
            }
        });
        Self {
            base: BaseUrl::parse(&base).unwrap(),
            requests,
        }
    }

    fn request(&self, method: HttpMethod) -> HttpRequest {
        HttpRequest::new(method, self.base.join(&["status"]))
    }

    fn requests(&self) -> Vec<(usize, String)> {
        self.requests.lock().unwrap().clone()
    }

    /// On which connection each request arrived.
    fn connections(&self) -> Vec<usize> {
        let numbers = self.requests();
        numbers.into_iter().map(|(number, _)| number).collect()
    }
}

async fn serve(
    mut socket: TcpStream,
    script: Vec<Then>,
    number: usize,
    seen: Arc<Mutex<Vec<(usize, String)>>>,
) {
    for then in script {
        let Some(head) = read_head(&mut socket).await else {
            return;
        };
        let method = head.split(' ').next().unwrap().to_owned();
        seen.lock().unwrap().push((number, method));
        match then {
            Then::Answer => {
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
                socket.write_all(answer).await.unwrap();
            }
            Then::Close => return,
            Then::Reset => return socket.set_zero_linger().unwrap(),
            Then::Say(text) => return socket.write_all(text.as_bytes()).await.unwrap(),
        }
    }
    // As long as the client keeps it.
    let _ = socket.read(&mut [0; 1]).await;
}

/// `None` if the client closes the connection instead.
async fn read_head(socket: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.ok()?);
    }
    Some(String::from_utf8(head).unwrap())
}

fn kind(result: Result<HttpResponse, TransportError>) -> TransportErrorKind {
    result.unwrap_err().kind()
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_replaced_unseen() {
    for end in [Then::Close, Then::Reset] {
        let gateway = Gateway::new(&[&[Then::Answer, end], &[Then::Answer]]).await;
        let transport = ReqwestTransport::new().unwrap();
        for _ in 0..2 {
            let request = gateway.request(HttpMethod::Get);
            assert_eq!(transport.send(request).await.unwrap().status, 200);
        }
        // The second request arrived twice: on the kept connection and on a new one.
        assert_eq!(gateway.connections(), [0, 0, 1]);
    }
}

#[tokio::test]
async fn a_request_is_repeated_once_and_no_more() {
    for end in [Then::Close, Then::Reset] {
        let gateway = Gateway::new(&[&[Then::Answer, end], &[end], &[Then::Answer]]).await;
        let transport = ReqwestTransport::new().unwrap();
        let first = transport.send(gateway.request(HttpMethod::Get)).await;
        assert_eq!(first.unwrap().status, 200);
        let second = transport.send(gateway.request(HttpMethod::Get)).await;
        assert_eq!(kind(second), TransportErrorKind::Interrupted);
        assert_eq!(gateway.connections(), [0, 0, 1]);
    }
}

#[tokio::test]
async fn a_new_connection_that_breaks_is_an_error_at_once() {
    for end in [Then::Close, Then::Reset] {
        let gateway = Gateway::new(&[&[end], &[Then::Answer]]).await;
        let transport = ReqwestTransport::new().unwrap();
        let result = transport.send(gateway.request(HttpMethod::Get)).await;
        assert_eq!(kind(result), TransportErrorKind::Interrupted);
        assert_eq!(gateway.connections(), [0]);
    }
}

#[tokio::test]
async fn an_answer_that_began_or_is_not_http_is_no_closed_connection() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        "SSH-2.0-gateway\r\n\r\n",
    ] {
        let gateway = Gateway::new(&[&[Then::Answer, Then::Say(answer)], &[Then::Answer]]).await;
        let transport = ReqwestTransport::new().unwrap();
        let first = transport.send(gateway.request(HttpMethod::Get)).await;
        assert_eq!(first.unwrap().status, 200);
        let second = transport.send(gateway.request(HttpMethod::Get)).await;
        assert_eq!(kind(second), TransportErrorKind::Interrupted, "{answer}");
        assert_eq!(gateway.connections(), [0, 0], "{answer}");
    }
}

#[tokio::test]
async fn what_must_not_arrive_twice_has_its_own_connection_and_is_not_repeated() {
    for method in [
        HttpMethod::Get,
        HttpMethod::Post,
        HttpMethod::Put,
        HttpMethod::Delete,
    ] {
        let scripts: [&[Then]; 4] = [
            &[Then::Answer, Then::Answer],
            &[Then::Answer],
            &[Then::Close],
            &[Then::Answer],
        ];
        let gateway = Gateway::new(&scripts).await;
        let transport = ReqwestTransport::new().unwrap();
        let kept = transport.send(gateway.request(HttpMethod::Get)).await;
        assert_eq!(kept.unwrap().status, 200);
        let once = || gateway.request(method).once();
        // A kept connection may be closed at any time: this request does not try its luck.
        assert_eq!(transport.send(once()).await.unwrap().status, 200);
        let broken = transport.send(once()).await;
        assert_eq!(kind(broken), TransportErrorKind::Interrupted);
        let kept = transport.send(gateway.request(HttpMethod::Get)).await;
        assert_eq!(kept.unwrap().status, 200);
        assert_eq!(gateway.connections(), [0, 1, 2, 0], "{method:?}");
        let [_, (_, sent), ..] = &gateway.requests()[..] else {
            unreachable!("there are four requests");
        };
        assert_eq!(sent, method.as_str());
    }
}

/// The clock stands still, except for one leap, while nothing is under way.
async fn leap(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_connection_is_given_up_before_gateways_close_it() {
    for (idle, connections) in [
        (Duration::from_secs(3), [0, 0]),
        (Duration::from_secs(5), [0, 1]),
    ] {
        let scripts: [&[Then]; 2] = [&[Then::Answer, Then::Answer], &[Then::Answer]];
        let gateway = Gateway::new(&scripts).await;
        let transport = ReqwestTransport::new().unwrap();
        for _ in 0..2 {
            let request = gateway.request(HttpMethod::Get);
            assert_eq!(transport.send(request).await.unwrap().status, 200);
            leap(idle).await;
        }
        assert_eq!(gateway.connections(), connections, "{idle:?}");
    }
}

#[tokio::test]
async fn a_repeated_request_has_what_is_left_of_the_total_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let base = BaseUrl::parse(&base).unwrap();
    let request = || HttpRequest::new(HttpMethod::Get, base.join(&["status"]));
    // Nothing times out by itself here: the time of both requests is an hour.
    let transport = ReqwestTransport::builder()
        .total_timeout(Duration::from_secs(3600))
        .build()
        .unwrap();
    let answering = tokio::spawn(async move {
        let (mut kept, _) = listener.accept().await.unwrap();
        read_head(&mut kept).await.unwrap();
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        kept.write_all(answer).await.unwrap();
        read_head(&mut kept).await.unwrap();
        // Most of the hour passes on the kept connection.
        leap(Duration::from_secs(3000)).await;
        drop(kept);
        let (mut fresh, _) = listener.accept().await.unwrap();
        read_head(&mut fresh).await.unwrap();
        leap(Duration::from_secs(700)).await;
        fresh
    });
    assert_eq!(transport.send(request()).await.unwrap().status, 200);
    let result = transport.send(request()).await;
    assert_eq!(kind(result), TransportErrorKind::Timeout);
    drop(answering.await.unwrap());
}
