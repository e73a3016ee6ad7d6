//! The four things a provider can be asked over the wire, so that a rule about all of them
//! is written once.

use std::time::Duration;

use pairing_core::{Capabilities, CodeReply, InstanceStatus, PairingMethod, ProviderError};

use crate::{NotPassed, TestInstance};

/// Longer than any transport waits: whoever has not answered by now never will.
const PATIENCE: Duration = Duration::from_secs(600);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    QrCode,
    PhoneCode,
    Status,
    Unlink,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Code(CodeReply),
    Status(InstanceStatus),
    Unlinked,
}

impl Operation {
    pub(crate) const ALL: [Self; 4] = [Self::QrCode, Self::PhoneCode, Self::Status, Self::Unlink];

    pub(crate) const CODES: [Self; 2] = [Self::QrCode, Self::PhoneCode];

    pub(crate) fn is_declared(self, capabilities: Capabilities) -> bool {
        match self {
            Self::QrCode => capabilities.supports_qr(),
            Self::PhoneCode => capabilities.phone_code,
            Self::Status => capabilities.status,
            Self::Unlink => capabilities.unlink,
        }
    }

    /// Calls the provider once. An error here is not the provider's but the behaviour's end.
    pub(crate) async fn call(
        self,
        instance: &dyn TestInstance,
    ) -> Result<Result<Answer, ProviderError>, NotPassed> {
        tokio::time::timeout(PATIENCE, self.send(instance))
            .await
            .map_err(|_| NotPassed::Failed(format!("{self:?} was not answered in {PATIENCE:?}")))
    }

    /// As [`call`](Self::call), when only a success will do.
    pub(crate) async fn succeed(self, instance: &dyn TestInstance) -> Result<Answer, NotPassed> {
        let answer = self.call(instance).await?;
        answer.map_err(|error| {
            NotPassed::Failed(format!("{self:?} failed as {}: {error}", error.kind()))
        })
    }

    /// As [`call`](Self::call), when only a failure will do.
    pub(crate) async fn fail(
        self,
        instance: &dyn TestInstance,
    ) -> Result<ProviderError, NotPassed> {
        match self.call(instance).await? {
            Err(error) => Ok(error),
            Ok(answer) => Err(NotPassed::Failed(format!(
                "{self:?} should have failed and answered {answer:?}"
            ))),
        }
    }

    /// Calls the provider and waits for as long as it takes.
    pub(crate) async fn send(self, instance: &dyn TestInstance) -> Result<Answer, ProviderError> {
        let provider = instance.provider();
        match self {
            Self::QrCode => {
                let reply = provider.request_code(&PairingMethod::Qr.into()).await?;
                Ok(Answer::Code(reply))
            }
            Self::PhoneCode => {
                let method = PairingMethod::PhoneCode(instance.phone());
                Ok(Answer::Code(
                    provider.request_code(&method.clone().into()).await?,
                ))
            }
            Self::Status => Ok(Answer::Status(provider.status().await?)),
            Self::Unlink => {
                provider.unlink().await?;
                Ok(Answer::Unlinked)
            }
        }
    }
}
