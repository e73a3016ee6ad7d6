//! From the response to a request to unlink to its outcome: the rules that hold for every gateway.

use pairing_core::{ProviderError, ProviderErrorKind};

use crate::known_message::KnownMessage;
use crate::{Body, GatewayResponse, Object};

/// What a response to a request to unlink means.
enum Unlinking {
    Clear(Result<(), ProviderError>),
    /// Whether the instance is still linked decides.
    NeedsStatus {
        /// The result where no status can be had.
        fallback: Result<(), ProviderError>,
    },
}

impl Unlinking {
    /// `is_linked` is what the gateway said when it was asked for its status.
    fn settle(self, is_linked: Option<Result<bool, ProviderError>>) -> Result<(), ProviderError> {
        let fallback = match self {
            Self::Clear(result) => return result,
            Self::NeedsStatus { fallback } => fallback,
        };
        match is_linked {
            Some(Ok(false)) => Ok(()),
            Some(Ok(true)) => Err(ProviderError::new(
                ProviderErrorKind::Refused,
                "a phone is still linked after the request to unlink it: ask for the status in a moment; if it stays, unlink it in the dashboard or on the phone",
            )),
            // An error that stays says more than a guess about the first response.
            Some(Err(error)) if !error.is_retryable() => Err(error),
            Some(Err(_)) | None => fallback,
        }
    }
}

impl GatewayResponse {
    /// The outcome of a request to unlink. `is_linked` asks the gateway for its status: at most
    /// once, and only if the response does not say whether it was done; `None` if it must not be
    /// asked. An instance that is not linked counts as unlinked.
    ///
    /// # Errors
    ///
    /// What the response means; [`Refused`](ProviderErrorKind::Refused) if a number is still
    /// linked; or an error of the status request that a retry cannot clear.
    pub async fn unlinked(
        self,
        is_linked: Option<impl Future<Output = Result<bool, ProviderError>>>,
    ) -> Result<(), ProviderError> {
        let unlinking = self.unlinking();
        drop(self);
        match (&unlinking, is_linked) {
            (Unlinking::NeedsStatus { .. }, Some(is_linked)) => {
                unlinking.settle(Some(is_linked.await))
            }
            _ => unlinking.settle(None),
        }
    }

    fn unlinking(&self) -> Unlinking {
        match self.known_message() {
            // What was asked for holds, whatever the HTTP status says.
            Some(KnownMessage::NotLinked) => return Unlinking::Clear(Ok(())),
            Some(KnownMessage::Error(error)) => return Unlinking::Clear(Err(error)),
            _ => {}
        }
        let object = self.object();
        let is_failure = object.is_some_and(Object::is_failure);
        let done = object.and_then(|object| {
            let done = object.flag(&["success", "value", "disconnected"]);
            done.or_else(|| object.flag(&["error"]).map(|failed| !failed))
        });
        let needs_status = |error| Unlinking::NeedsStatus {
            fallback: Err(error),
        };
        match self.status {
            200..=299 if is_failure || done == Some(false) => needs_status(self.refused()),
            200..=299 if done == Some(true) => Unlinking::Clear(Ok(())),
            200..=299 if self.body != Body::Page => needs_status(self.error(
                ProviderErrorKind::MalformedReply,
                "the gateway's response does not say whether the phone was unlinked: ask for the status",
            )),
            _ if self.is_clear_by_status() => Unlinking::Clear(Err(self.error_by_status())),
            _ => needs_status(self.error_by_status()),
        }
    }
}
