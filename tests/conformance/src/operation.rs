//! The five things a provider can be asked over the wire, so that a rule about all of them
//! is written once.

use std::time::Duration;

use pairing_core::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, InstanceStatus, PairingMethod, ProviderError,
};

use crate::{NotPassed, TestInstance};

/// Longer than any transport waits: whoever has not answered by now never will.
const PATIENCE: Duration = Duration::from_secs(600);

/// Between two requests for a code that is not ready, unless the provider says otherwise.
const USUAL_WAIT: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    QrCode,
    PhoneCode,
    Status,
    Abandon,
    Unlink,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Code(CodeReply),
    Status(InstanceStatus),
    Abandoned,
    Unlinked,
}

impl Operation {
    pub(crate) const ALL: [Self; 5] = [
        Self::QrCode,
        Self::PhoneCode,
        Self::Status,
        Self::Abandon,
        Self::Unlink,
    ];

    pub(crate) const CODES: [Self; 2] = [Self::QrCode, Self::PhoneCode];

    pub(crate) fn is_declared(self, capabilities: Capabilities) -> bool {
        match self {
            Self::QrCode => capabilities.supports_qr(),
            Self::PhoneCode => capabilities.phone_code,
            Self::Status => capabilities.status,
            Self::Abandon => capabilities.abandon,
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

    /// The request for a code that this stands for.
    fn request(self, instance: &dyn TestInstance) -> CodeRequest {
        CodeRequest::new(match self {
            Self::PhoneCode => PairingMethod::PhoneCode(instance.phone()),
            _ => PairingMethod::Qr,
        })
    }

    /// Asks for a code until `is_last` holds for the reply, as a session does: a gateway may have to
    /// be started first.
    pub(crate) async fn reply_until(
        self,
        instance: &dyn TestInstance,
        is_last: impl Fn(&CodeReply) -> bool,
    ) -> Result<CodeReply, NotPassed> {
        let request = self.request(instance);
        self.replies_until(instance, request, is_last).await
    }

    /// As [`reply_until`](Self::reply_until), for the next code of an attempt of ours.
    pub(crate) async fn renewal(self, instance: &dyn TestInstance) -> Result<CodeReply, NotPassed> {
        let request = self.request(instance).with_purpose(CodePurpose::Renew);
        self.replies_until(instance, request, |_| false).await
    }

    async fn replies_until(
        self,
        instance: &dyn TestInstance,
        mut request: CodeRequest,
        is_last: impl Fn(&CodeReply) -> bool,
    ) -> Result<CodeReply, NotPassed> {
        let ask = async {
            loop {
                let reply = instance.provider().request_code(&request).await?;
                let wait = match reply {
                    _ if is_last(&reply) => return Ok::<_, ProviderError>(reply),
                    CodeReply::NotReady { retry_in } | CodeReply::Starting { retry_in } => retry_in,
                    _ => return Ok(reply),
                };
                tokio::time::sleep(wait.unwrap_or(USUAL_WAIT)).await;
                request = request.with_purpose(CodePurpose::Renew);
            }
        };
        match tokio::time::timeout(PATIENCE, ask).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(error)) => Err(NotPassed::Failed(format!(
                "{self:?} failed as {}: {error}",
                error.kind()
            ))),
            Err(_) => Err(NotPassed::Failed(format!(
                "{self:?} brought no code in {PATIENCE:?}"
            ))),
        }
    }

    /// Calls the provider and waits for as long as it takes.
    pub(crate) async fn send(self, instance: &dyn TestInstance) -> Result<Answer, ProviderError> {
        let provider = instance.provider();
        match self {
            Self::QrCode | Self::PhoneCode => {
                let request = self.request(instance);
                Ok(Answer::Code(provider.request_code(&request).await?))
            }
            Self::Abandon => {
                provider.abandon().await?;
                Ok(Answer::Abandoned)
            }
            Self::Status => Ok(Answer::Status(provider.status().await?)),
            Self::Unlink => {
                provider.unlink().await?;
                Ok(Answer::Unlinked)
            }
        }
    }
}
