//! The viewers: pages reduced to a socket that counts the events it gets.

use std::io::BufRead as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};

use crate::{Reading, Target};

/// Connections opened at a time: more would only wait in the listener's queue.
const AT_A_TIME: usize = 100;

#[derive(Default)]
struct Seen {
    /// Viewers that have the code of the moment they came.
    present: AtomicUsize,
    somebody_came: Notify,
    events: AtomicUsize,
}

pub(crate) fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let reading: Reading = serde_json::from_str(&instruction().await?)?;
        start(&reading).await?;
        println!("started");
        instruction().await?;
        let seen = watch_all(reading).await;
        println!("watching");
        // Ends with the process that asks.
        while instruction().await.is_ok() {
            println!("{}", seen.events.load(Ordering::Relaxed));
        }
        Ok(())
    })
}

/// The next line from whoever started this process.
async fn instruction() -> anyhow::Result<String> {
    let line = tokio::task::spawn_blocking(|| std::io::stdin().lock().lines().next());
    Ok(line.await?.context("nobody asks any more")??)
}

/// Starts every session as its page does, evenly over one interval: events then come evenly too.
async fn start(reading: &Reading) -> anyhow::Result<()> {
    const BODY: &str = r#"{"method":"qr"}"#;
    let Target { address, paths } = &reading.target;
    let mut stream = TcpStream::connect(address).await?;
    let begun = tokio::time::Instant::now();
    for (number, path) in (0_u32..).zip(paths) {
        let share = f64::from(number) / paths.len() as f64;
        tokio::time::sleep_until(begun + reading.interval.mul_f64(share)).await;
        let request = format!(
            "POST {path}/start HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{BODY}",
            BODY.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            ensure!(stream.read_buf(&mut answer).await? > 0, "no answer");
        }
        ensure!(answer.starts_with(b"HTTP/1.1 204"), "not started");
    }
    Ok(())
}

/// Returns when every viewer has its first event.
async fn watch_all(reading: Reading) -> Arc<Seen> {
    let seen = Arc::new(Seen::default());
    let opening = Arc::new(Semaphore::new(AT_A_TIME));
    let Target { address, paths } = reading.target;
    for path in &paths {
        for _ in 0..reading.viewers_per_session {
            let (seen, opening, path) = (seen.clone(), opening.clone(), path.clone());
            tokio::spawn(async move {
                let Ok(permit) = opening.acquire_owned().await else {
                    return;
                };
                let stream = open(address, &path).await;
                let watched = match stream {
                    Ok(stream) => watch(stream, permit, &seen).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = watched {
                    eprintln!("a viewer left: {error:#}");
                    // Figures without it would be of something else.
                    std::process::exit(1);
                }
            });
        }
    }
    let all = paths.len() * reading.viewers_per_session;
    while seen.present.load(Ordering::Relaxed) < all {
        seen.somebody_came.notified().await;
    }
    seen
}

async fn open(address: std::net::SocketAddr, path: &str) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET {path}/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\
         Cache-Control: no-cache\r\nAccept-Language: pt-BR\r\nUser-Agent: reader\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    Ok(stream)
}

/// Counts the events of one stream, which never ends. Each has one line with its id.
async fn watch(
    mut stream: TcpStream,
    permit: tokio::sync::OwnedSemaphorePermit,
    seen: &Seen,
) -> anyhow::Result<()> {
    const MARK: &[u8] = b"\nid: ";
    let mut permit = Some(permit);
    let mut unread = Vec::with_capacity(4096);
    loop {
        ensure!(stream.read_buf(&mut unread).await? > 0, "its stream ended");
        let marks = unread.windows(MARK.len()).filter(|part| *part == MARK);
        let events = marks.count();
        seen.events.fetch_add(events, Ordering::Relaxed);
        // A mark may be half there.
        unread.drain(..unread.len().saturating_sub(MARK.len() - 1));
        if events > 0 && permit.take().is_some() {
            seen.present.fetch_add(1, Ordering::Relaxed);
            seen.somebody_came.notify_one();
        }
    }
}
