//! The one task of a pairing: waits until it is opened, passes its session's views on, and
//! tidies up after it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use pairing_core::{PairingCode, PairingSession, PairingView};
use tokio::sync::{oneshot, watch};

use super::Inner;
use super::pairing::Pairing;
use super::pictures::Pictures;
use super::until::LOOK_INTERVAL;

/// How long the host application can ask how a pairing ended, unless too many others end.
const MEMORY: Duration = Duration::from_secs(10 * 60);

/// The hub closes, or is gone.
struct Closing;

/// Ends with the hub: it holds none, or the last clone of a hub would not be the last.
pub(super) async fn keep(
    hub: Weak<Inner>,
    pairing: Arc<Pairing>,
    started: oneshot::Receiver<PairingSession>,
    mut closing: watch::Receiver<bool>,
    linger: Duration,
) {
    // The hub is closing: what it knows has been saved, and nobody asks any more.
    let _ = live(&hub, &pairing, started, &mut closing, linger).await;
}

async fn live(
    hub: &Weak<Inner>,
    pairing: &Arc<Pairing>,
    mut started: oneshot::Receiver<PairingSession>,
    closing: &mut watch::Receiver<bool>,
    linger: Duration,
) -> Result<(), Closing> {
    while let Some(session) = unless(closing, opened(pairing, started)).await? {
        let pictures = hub.upgrade().ok_or(Closing)?.pictures.clone();
        let Some(again) = run(pairing, session, &pictures, closing).await? else {
            break;
        };
        started = again;
        hub.upgrade().ok_or(Closing)?.save();
    }
    hub.upgrade().ok_or(Closing)?.ended(pairing);
    if unless(closing, is_forgotten_within(pairing, linger)).await? {
        return Ok(());
    }
    hub.upgrade().ok_or(Closing)?.forget_links(pairing);
    pairing.feed().close();
    if !unless(closing, is_forgotten_within(pairing, MEMORY)).await? {
        hub.upgrade().ok_or(Closing)?.forget(pairing);
    }
    Ok(())
}

/// Whether others that have ended since took its place before this time was over.
async fn is_forgotten_within(pairing: &Pairing, time: Duration) -> bool {
    tokio::time::timeout(time, pairing.forgotten())
        .await
        .is_ok()
}

async fn unless<T>(
    closing: &mut watch::Receiver<bool>,
    work: impl Future<Output = T>,
) -> Result<T, Closing> {
    tokio::select! {
        // An error means that the hub is gone.
        _ = closing.wait_for(|closing| *closing) => Err(Closing),
        done = work => Ok(done),
    }
}

/// The session, or `None` if nobody started it in time.
async fn opened(
    pairing: &Pairing,
    mut started: oneshot::Receiver<PairingSession>,
) -> Option<PairingSession> {
    loop {
        let Some(left) = pairing.idle_left() else {
            // It is on its way, or the pairing is over and nobody will send it.
            return started.await.ok();
        };
        tokio::select! {
            session = &mut started => return session.ok(),
            // A link made meanwhile may have given it more time, and the time of day less.
            () = tokio::time::sleep(left.min(LOOK_INTERVAL)) => {}
        }
    }
}

/// Gives where the next session comes out, if nobody used this one.
async fn run(
    pairing: &Arc<Pairing>,
    mut session: PairingSession,
    pictures: &Pictures,
    closing: &mut watch::Receiver<bool>,
) -> Result<Option<oneshot::Receiver<PairingSession>>, Closing> {
    let told = unless(closing, async {
        let mut again = None;
        loop {
            tokio::select! {
                view = session.next_view() => {
                    let Some(view) = view else { break };
                    again = publish(pairing, view, pictures).await;
                }
                () = tokio::time::sleep(LOOK_INTERVAL) => pairing.end_if_overdue(),
            }
        }
        again
    })
    .await;
    session.close().await;
    told
}

/// Reading a picture takes time that other sessions' views should not wait for.
async fn publish(
    pairing: &Arc<Pairing>,
    view: PairingView,
    pictures: &Pictures,
) -> Option<oneshot::Receiver<PairingSession>> {
    let read = pairing.now();
    let picture = view
        .code()
        .filter(|code| matches!(code, PairingCode::QrImage { .. }));
    if picture.is_none_or(|code| pairing.has_drawn(code)) {
        return pairing.publish(view, read);
    }
    let pairing = pairing.clone();
    let work = move || {
        // A code is no session's end.
        let _ = pairing.publish(view, read);
    };
    pictures.read(work).await;
    None
}
