//! How failures are told.

use std::time::Duration;

use pairing_core::{ProviderError, ProviderErrorKind};

use crate::operation::Operation;
use crate::verdict::ensure;
use crate::{Condition, Harness, Verdict};

/// Puts a new instance in the condition for each declared operation, and looks at the error.
async fn each_error(
    harness: &dyn Harness,
    condition: Condition,
    look: impl Fn(Operation, &ProviderError, u64) -> Verdict + Sync,
) -> Verdict {
    for operation in Operation::ALL {
        let instance = harness.fresh().await;
        if !operation.is_declared(instance.provider().capabilities()) {
            continue;
        }
        if operation == Operation::Unlink {
            instance.link().await;
        }
        instance.set_condition(condition)?;
        let error = operation.fail(&*instance).await?;
        look(operation, &error, instance.calls().total)?;
    }
    Ok(())
}

async fn each_is(harness: &dyn Harness, condition: Condition, kind: ProviderErrorKind) -> Verdict {
    each_error(harness, condition, |operation, error, _| {
        ensure!(
            error.kind() == kind,
            "{operation:?} fails as {} instead of {kind}",
            error.kind()
        );
        ensure!(
            !error.message().trim().is_empty(),
            "the error has no message"
        );
        Ok(())
    })
    .await
}

/// A gateway that cannot serve is `Unavailable`.
pub async fn an_unavailable_gateway_is_reported(harness: &dyn Harness) -> Verdict {
    each_is(
        harness,
        Condition::Unavailable,
        ProviderErrorKind::Unavailable,
    )
    .await
}

/// A rate limit is `RateLimited`, and no cool-down is made up.
pub async fn a_rate_limit_is_reported(harness: &dyn Harness) -> Verdict {
    let condition = Condition::RateLimited { retry_after: None };
    each_is(harness, condition, ProviderErrorKind::RateLimited).await?;
    each_error(harness, condition, |operation, error, _| {
        ensure!(
            error.retry_after().is_none(),
            "{operation:?} makes up a cool-down of {:?}",
            error.retry_after()
        );
        Ok(())
    })
    .await
}

/// The cool-down a gateway names arrives in [`ProviderError::retry_after`].
pub async fn a_cool_down_is_passed_on(harness: &dyn Harness) -> Verdict {
    let cool_down = Some(Duration::from_secs(7));
    let condition = Condition::RateLimited {
        retry_after: cool_down,
    };
    each_is(harness, condition, ProviderErrorKind::RateLimited).await?;
    each_error(harness, condition, |operation, error, _| {
        ensure!(
            error.retry_after() == cool_down,
            "{operation:?} passes on {:?} instead of {cool_down:?}",
            error.retry_after()
        );
        Ok(())
    })
    .await
}

/// Credentials that are not accepted are `InvalidCredentials`, which no retry helps.
pub async fn refused_credentials_are_reported(harness: &dyn Harness) -> Verdict {
    let kind = ProviderErrorKind::InvalidCredentials;
    each_is(harness, Condition::InvalidCredentials, kind).await
}

/// An instance the gateway does not know is `UnknownInstance`.
pub async fn an_unknown_instance_is_reported(harness: &dyn Harness) -> Verdict {
    let kind = ProviderErrorKind::UnknownInstance;
    each_is(harness, Condition::UnknownInstance, kind).await
}

/// What a firewall or a login page answers in the gateway's place is `Intercepted`; never a code,
/// never a success, and never the credentials' fault.
pub async fn an_interception_is_reported(harness: &dyn Harness) -> Verdict {
    let kind = ProviderErrorKind::Intercepted;
    each_is(harness, Condition::Intercepted, kind).await
}

/// An answer nobody can read is `MalformedReply`; never a code, never a success.
pub async fn a_malformed_reply_is_reported(harness: &dyn Harness) -> Verdict {
    let kind = ProviderErrorKind::MalformedReply;
    each_is(harness, Condition::MalformedReply, kind).await
}

/// A request that failed is over: repeating it is the session's decision alone.
pub async fn a_failed_request_is_not_repeated(harness: &dyn Harness) -> Verdict {
    let conditions = [
        Condition::Unavailable,
        Condition::RateLimited { retry_after: None },
        Condition::InvalidCredentials,
    ];
    for condition in conditions {
        each_error(harness, condition, |operation, _, calls| {
            ensure!(
                calls == 1,
                "{operation:?} costs {calls} calls while the gateway is {condition:?}"
            );
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// A provider remembers no failure: once the gateway works again, so does it.
pub async fn a_gateway_that_recovers_is_used_again(harness: &dyn Harness) -> Verdict {
    let conditions = [
        Condition::Unavailable,
        Condition::RateLimited {
            retry_after: Some(Duration::from_secs(7)),
        },
        Condition::InvalidCredentials,
    ];
    for operation in Operation::ALL {
        for condition in conditions {
            let instance = harness.fresh().await;
            if !operation.is_declared(instance.provider().capabilities()) {
                continue;
            }
            if operation == Operation::Unlink {
                instance.link().await;
            }
            instance.set_condition(condition)?;
            operation.fail(&*instance).await?;
            instance.set_condition(Condition::Healthy)?;
            operation.succeed(&*instance).await?;
        }
    }
    Ok(())
}
