//! Every number of the flow, mirrored from core, which documents their sources.

use std::time::Duration;

use pairing_core as core;

/// Lifetimes, intervals, rounds, retries and the deadline of a session.
///
/// Start from `recommended_policy` or `default_policy` and change single fields; a session
/// refuses numbers that do not fit together with `InvalidPolicy`.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PairingPolicy {
    /// How long a QR code can be scanned, when the provider does not say. 20 s: Z-API's page
    /// on QR codes.
    pub qr_lifetime: Duration,
    /// How long the first QR code of an attempt can be scanned that the session itself started at
    /// the gateway, if that is longer than `qr_lifetime`. 20 s, which is no longer; gateways on
    /// WhatsApp's socket protocol give the first one 60 s.
    pub first_qr_lifetime: Duration,
    /// How long a phone code can be typed, when the provider does not say. 160 s: the lower
    /// end of what WhatsApp's servers allow.
    pub phone_code_lifetime: Duration,
    /// QR codes put on the screen per round. 3: Z-API's page recommends to stop after three unread codes.
    pub codes_per_round: u32,
    /// Phone codes put on the screen per round, where the gateway renews them; elsewhere it is one.
    /// 1.
    pub phone_codes_per_round: u32,
    /// The soonest the next QR code is asked for after the last one arrived. 10 s: Z-API.
    pub refresh_min: Duration,
    /// The latest the next QR code is asked for: sooner where the codes before have told when
    /// the gateway changes them. 20 s.
    pub refresh_interval: Duration,
    /// The latest the next QR code is asked for. 20 s: Z-API.
    pub refresh_max: Duration,
    /// The soonest another phone code is asked for after one arrived. 30 s.
    pub phone_code_spacing: Duration,
    /// Within this time a linked phone is noticed, unless webhooks are to tell. 5 s.
    pub status_interval: Duration,
    /// How often the status is asked where webhooks are expected, if that is less often than
    /// `status_interval`. 20 s: a webhook may get lost, so the status is still asked, but
    /// rarely.
    pub webhook_status_interval: Duration,
    /// How long the status is still asked after the last code of a round died, or after a
    /// webhook said "connected" and the status did not. 30 s.
    pub post_expiry_status_window: Duration,
    /// The least time between two status calls that webhooks cause, however many arrive. Also
    /// how long before a code is called expired the status is asked once more. 1 s.
    pub webhook_debounce: Duration,
    /// When a gateway that was not ready with a QR code is asked again. 2 s.
    pub not_ready_delay: Duration,
    /// How often in a row a gateway may be not ready with a QR code. 15.
    pub not_ready_limit: u32,
    /// When a gateway that was not ready with a phone code is asked again. 10 s: each request
    /// may count against WhatsApp's limit.
    pub phone_code_not_ready_delay: Duration,
    /// How often in a row a gateway may be not ready with a phone code. 2.
    pub phone_code_not_ready_limit: u32,
    /// When a gateway that is starting is asked again. 3 s. It may be starting until the deadline.
    pub starting_delay: Duration,
    /// After a code was on screen, how long a gateway on which no attempt runs any more may still
    /// be linking: for this time the session shows `Linking` and asks for no code. Zero: most
    /// gateways say that they are linking.
    pub linking_window: Duration,
    /// How often the status is asked while a link is being made. 2 s.
    pub linking_status_interval: Duration,
    /// How long a gateway may say that it is linking before codes are asked for again. 60 s.
    pub linking_timeout: Duration,
    /// How long a link must last before the session ends with it: after this time a second status
    /// must agree. Zero, which is the default, ends the session with the first.
    pub link_confirmation: Duration,
    /// What happens after a failure that may pass.
    pub retry: RetryPolicy,
    /// After this time a request is given up, whatever the transport's own timeouts. 30 s.
    pub request_timeout: Duration,
    /// When an abandoned session ends. 10 min.
    pub deadline: Duration,
}

/// How failures that may pass are repeated: exponential backoff with jitter.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct RetryPolicy {
    /// The first wait, without its random part. 1 s.
    pub min_delay: Duration,
    /// The longest wait, without its random part. 30 s.
    pub max_delay: Duration,
    /// Repetitions in a row before the session ends. 5.
    pub max_retries: u32,
    /// The same for a request for a phone code. 2.
    pub phone_code_max_retries: u32,
    /// The longest wait that a gateway may demand; a longer one ends the session as rate
    /// limited. 60 s.
    pub max_cooldown: Duration,
}

/// The numbers for a gateway nothing else is known about.
#[uniffi::export]
pub fn default_policy() -> PairingPolicy {
    core::PairingPolicy::default().into()
}

/// The same policy with every duration divided, for demonstrations and tests against a
/// simulator whose clock runs faster. `request_timeout` stays: sockets do not run faster.
#[uniffi::export]
pub fn scaled_down_policy(policy: PairingPolicy, factor: u32) -> PairingPolicy {
    core::PairingPolicy::from(policy).scaled_down(factor).into()
}

/// The fields have the same names and types on both sides.
macro_rules! mirror {
    ($name:ident { $($field:ident),* $(,)? } $(, $inner:ident)?) => {
        impl From<core::$name> for $name {
            fn from(value: core::$name) -> Self {
                Self { $($field: value.$field,)* $($inner: value.$inner.into())? }
            }
        }

        impl From<$name> for core::$name {
            fn from(value: $name) -> Self {
                let mut core = Self::default();
                $(core.$field = value.$field;)*
                $(core.$inner = value.$inner.into();)?
                core
            }
        }
    };
}

mirror!(RetryPolicy {
    min_delay,
    max_delay,
    max_retries,
    phone_code_max_retries,
    max_cooldown,
});

mirror!(
    PairingPolicy {
        qr_lifetime,
        first_qr_lifetime,
        phone_code_lifetime,
        codes_per_round,
        phone_codes_per_round,
        refresh_min,
        refresh_interval,
        refresh_max,
        phone_code_spacing,
        status_interval,
        webhook_status_interval,
        post_expiry_status_window,
        webhook_debounce,
        not_ready_delay,
        not_ready_limit,
        phone_code_not_ready_delay,
        phone_code_not_ready_limit,
        starting_delay,
        linking_window,
        linking_status_interval,
        linking_timeout,
        link_confirmation,
        request_timeout,
        deadline,
    },
    retry
);
