//! Ours among the peers: as many sessions as wanted in one process, sharing one transport.
//!
//! `sessions BASE_URL SESSIONS UNIT_MS SPREAD_MS [picture|unnamed|webhooks]`: the arguments and the
//! output of every peer.

#![allow(
    clippy::print_stdout,
    reason = "it tells whoever measures how far it is"
)]

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use pairing_adapter::{BaseUrl, HttpTransport, QrForm, ReqwestTransport};
use pairing_benches::load::{TOKEN, instance_id};
use pairing_core::{EventKind, PairingHandle, PairingPolicy, PairingSession};
use pairing_zapi::{ZApi, ZApiConfig};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

#[derive(Default)]
struct Told {
    shown: AtomicUsize,
    linked: AtomicUsize,
    abandoned: AtomicUsize,
    errors: AtomicUsize,
}

type Handles = Arc<Mutex<Vec<Option<PairingHandle>>>>;

/// What all sessions have in common.
struct Common {
    base: BaseUrl,
    transport: Arc<dyn HttpTransport>,
    policy: Arc<PairingPolicy>,
    count: usize,
    form: QrForm,
    /// Whether the number that was linked is asked for.
    is_named: bool,
    /// Where webhooks find their session, if there are any.
    handles: Option<Handles>,
    told: Told,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base, count, unit, spread, form @ ..] = &arguments[..] else {
        anyhow::bail!("needs BASE_URL SESSIONS UNIT_MS SPREAD_MS");
    };
    let form = form.first().map_or("", String::as_str);
    let count = count.parse()?;
    let handles = match form {
        "webhooks" => Some(take_webhooks(count).await?),
        _ => None,
    };
    let common = Arc::new(Common {
        base: BaseUrl::parse(base)?,
        transport: Arc::new(ReqwestTransport::new()?),
        // Z-API recommends the default.
        policy: Arc::new(paced(
            &PairingPolicy::default(),
            Duration::from_millis(unit.parse()?),
        )),
        count,
        form: if form == "picture" {
            QrForm::Image
        } else {
            QrForm::Text
        },
        is_named: form != "unnamed",
        handles,
        told: Told::default(),
    });
    let spread = Duration::from_millis(spread.parse()?);
    let begin = Instant::now();
    let mut sessions = JoinSet::new();
    for number in 0..count {
        sleep_until(begin + spread.mul_f64(number as f64 / count as f64)).await;
        let session = start(&common, number)?;
        sessions.spawn(watch(session, common.clone()));
    }
    while sessions.join_next().await.is_some() {}
    let told = &common.told;
    println!(
        "ended {} {} {}",
        told.linked.load(Relaxed),
        told.abandoned.load(Relaxed),
        told.errors.load(Relaxed)
    );
    pending().await
}

fn start(common: &Common, number: usize) -> Result<PairingSession> {
    let config = ZApiConfig::new(instance_id(number), TOKEN)
        .with_base_url(common.base.clone())
        .with_qr_form(common.form)
        .with_follow_ups(common.is_named);
    let provider = ZApi::with_transport(config, common.transport.clone())?;
    let mut builder = PairingSession::builder(provider).policy(common.policy.clone());
    if common.handles.is_some() {
        builder = builder.expect_webhooks();
    }
    let session = builder.start()?;
    if let Some(handles) = &common.handles {
        let mut handles = handles.lock().unwrap_or_else(PoisonError::into_inner);
        handles[number] = Some(session.handle());
    }
    Ok(session)
}

async fn watch(mut session: PairingSession, common: Arc<Common>) {
    let told = &common.told;
    let mut is_first = true;
    while let Some(event) = session.next_event().await {
        match event.kind {
            EventKind::CodeReady { .. }
                if std::mem::take(&mut is_first)
                    && told.shown.fetch_add(1, Relaxed) + 1 == common.count =>
            {
                println!("waiting");
            }
            EventKind::Retrying { .. } => drop(told.errors.fetch_add(1, Relaxed)),
            EventKind::Finished { outcome } => {
                let count = if outcome.is_linked() {
                    &told.linked
                } else {
                    &told.abandoned
                };
                count.fetch_add(1, Relaxed);
            }
            _ => {}
        }
    }
}

/// The policy on a clock whose second lasts this long. The time for one request stays.
fn paced(policy: &PairingPolicy, second: Duration) -> PairingPolicy {
    let paced = |duration: Duration| duration.mul_f64(second.as_secs_f64());
    policy
        .clone()
        .with_qr_lifetime(paced(policy.qr_lifetime))
        .with_phone_code_lifetime(paced(policy.phone_code_lifetime))
        .with_refresh_min(paced(policy.refresh_min))
        .with_refresh_interval(paced(policy.refresh_interval))
        .with_refresh_max(paced(policy.refresh_max))
        .with_phone_code_spacing(paced(policy.phone_code_spacing))
        .with_status_interval(paced(policy.status_interval))
        .with_webhook_status_interval(paced(policy.webhook_status_interval))
        .with_post_expiry_status_window(paced(policy.post_expiry_status_window))
        .with_webhook_debounce(paced(policy.webhook_debounce))
        .with_not_ready_delay(paced(policy.not_ready_delay))
        .with_phone_code_not_ready_delay(paced(policy.phone_code_not_ready_delay))
        .with_retry(
            policy
                .retry
                .clone()
                .with_min_delay(paced(policy.retry.min_delay))
                .with_max_delay(paced(policy.retry.max_delay))
                .with_max_cooldown(paced(policy.retry.max_cooldown)),
        )
        .with_deadline(paced(policy.deadline))
}

/// Listens for the gateway's webhooks and passes each on to its session.
async fn take_webhooks(count: usize) -> Result<Handles> {
    let handles: Handles = Arc::new(Mutex::new(vec![None; count]));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    let router = Router::new()
        .route("/{number}", post(webhook))
        .with_state(handles.clone());
    tokio::spawn(async move { pairing_web::serve(listener, router, pending()).await });
    Ok(handles)
}

async fn webhook(
    State(handles): State<Handles>,
    Path(number): Path<usize>,
    body: Bytes,
) -> StatusCode {
    let handles = handles.lock().unwrap_or_else(PoisonError::into_inner);
    match handles.get(number) {
        Some(Some(handle)) if handle.notify_webhook(&body).is_ok() => StatusCode::NO_CONTENT,
        _ => StatusCode::NOT_FOUND,
    }
}
