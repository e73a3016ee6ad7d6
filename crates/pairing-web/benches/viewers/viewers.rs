//! The viewers: pages reduced to a socket that reads events and notes when they came.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::{Happening, Micros, Target, digest, instruction, micros, now, runtime};

/// Connections opened at a time: more would only wait in the listener's queue.
const AT_A_TIME: usize = 100;

pub(crate) fn main() {
    runtime().block_on(async {
        let target: Target = serde_json::from_str(&instruction().await).unwrap();
        start(&target).await;
        println!("started");
        instruction().await;
        let watching = Arc::new((AtomicUsize::new(0), Notify::new()));
        let mut viewers = JoinSet::new();
        let mut expected = 0;
        for _ in 0..target.viewers_per_session {
            for (session, path) in target.paths.iter().enumerate() {
                while expected - watching.0.load(Ordering::Relaxed) >= AT_A_TIME {
                    watching.1.notified().await;
                }
                expected += 1;
                let viewer = watch(target.address, path.clone(), session, watching.clone());
                viewers.spawn(viewer);
            }
        }
        while watching.0.load(Ordering::Relaxed) < expected {
            watching.1.notified().await;
        }
        println!("watching");
        let seen: Vec<_> = viewers.join_all().await.into_iter().flatten().collect();
        println!("{}", serde_json::to_string(&seen).unwrap());
    });
}

/// Starts every session, as its page does when it is opened.
async fn start(target: &Target) {
    const BODY: &str = r#"{"method":"qr"}"#;
    let mut stream = TcpStream::connect(target.address).await.unwrap();
    for path in &target.paths {
        let request = format!(
            "POST {path}/start HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{BODY}",
            BODY.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
        }
        assert!(answer.starts_with(b"HTTP/1.1 204"));
    }
}

/// Watches until the stream ends, and tells what came when. What was there before this viewer
/// is left out: it was not waited for.
async fn watch(
    address: SocketAddr,
    path: String,
    session: usize,
    watching: Arc<(AtomicUsize, Notify)>,
) -> Vec<(Happening, Micros)> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path}/events HTTP/1.1\r\nHost: bench\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    // As much as a frame, so that the viewers do not cost more than the server.
    let mut lines = BufReader::with_capacity(4096, stream).lines();
    let mut seen = Vec::new();
    let mut is_new = true;
    let mut shown = None;
    while let Some(line) = lines.next_line().await.unwrap() {
        let Some(data) = line.strip_prefix("data: ") else {
            continue;
        };
        let at = now();
        let view: Value = serde_json::from_str(data).unwrap();
        let screen = &view["screen"];
        let happening = match screen["kind"].as_str() {
            // The page's own messages.
            None => continue,
            Some("code") => {
                let code = digest(screen["code"]["text"].as_str().unwrap());
                let expires_at = screen["expires_at"].as_str().unwrap();
                let expires_at = humantime::parse_rfc3339(expires_at).unwrap();
                shown = Some((code, micros(expires_at)));
                Some((Happening::Code(code), at))
            }
            // Its cause is the time, so what counts is how late it came.
            Some("code_expired") => shown.take().map(|(code, expires_at)| {
                (Happening::Expired(code), at.saturating_sub(expires_at))
            }),
            Some("finished") => {
                assert_eq!(screen["outcome"], "connected", "{view}");
                Some((Happening::Linked(session), at))
            }
            _ => None,
        };
        if std::mem::take(&mut is_new) {
            watching.0.fetch_add(1, Ordering::Relaxed);
            watching.1.notify_one();
        } else {
            seen.extend(happening);
        }
        if screen["kind"] == "finished" {
            break;
        }
    }
    seen
}
