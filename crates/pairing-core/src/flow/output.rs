//! What goes into the flow and what comes out of it.

use std::collections::VecDeque;

use crate::{
    CodeReply, CodeRequest, InstanceStatus, PairingEvent, PairingMethod, ProviderError, WebhookHint,
};

/// Names one request, so that a reply to a dropped one cannot be mistaken for another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(pub(super) u64);

/// What happened outside.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input {
    /// Time has passed.
    Tick,
    /// The answer to [`Request::Code`].
    CodeReply(RequestId, Result<CodeReply, ProviderError>),
    /// The answer to [`Request::Status`].
    StatusReply(RequestId, Result<InstanceStatus, ProviderError>),
    /// The answer to [`Request::EndAttempt`].
    AttemptEnded(RequestId, Result<(), ProviderError>),
    /// A webhook arrived.
    Hint(WebhookHint),
    /// A person asks for the next round.
    Resume,
    /// A person wants to link the other way.
    SwitchMethod(PairingMethod),
    /// The session is no longer wanted.
    Cancel,
}

/// What to do. A driver performs every kind.
#[derive(Debug)]
pub enum Output {
    /// Send this request and feed its answer back. Never a second one before the first
    /// was answered or abandoned.
    Request(RequestId, Request),
    /// Drop the request that is under way; its answer is no longer wanted.
    Abandon(RequestId),
    /// Deliver this event to the subscribers.
    Emit(PairingEvent),
    /// The session has ended and its attempt still runs at the gateway: call
    /// [`abandon`](crate::PairingProvider::abandon) once, and feed nothing back.
    LeaveAttempt,
}

/// A call to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// [`request_code`](crate::PairingProvider::request_code)
    Code(CodeRequest),
    /// [`status`](crate::PairingProvider::status)
    Status,
    /// [`abandon`](crate::PairingProvider::abandon)
    EndAttempt,
}

/// Outputs that wait to be taken, and the numbers they are given.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Output>,
    last_request: u64,
}

impl Outbox {
    pub(super) fn push(&mut self, output: Output) {
        self.queue.push_back(output);
    }

    pub(super) fn pop(&mut self) -> Option<Output> {
        self.queue.pop_front()
    }

    pub(super) fn release(&mut self) {
        self.queue.shrink_to_fit();
    }

    pub(super) fn next_request(&mut self) -> RequestId {
        self.last_request += 1;
        RequestId(self.last_request)
    }
}
