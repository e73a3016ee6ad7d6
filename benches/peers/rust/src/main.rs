//! What Z-API's page describes, in plain Rust: a task and two intervals a session, and one
//! shared reqwest client.
//!
//! `pairing-bench-plain BASE_URL SESSIONS UNIT_MS SPREAD_MS`
//!
//! `UNIT_MS` is how long a second lasts, `SPREAD_MS` the time over which the sessions start.

#![allow(
    clippy::print_stdout,
    reason = "it tells whoever measures how far it is"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Client;
use serde::Deserialize;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, interval_at, sleep};

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    value: String,
    #[serde(default)]
    connected: bool,
}

#[derive(Default)]
struct Told {
    shown: AtomicUsize,
    linked: AtomicUsize,
    abandoned: AtomicUsize,
    errors: AtomicUsize,
}

async fn get(client: &Client, url: String) -> Result<Answer> {
    let response = client.get(url).send().await?.error_for_status()?;
    Ok(serde_json::from_slice(&response.bytes().await?)?)
}

/// The picture, or `None` when a phone is linked.
async fn picture(client: &Client, url: String) -> Result<Option<Vec<u8>>> {
    let answer = get(client, url).await?;
    if answer.connected {
        return Ok(None);
    }
    let (_, data) = answer.value.split_once(',').context("no data URI")?;
    Ok(Some(STANDARD.decode(data)?))
}

async fn link(client: Client, path: String, second: Duration, count: usize, told: Arc<Told>) {
    let mut codes = interval(20 * second);
    let mut statuses = interval_at(Instant::now() + 5 * second, 5 * second);
    let mut attempts = 0;
    let mut _on_screen = None;
    loop {
        let linked = tokio::select! {
            _ = codes.tick() => {
                if attempts == 3 {
                    told.abandoned.fetch_add(1, Relaxed);
                    return;
                }
                attempts += 1;
                let linked = match picture(&client, format!("{path}/qr-code/image")).await {
                    Ok(Some(picture)) => {
                        _on_screen = Some(picture);
                        false
                    }
                    Ok(None) => true,
                    Err(_) => {
                        told.errors.fetch_add(1, Relaxed);
                        false
                    }
                };
                if attempts == 1 && told.shown.fetch_add(1, Relaxed) + 1 == count {
                    println!("waiting");
                }
                linked
            }
            _ = statuses.tick() => match get(&client, format!("{path}/status")).await {
                Ok(answer) => answer.connected,
                Err(_) => {
                    told.errors.fetch_add(1, Relaxed);
                    false
                }
            },
        };
        if linked {
            told.linked.fetch_add(1, Relaxed);
            return;
        }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base, count, unit, spread] = &arguments[..] else {
        anyhow::bail!("needs BASE_URL SESSIONS UNIT_MS SPREAD_MS");
    };
    let count: usize = count.parse()?;
    let second = Duration::from_millis(unit.parse()?);
    let spread = Duration::from_millis(spread.parse()?);
    // reqwest is built without a default for TLS, as in the rest of this workspace.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().timeout(Duration::from_secs(20)).build()?;
    let told = Arc::new(Told::default());
    let mut sessions = JoinSet::new();
    for number in 0..count {
        let (client, told) = (client.clone(), told.clone());
        let path = format!("{base}/instances/bench-{number:026}/token/F0E1D2C3B4A5968778695A4B");
        let delay = spread.mul_f64(number as f64 / count as f64);
        sessions.spawn(async move {
            sleep(delay).await;
            link(client, path, second, count, told).await;
        });
    }
    while sessions.join_next().await.is_some() {}
    println!(
        "ended {} {} {}",
        told.linked.load(Relaxed),
        told.abandoned.load(Relaxed),
        told.errors.load(Relaxed)
    );
    std::future::pending().await
}
