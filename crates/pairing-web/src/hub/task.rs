//! The one task of a pairing: waits until it is opened, passes its session's views on, and
//! tidies up after it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use pairing_core::{PairingCode, PairingSession, PairingView};
use tokio::sync::{oneshot, watch};

use super::deadline::LOOK_INTERVAL;
use super::pairing::Pairing;
use super::pictures::Pictures;
use super::shared_registry::SharedRegistry;

/// How long the host application can ask how a pairing ended, unless too many others end.
const MEMORY: Duration = Duration::from_secs(10 * 60);

/// The hub closes, or is gone.
struct Closing;

/// What the tasks of all pairings have in common.
pub(super) struct TaskContext {
    /// The task ends with the hub: it does not hold the registry while it waits.
    pub(super) registry: Weak<SharedRegistry>,
    pub(super) pictures: Pictures,
    /// How long a link still shows how its session ended.
    pub(super) linger: Duration,
    pub(super) closing: watch::Receiver<bool>,
}

pub(super) async fn run_pairing(
    pairing: Arc<Pairing>,
    started: oneshot::Receiver<PairingSession>,
    mut context: TaskContext,
) {
    // If the hub is closing, its records have been stored, and it is not asked any more.
    let _ = context.run(&pairing, started).await;
}

impl TaskContext {
    async fn run(
        &mut self,
        pairing: &Arc<Pairing>,
        mut started: oneshot::Receiver<PairingSession>,
    ) -> Result<(), Closing> {
        while let Some(session) = unless(&mut self.closing, opened(pairing, started)).await? {
            let again = run_session(pairing, session, &self.pictures, &mut self.closing);
            let Some(again) = again.await? else {
                break;
            };
            started = again;
            self.registry()?
                .change(|registry| registry.note_change(&pairing.id));
        }
        self.registry()?.change(|registry| registry.retire(pairing));
        if unless(&mut self.closing, is_forgotten_within(pairing, self.linger)).await? {
            return Ok(());
        }
        self.registry()?.lock().forget_links(&pairing.id);
        pairing.feed().close();
        if !unless(&mut self.closing, is_forgotten_within(pairing, MEMORY)).await? {
            self.registry()?.lock().forget(&pairing.id);
        }
        Ok(())
    }

    fn registry(&self) -> Result<Arc<SharedRegistry>, Closing> {
        self.registry.upgrade().ok_or(Closing)
    }
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

/// The session, or `None` if it was not started in time.
async fn opened(
    pairing: &Pairing,
    mut started: oneshot::Receiver<PairingSession>,
) -> Option<PairingSession> {
    loop {
        let Some(left) = pairing.idle_left() else {
            // It is on its way, or the pairing is over and it will not come.
            return started.await.ok();
        };
        tokio::select! {
            session = &mut started => return session.ok(),
            // A link made meanwhile may have given it more time, and the time of day less.
            () = tokio::time::sleep(left.min(LOOK_INTERVAL)) => {}
        }
    }
}

/// Gives where the next session comes out, if this one was not used.
async fn run_session(
    pairing: &Arc<Pairing>,
    mut session: PairingSession,
    pictures: &Pictures,
    closing: &mut watch::Receiver<bool>,
) -> Result<Option<oneshot::Receiver<PairingSession>>, Closing> {
    let ended = unless(closing, async {
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
    ended
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
