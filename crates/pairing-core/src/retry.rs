//! When a failed request is repeated: in a session, and in single calls.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use serde::{Deserialize, Serialize};

use crate::{
    CodeReply, CodeRequest, InstanceStatus, PairingMethod, PairingPolicy, PairingProvider,
    ProviderError, ProviderErrorKind, duration_text,
};

/// Exponential backoff with jitter for failures that may pass.
///
/// The n-th wait is `min_delay × 2ⁿ⁻¹`, at most `max_delay`, plus a random part of up to
/// the same again, so that many sessions do not return at the same moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The first wait, without its random part. 1 s.
    #[serde(with = "duration_text")]
    pub min_delay: Duration,
    /// The longest wait, without its random part. 30 s.
    #[serde(with = "duration_text")]
    pub max_delay: Duration,
    /// Repetitions in a row before the session ends. 5: about a minute in all.
    pub max_retries: u32,
    /// The same for a request for a phone code, each of which counts against WhatsApp's
    /// limit. 2. After a rate limit it is never repeated at all.
    pub phone_code_max_retries: u32,
    /// The longest `Retry-After` that is waited out; a longer one ends the session as rate
    /// limited. 60 s: about as long as a person waits in front of a screen.
    #[serde(with = "duration_text")]
    pub max_cooldown: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            min_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(30),
            max_retries: 5,
            phone_code_max_retries: 2,
            max_cooldown: Duration::from_secs(60),
        }
    }
}

setters!(RetryPolicy {
    with_min_delay => min_delay: Duration;
    with_max_delay => max_delay: Duration;
    with_max_retries => max_retries: u32;
    with_phone_code_max_retries => phone_code_max_retries: u32;
    with_max_cooldown => max_cooldown: Duration;
});

impl RetryPolicy {
    /// One request, no repetition.
    #[must_use]
    pub fn never() -> Self {
        Self {
            max_retries: 0,
            phone_code_max_retries: 0,
            max_cooldown: Duration::ZERO,
            ..Self::default()
        }
    }

    /// What to do after a failure, `in_a_row` of which have happened, when `retries` are
    /// allowed: `None` to give up, or how long to wait. Equal seeds give equal waits.
    pub(crate) fn wait_after(
        &self,
        error: &ProviderError,
        in_a_row: u32,
        retries: u32,
        seed: u64,
    ) -> Option<Duration> {
        if !error.is_retryable() || in_a_row > retries {
            return None;
        }
        match error.retry_after() {
            Some(cooldown) if cooldown > self.max_cooldown => None,
            Some(cooldown) => Some(cooldown.max(self.delay(in_a_row, seed))),
            None => Some(self.delay(in_a_row, seed)),
        }
    }

    /// How long a gateway is left alone after a failure that is not counted; `None` if waiting
    /// would not help. Capped at `max_cooldown`, like any other failure.
    pub(crate) fn rest_after(&self, error: &ProviderError, seed: u64) -> Option<Duration> {
        if !error.is_retryable() {
            return None;
        }
        let cooldown = error.retry_after().unwrap_or_default();
        Some(self.delay(1, seed).max(cooldown.min(self.max_cooldown)))
    }

    /// How often a request for a code is repeated after this error. Asking again for a
    /// phone code after a rate limit would prolong the limit.
    pub(crate) fn code_retries(&self, method: &PairingMethod, error: &ProviderError) -> u32 {
        match (method, error.kind()) {
            (PairingMethod::Qr, _) => self.max_retries,
            (PairingMethod::PhoneCode(_), ProviderErrorKind::RateLimited) => 0,
            (PairingMethod::PhoneCode(_), _) => self.phone_code_max_retries,
        }
    }

    /// The wait after the n-th failure in a row. Failures are rare, so the delays are
    /// counted off again instead of being kept in every session.
    fn delay(&self, in_a_row: u32, seed: u64) -> Duration {
        // Beyond the 32nd step every delay has reached its maximum.
        let nth = in_a_row.saturating_sub(1).min(32) as usize;
        ExponentialBuilder::new()
            .with_min_delay(self.min_delay)
            .with_max_delay(self.max_delay)
            .with_jitter()
            .with_jitter_seed(seed)
            .without_max_times()
            .build()
            .nth(nth)
            .unwrap_or(self.max_delay)
    }
}

/// Single calls outside a session, repeated as the policy says. Each request is given up after
/// the policy's `request_timeout`, and `on_retry` gets the error and the wait before each
/// repetition. They run on tokio.
pub trait PairingProviderExt: PairingProvider {
    /// Asks for a code. Does not wait for a code that is not ready.
    ///
    /// # Errors
    ///
    /// The last error, once the policy gives up.
    fn request_code_with_retry(
        &self,
        request: &CodeRequest,
        policy: &PairingPolicy,
        on_retry: impl FnMut(&ProviderError, Duration) + Send,
    ) -> impl Future<Output = Result<CodeReply, ProviderError>> + Send {
        async move {
            let retries = |error: &ProviderError| policy.retry.code_retries(&request.method, error);
            with_retry(policy, retries, on_retry, || self.request_code(request)).await
        }
    }

    /// Asks for the status.
    ///
    /// # Errors
    ///
    /// The last error, once the policy gives up.
    fn status_with_retry(
        &self,
        policy: &PairingPolicy,
        on_retry: impl FnMut(&ProviderError, Duration) + Send,
    ) -> impl Future<Output = Result<InstanceStatus, ProviderError>> + Send {
        async move {
            let retries = |_: &ProviderError| policy.retry.max_retries;
            with_retry(policy, retries, on_retry, || self.status()).await
        }
    }
}

impl<P: PairingProvider + ?Sized> PairingProviderExt for P {}

/// Calls until one is answered, or `retries` and the policy allow no further one.
async fn with_retry<T, C>(
    policy: &PairingPolicy,
    retries: impl Fn(&ProviderError) -> u32,
    mut on_retry: impl FnMut(&ProviderError, Duration),
    mut call: impl FnMut() -> C,
) -> Result<T, ProviderError>
where
    C: Future<Output = Result<T, ProviderError>>,
{
    let mut failures = 0;
    loop {
        let error = match tokio::time::timeout(policy.request_timeout, call()).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error,
            Err(_) => ProviderErrorKind::TimedOut.into(),
        };
        failures += 1;
        let retries = retries(&error);
        let Some(wait) = policy
            .retry
            .wait_after(&error, failures, retries, random_seed())
        else {
            return Err(error);
        };
        on_retry(&error, wait);
        tokio::time::sleep(wait).await;
    }
}

/// A seed that differs between sessions, from the keys the standard library draws for its
/// hash maps. Spreading retries needs no better randomness.
pub(crate) fn random_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0_u8)
}
