//! The one task of a session: keeps the wanted request under way and the clock ticking.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::shared::Shared;
use crate::flow::{Input, Request, RequestId};
use crate::{PairingProvider, ProviderErrorKind};

type Call = Pin<Box<dyn Future<Output = Input> + Send>>;
type Leaving = Pin<Box<dyn Future<Output = ()> + Send>>;

pin_project! {
    /// Runs until the flow has finished. Written by hand so that little lives while it waits:
    /// a program may have a hundred thousand sessions that wait for people.
    pub(super) struct Driver {
        // Dropped first: no request outlives the session.
        under_way: Option<(RequestId, Call)>,
        leaving: Option<Leaving>,
        session: Guard,
        #[pin]
        due: Sleep,
    }
}

impl Driver {
    pub(super) fn of(shared: Arc<Shared>) -> Self {
        Self {
            under_way: None,
            leaving: None,
            session: Guard(shared),
            // Set by the first plan.
            due: sleep_until(Instant::now()),
        }
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let shared = &this.session.0;
        loop {
            if let Some(leaving) = this.leaving {
                return leaving.as_mut().poll(cx);
            }
            if shared.poll_changed(cx).is_ready() {
                match follow_plan(shared, this.under_way) {
                    Some(wake_at) => this.due.as_mut().reset(wake_at),
                    None => {
                        // No request outlives the session but this one.
                        *this.under_way = None;
                        *this.leaving = shared
                            .left_attempt()
                            .map(|patience| leave(shared.provider().clone(), patience));
                        if this.leaving.is_none() {
                            return Poll::Ready(());
                        }
                    }
                }
                continue;
            }
            let answer = match this.under_way {
                Some((_, call)) => call.as_mut().poll(cx),
                None => Poll::Pending,
            };
            if let Poll::Ready(input) = answer {
                *this.under_way = None;
                shared.answered(input);
            } else {
                ready!(this.due.as_mut().poll(cx));
                shared.tick();
            }
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
            Request::Code(request) => Input::CodeReply(id, provider.request_code(&request).await),
            Request::EndAttempt => Input::AttemptEnded(id, provider.abandon().await),
            Request::Status => Input::StatusReply(id, provider.status().await),
        }
    })
}

/// Ends the attempt that the session leaves at the gateway. Once: if it fails, the attempt ends by
/// itself.
fn leave(provider: Arc<dyn PairingProvider>, patience: Duration) -> Leaving {
    Box::pin(async move {
        let _ = timeout(patience, provider.abandon()).await;
    })
}

/// Ends the session when its task ends in any way: readers must never wait for ever.
struct Guard(Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        // A provider panicked: the outcome is that, and not a cancellation.
        let plan = std::thread::panicking().then(|| self.0.plan()).flatten();
        if let Some((id, request)) = plan.and_then(|plan| plan.wanted) {
            let error = ProviderErrorKind::Internal.into();
            self.0.answered(match request {
                Request::Code(_) => Input::CodeReply(id, Err(error)),
                Request::EndAttempt => Input::AttemptEnded(id, Err(error)),
                Request::Status => Input::StatusReply(id, Err(error)),
            });
        }
        self.0.apply_infallible(Input::Cancel);
    }
}
