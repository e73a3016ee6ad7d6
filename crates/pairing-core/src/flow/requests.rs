//! The one request under way: what it is for, and how long it is waited for.

use super::RequestId;
use super::moment::Moment;
use super::task::Task;
use crate::{PairingMethod, ProviderError};

#[derive(Debug, Default)]
pub(super) struct Requests {
    under_way: Option<UnderWay>,
}

#[derive(Debug)]
pub(super) struct UnderWay {
    pub(super) id: RequestId,
    pub(super) operation: Operation,
    since: Moment,
}

/// What a request under way is for.
#[derive(Debug)]
pub(super) enum Operation {
    /// A code for the present method.
    Code,
    /// A code for this method, which was left. It is waited for all the same: a gateway must
    /// not see two attempts at once.
    UnwantedCode(PairingMethod),
    /// The end of an attempt that is another's.
    EndAttempt,
    /// A status in the regular course.
    Status,
    /// A status that a webhook wants to be confirmed by.
    Confirmation,
    /// A status that names the number of a link that was noticed without it.
    Number,
    /// A status that says whether the number is linked by now, before the session ends with this
    /// failure.
    LastWord(ProviderError),
}

impl Operation {
    /// Whether it is dropped for a code that is due.
    pub(super) fn makes_room(&self) -> bool {
        matches!(self, Self::Status | Self::Confirmation)
    }
}

impl UnderWay {
    /// After a link the code stays on screen for at most `status_interval` while the number is asked
    /// for.
    pub(super) fn timeout_at(&self, task: &Task) -> Moment {
        let longest = task.policy.request_timeout;
        let patience = match self.operation {
            Operation::Number => longest.min(task.policy.status_interval),
            _ => longest,
        };
        self.since.plus(patience)
    }
}

impl Requests {
    pub(super) fn under_way(&self) -> Option<&UnderWay> {
        self.under_way.as_ref()
    }

    pub(super) fn start(&mut self, id: RequestId, operation: Operation, since: Moment) {
        self.under_way = Some(UnderWay {
            id,
            operation,
            since,
        });
    }

    /// Takes the request with this id off the wire, and says when it was sent; `None` if it is
    /// not under way.
    pub(super) fn complete(&mut self, id: RequestId) -> Option<(Operation, Moment)> {
        let request = self.under_way.take_if(|request| request.id == id)?;
        Some((request.operation, request.since))
    }

    pub(super) fn abandon(&mut self) -> Option<UnderWay> {
        self.under_way.take()
    }

    /// Whether a code for the present method is being asked for.
    pub(super) fn is_code_asked(&self) -> bool {
        let operation = self.under_way().map(|request| &request.operation);
        matches!(operation, Some(Operation::Code))
    }

    /// Whether the link is known and its number is being asked for.
    pub(super) fn is_number_asked(&self) -> bool {
        let operation = self.under_way().map(|request| &request.operation);
        matches!(operation, Some(Operation::Number))
    }

    /// The code under way, if any, is wanted only if it is for the method that is taken up. What
    /// the method that was left would have ended with is forgotten.
    pub(super) fn switch_method(&mut self, from: PairingMethod, to: &PairingMethod) {
        let Some(request) = &mut self.under_way else {
            return;
        };
        match &request.operation {
            Operation::Code => request.operation = Operation::UnwantedCode(from),
            Operation::UnwantedCode(method) if method == to => request.operation = Operation::Code,
            Operation::LastWord(_) => request.operation = Operation::Status,
            Operation::UnwantedCode(_)
            | Operation::EndAttempt
            | Operation::Status
            | Operation::Confirmation
            | Operation::Number => {}
        }
    }
}
