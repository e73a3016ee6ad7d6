//! HTTP/1.1 over a real socket, byte by byte, so that a test sees how a connection breaks.

use std::io;
use std::net::SocketAddr;

use pairing_sim::{Instance, Server};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Sends a request and gives the open connection.
pub(crate) async fn open(to: SocketAddr, method: &str, path: &str, body: &str) -> TcpStream {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Head and body of an answer, read until the connection closes.
pub(crate) async fn read(mut stream: TcpStream) -> io::Result<(String, String)> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Ok((head.to_owned(), body.to_owned()))
}

pub(crate) async fn send(server: &Server, method: &str, path: &str, body: &str) -> (u16, String) {
    let stream = open(server.address(), method, path, body).await;
    let (head, body) = read(stream).await.unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body)
}

pub(crate) async fn send_json(
    server: &Server,
    method: &str,
    path: &str,
    body: &str,
) -> (u16, Value) {
    let (status, body) = send(server, method, path, body).await;
    (status, serde_json::from_str(&body).unwrap())
}

pub(crate) fn path(instance: &Instance, call: &str) -> String {
    format!("/plain/{}/{call}", instance.id())
}
