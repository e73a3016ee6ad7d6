//! From the answer to a request to unlink to its outcome: the rules that hold for every gateway.

use pairing_core::{ProviderError, ProviderErrorKind};

use crate::{Answer, Body, Said};

/// What an answer to a request to unlink means.
#[derive(Debug)]
#[must_use]
pub enum Unlinking {
    /// It is clear.
    Clear(Result<(), ProviderError>),
    /// It says nothing known: whether the instance is still linked decides.
    Unclear {
        /// The result when no status request is allowed.
        alone: Result<(), ProviderError>,
    },
}

impl Unlinking {
    /// Reads an answer. `said` is what its words mean, `done` the gateway's own success flag if the
    /// answer has one, and `refused` the message for a refusal without a known reason.
    pub fn of(
        answer: &Answer,
        said: Option<Said>,
        done: Option<bool>,
        refused: &'static str,
    ) -> Self {
        match said {
            // What was asked for holds, whatever the status says.
            Some(Said::NotConnected) => return Self::Clear(Ok(())),
            Some(Said::Error(error)) => return Self::Clear(Err(error)),
            _ => {}
        }
        let is_failure = matches!(&answer.body, Body::Object(object) if object.is_failure());
        match answer.status {
            200..=299 if is_failure || done == Some(false) => Self::Unclear {
                alone: Err(answer.error(ProviderErrorKind::Refused, refused)),
            },
            200..=299 if done == Some(true) => Self::Clear(Ok(())),
            200..=299 if answer.body != Body::Page => Self::Unclear {
                alone: Err(answer.error(
                    ProviderErrorKind::MalformedReply,
                    "the gateway's answer does not say whether the phone was unlinked: ask for the status",
                )),
            },
            // Clear enough, and no reason for yet another request.
            300..=399 | 401 | 408 | 429 | 500..=599 => Self::Clear(Err(answer.error_by_status())),
            _ => Self::Unclear {
                alone: Err(answer.error_by_status()),
            },
        }
    }

    /// Makes an outcome of it. `is_linked` asks the gateway, at most once, and only if the
    /// reading is unclear; `None` if it must not be asked.
    ///
    /// # Errors
    ///
    /// What the answer means; [`Refused`](ProviderErrorKind::Refused) if a phone is still linked;
    /// or an error of the question that will not pass.
    pub async fn settle(
        self,
        is_linked: Option<impl Future<Output = Result<bool, ProviderError>>>,
    ) -> Result<(), ProviderError> {
        let alone = match self {
            Self::Clear(result) => return result,
            Self::Unclear { alone } => alone,
        };
        let Some(is_linked) = is_linked else {
            return alone;
        };
        match is_linked.await {
            Ok(false) => Ok(()),
            Ok(true) => Err(ProviderError::new(
                ProviderErrorKind::Refused,
                "a phone is still linked after the request to unlink it: ask for the status in a moment; if it stays, unlink it in the dashboard or on the phone",
            )),
            // An error that will stay is worth more than a guess about the first answer.
            Err(error) if !error.is_retryable() => Err(error),
            Err(_) => alone,
        }
    }
}
