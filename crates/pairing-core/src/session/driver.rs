//! The one task of a session: keeps the wanted request under way and the clock ticking.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use tokio::time::Instant;

use super::shared::Shared;
use crate::flow::{Input, Request, RequestId};
use crate::{PairingProvider, ProviderErrorKind};

type Call = Pin<Box<dyn Future<Output = Input> + Send>>;

/// Why the driver looks at its plan again.
enum Woken {
    Changed,
    Answered(Input),
    Due,
}

/// Runs until the flow has finished. Written so that little lives while it waits: a program
/// may have a hundred thousand sessions that wait for people.
pub(super) async fn drive(shared: Arc<Shared>) {
    let _guard = Guard(&shared);
    let mut under_way: Option<(RequestId, Call)> = None;
    while let Some(wake_at) = follow_plan(&shared, &mut under_way) {
        let woken = {
            let mut changed = pin!(shared.changed.notified());
            let mut due = pin!(tokio::time::sleep_until(wake_at));
            poll_fn(|cx| {
                if changed.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Woken::Changed);
                }
                if let Some((_, call)) = &mut under_way
                    && let Poll::Ready(input) = call.as_mut().poll(cx)
                {
                    return Poll::Ready(Woken::Answered(input));
                }
                due.as_mut().poll(cx).map(|()| Woken::Due)
            })
            .await
        };
        match woken {
            Woken::Changed => {}
            Woken::Answered(input) => {
                under_way = None;
                shared.answered(input);
            }
            Woken::Due => shared.tick(),
        }
    }
}

/// Puts the wanted request under way and gives the next due time; `None` once the flow has
/// finished.
fn follow_plan(shared: &Shared, under_way: &mut Option<(RequestId, Call)>) -> Option<Instant> {
    let plan = shared.plan()?;
    let wanted = plan.wanted.as_ref().map(|(id, _)| *id);
    if under_way.as_ref().map(|(id, _)| *id) != wanted {
        // The old request is dropped before the new one starts.
        drop(under_way.take());
        *under_way = plan
            .wanted
            .map(|(id, request)| (id, call(shared.provider().clone(), id, request)));
    }
    Some(plan.wake_at)
}

fn call(provider: Arc<dyn PairingProvider>, id: RequestId, request: Request) -> Call {
    Box::pin(async move {
        match request {
            Request::Code(method) => Input::CodeReply(id, provider.request_code(&method).await),
            Request::Status => Input::StatusReply(id, provider.status().await),
        }
    })
}

/// Ends the session when its task ends in any way: readers must never wait for ever.
struct Guard<'a>(&'a Shared);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        // A provider panicked: say so, instead of claiming that somebody cancelled.
        if std::thread::panicking()
            && let Some((id, request)) = self.0.plan().and_then(|plan| plan.wanted)
        {
            let error = ProviderErrorKind::Internal.into();
            self.0.answered(match request {
                Request::Code(_) => Input::CodeReply(id, Err(error)),
                Request::Status => Input::StatusReply(id, Err(error)),
            });
        }
        self.0.apply_infallible(Input::Cancel);
    }
}
