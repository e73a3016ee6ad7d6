//! The one task of a session: keeps the wanted request under way and the clock ticking.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::shared::Shared;
use crate::flow::{Input, Request, RequestId};
use crate::{PairingProvider, ProviderErrorKind};

type Call = Pin<Box<dyn Future<Output = Input> + Send>>;

/// Runs until the flow has finished.
pub(super) async fn drive(shared: Arc<Shared>) {
    let _guard = Guard(&shared);
    let mut under_way: Option<(RequestId, Call)> = None;
    while let Some(plan) = shared.plan() {
        let wanted = plan.wanted.as_ref().map(|(id, _)| *id);
        if under_way.as_ref().map(|(id, _)| *id) != wanted {
            // The old request is dropped before the new one starts.
            drop(under_way.take());
            under_way = plan
                .wanted
                .map(|(id, request)| (id, call(shared.provider().clone(), id, request)));
        }
        let reply = async {
            match &mut under_way {
                Some((_, call)) => call.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = shared.changed.notified() => {}
            input = reply => {
                under_way = None;
                shared.answered(input);
            }
            () = tokio::time::sleep_until(plan.wake_at) => shared.tick(),
        }
    }
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
