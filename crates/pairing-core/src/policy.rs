//! Every number of the flow, each with its source.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{PairingMethod, RetryPolicy, duration_text};

/// Lifetimes, intervals, rounds, retries and the deadline of a session.
///
/// The defaults follow Z-API's page on QR codes, which is the only vendor documentation
/// with numbers: a QR code dies after 20 s, ask for the next every 10 to 20 s, stop after
/// three unused ones and let a person ask for more. Change single numbers:
///
/// ```
/// use std::time::Duration;
/// use pairing_core::PairingPolicy;
///
/// let policy = PairingPolicy::default().with_deadline(Duration::from_secs(120));
/// assert_eq!(policy.codes_per_round, 3);
/// policy.validate()?;
/// # Ok::<(), pairing_core::InvalidPolicy>(())
/// ```
///
/// # How many calls a session costs
///
/// One request is under way at a time. An abandoned session on a healthy gateway makes
/// `codes_per_round` code requests, one more for a code that is given again while it is on
/// screen, and about one status call per `status_interval`, one of them `webhook_debounce` before a
/// code is called expired; after the last code died ever fewer, until `post_expiry_status_window` has passed;
/// then none until it is resumed or the deadline ends it: with the defaults and a new code
/// for every request, 3 + 12 = 15 calls, at most 4 + 14 = 18 where the second request brings the
/// first code again, or 1 + 35 = 36 for a phone code, which lives longer.
/// One of the 12 is the look before the end of the second QR code; the one before the end of the
/// last code, of either method, takes the place of the status at that end and costs nothing.
///
/// A failing gateway gets at most `retry.max_retries` repetitions in a row, each after a longer
/// wait up to `retry.max_delay`; of a status that fails while a code can be used or the user is waited for,
/// as many as these waits allow. One that is not ready is asked again
/// `not_ready_limit` times per code, `not_ready_delay` apart; a phone code by numbers of its own.
/// Before a session gives up because no code can be had, one status decides. Where a link is
/// noticed without the number and the provider can name it, one status asks for it, and is waited
/// for `status_interval` at most: one call for each link that a request for a code noticed.
///
/// Where webhooks are expected, the status is asked only every `webhook_status_interval`,
/// and the same sessions make 3 + 2 = 5 calls, 4 + 2 = 6 where the second request brings the
/// first code again, or 1 + 9 = 10 for a phone code.
///
/// A webhook that says "connected" costs one status call, whether or not webhooks are
/// expected, and many cost at most one per `webhook_debounce`. If the status says otherwise,
/// which may lag behind, it is asked every `status_interval` until `post_expiry_status_window` has passed
/// since: with the defaults, at most 6 calls more. One of progress costs at most one status call per
/// `linking_status_interval`; one of a changed code brings the next request for it forward, to
/// `refresh_min` after the last.
///
/// A gateway that is starting is asked every `starting_delay`, until the deadline; while a link is
/// being made, the status is asked every `linking_status_interval`, for `linking_timeout` at most;
/// while a passkey is waited for, every `status_interval`, until the deadline. A session that its
/// user leaves costs one `abandon` where the provider has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PairingPolicy {
    /// How long a QR code can be scanned, when the provider does not say. 20 s: Z-API's
    /// page on QR codes; also every QR after the first on a socket-based gateway.
    #[serde(with = "duration_text")]
    pub qr_lifetime: Duration,
    /// How long the first QR code of an attempt can be scanned that the session itself started at
    /// the gateway, if that is longer than `qr_lifetime`. 20 s, which is no longer; gateways on
    /// WhatsApp's socket protocol give the first one 60 s.
    #[serde(with = "duration_text")]
    pub first_qr_lifetime: Duration,
    /// How long a phone code can be typed, when the provider does not say. 160 s: the
    /// lower end of what WhatsApp's servers allow.
    #[serde(with = "duration_text")]
    pub phone_code_lifetime: Duration,
    /// QR codes put on the screen per round: what [`attempt`](crate::PairingEvent::attempt)
    /// counts. A code that is given again while it is shown does not count. 3: Z-API's page
    /// recommends to stop after three unread codes.
    pub codes_per_round: u32,
    /// Phone codes put on the screen per round, where the gateway
    /// [renews them by itself](crate::Capabilities::renews_phone_codes); elsewhere it is one. 1.
    pub phone_codes_per_round: u32,
    /// The soonest the next QR code is asked for after the last one arrived. 10 s: Z-API.
    #[serde(with = "duration_text")]
    pub refresh_min: Duration,
    /// The latest the next QR code is asked for after the last one arrived: sooner if the
    /// provider says that it dies sooner, or earlier codes have shown when the gateway
    /// changes them, and the second code of a session halfway through the first one's life.
    /// 20 s: when it dies at the latest. Equal to `refresh_min`, it makes the interval fixed.
    #[serde(with = "duration_text")]
    pub refresh_interval: Duration,
    /// The latest the next QR code is asked for: a status call still under way then is
    /// dropped in its favour. 20 s: Z-API. The first code of a round, for which a person has
    /// just asked, waits for no status at all.
    #[serde(with = "duration_text")]
    pub refresh_max: Duration,
    /// The soonest another phone code is asked for after one arrived. 30 s: WhatsApp
    /// answers a handful of requests in a row with a limit that can last for hours.
    #[serde(with = "duration_text")]
    pub phone_code_spacing: Duration,
    /// Within this time a linked phone is noticed while a code can be used, unless webhooks
    /// are to tell. 5 s: what a person waits without doubt.
    #[serde(with = "duration_text")]
    pub status_interval: Duration,
    /// How often the status is asked where webhooks are expected, if that is less often than
    /// `status_interval`. 20 s: a webhook may get lost, so the status is still asked, but
    /// rarely; in a QR round the request for the next code then takes its place.
    #[serde(with = "duration_text")]
    pub webhook_status_interval: Duration,
    /// How long the status is still asked after the last code of a round died, because a
    /// code scanned in its last second takes a while to link: at first `status_interval` after
    /// the look before its end, then ever more rarely, since it becomes ever less likely (with
    /// the defaults 4, 12 and 30 s after it died); after a code that was not looked at before its
    /// end, `status_interval` after that. Also
    /// how long it is asked every `status_interval` after a webhook said "connected" and the
    /// status did not. 30 s.
    #[serde(with = "duration_text")]
    pub post_expiry_status_window: Duration,
    /// The least time between two status calls that webhooks cause, however many arrive.
    /// The first is confirmed at once, even right after a regular call. Also how long before a
    /// code is called expired the status is asked once more, so that a scan in its last seconds shows
    /// as a link first. 1 s.
    #[serde(with = "duration_text")]
    pub webhook_debounce: Duration,
    /// When a gateway that was not ready with a QR code is asked again. 2 s.
    #[serde(with = "duration_text")]
    pub not_ready_delay: Duration,
    /// How often in a row a gateway may be not ready with a QR code. 15, which is half a minute.
    pub not_ready_limit: u32,
    /// When a gateway that was not ready with a phone code is asked again. 10 s: each request may
    /// count against WhatsApp's limit, also one that is answered without a code.
    #[serde(with = "duration_text")]
    pub phone_code_not_ready_delay: Duration,
    /// How often in a row a gateway may be not ready with a phone code. 2, as for its failures:
    /// three requests for one number in 20 s.
    pub phone_code_not_ready_limit: u32,
    /// When a gateway that is starting is asked again. 3 s. It may be starting until the deadline.
    #[serde(with = "duration_text")]
    pub starting_delay: Duration,
    /// After a code was on screen, how long a gateway on which no attempt runs any more may still be
    /// linking: for this time the session shows "linking" and asks for no code. Zero: most gateways
    /// say in words that they are linking. Some say "closed" for seconds after a scan.
    #[serde(with = "duration_text")]
    pub linking_window: Duration,
    /// How often the status is asked while a link is being made. 2 s.
    #[serde(with = "duration_text")]
    pub linking_status_interval: Duration,
    /// How long a gateway may say that it is linking before codes are asked for again. 60 s.
    #[serde(with = "duration_text")]
    pub linking_timeout: Duration,
    /// How long a link must last before the session ends with it: after this time a second status
    /// must agree. Zero, which is the default, ends the session with the first.
    #[serde(with = "duration_text")]
    pub link_confirmation: Duration,
    /// What happens after a failure that may pass.
    pub retry: RetryPolicy,
    /// After this time a request is given up, whatever the provider's own timeouts. 30 s:
    /// gateways are known to wait up to 10 s themselves, and one call may be two requests.
    #[serde(with = "duration_text")]
    pub request_timeout: Duration,
    /// When an abandoned session ends. 10 min.
    #[serde(with = "duration_text")]
    pub deadline: Duration,
}

impl Default for PairingPolicy {
    fn default() -> Self {
        Self {
            qr_lifetime: Duration::from_secs(20),
            first_qr_lifetime: Duration::from_secs(20),
            phone_code_lifetime: Duration::from_secs(160),
            codes_per_round: 3,
            phone_codes_per_round: 1,
            refresh_min: Duration::from_secs(10),
            refresh_interval: Duration::from_secs(20),
            refresh_max: Duration::from_secs(20),
            phone_code_spacing: Duration::from_secs(30),
            status_interval: Duration::from_secs(5),
            webhook_status_interval: Duration::from_secs(20),
            post_expiry_status_window: Duration::from_secs(30),
            webhook_debounce: Duration::from_secs(1),
            not_ready_delay: Duration::from_secs(2),
            not_ready_limit: 15,
            phone_code_not_ready_delay: Duration::from_secs(10),
            phone_code_not_ready_limit: 2,
            starting_delay: Duration::from_secs(3),
            linking_window: Duration::ZERO,
            linking_status_interval: Duration::from_secs(2),
            linking_timeout: Duration::from_secs(60),
            link_confirmation: Duration::ZERO,
            retry: RetryPolicy::default(),
            request_timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(600),
        }
    }
}

setters!(PairingPolicy {
    with_qr_lifetime => qr_lifetime: Duration;
    with_first_qr_lifetime => first_qr_lifetime: Duration;
    with_phone_code_lifetime => phone_code_lifetime: Duration;
    with_codes_per_round => codes_per_round: u32;
    with_phone_codes_per_round => phone_codes_per_round: u32;
    with_refresh_min => refresh_min: Duration;
    with_refresh_interval => refresh_interval: Duration;
    with_refresh_max => refresh_max: Duration;
    with_phone_code_spacing => phone_code_spacing: Duration;
    with_status_interval => status_interval: Duration;
    with_webhook_status_interval => webhook_status_interval: Duration;
    with_post_expiry_status_window => post_expiry_status_window: Duration;
    with_webhook_debounce => webhook_debounce: Duration;
    with_not_ready_delay => not_ready_delay: Duration;
    with_not_ready_limit => not_ready_limit: u32;
    with_phone_code_not_ready_delay => phone_code_not_ready_delay: Duration;
    with_phone_code_not_ready_limit => phone_code_not_ready_limit: u32;
    with_starting_delay => starting_delay: Duration;
    with_linking_window => linking_window: Duration;
    with_linking_status_interval => linking_status_interval: Duration;
    with_linking_timeout => linking_timeout: Duration;
    with_link_confirmation => link_confirmation: Duration;
    with_retry => retry: RetryPolicy;
    with_request_timeout => request_timeout: Duration;
    with_deadline => deadline: Duration;
});

impl PairingPolicy {
    /// How many codes by this method a round has at most, at a gateway that renews its phone codes
    /// or does not.
    pub(crate) fn codes_in_round(&self, method: &PairingMethod, renews_phone_codes: bool) -> u32 {
        match method {
            PairingMethod::Qr => self.codes_per_round,
            // Another request would replace it under the fingers of the person who types it.
            PairingMethod::PhoneCode(_) if !renews_phone_codes => 1,
            PairingMethod::PhoneCode(_) => self.phone_codes_per_round,
        }
    }

    /// How long a code for this method lives, when the provider does not say.
    #[must_use]
    pub fn lifetime(&self, method: &PairingMethod) -> Duration {
        match method {
            PairingMethod::Qr => self.qr_lifetime,
            PairingMethod::PhoneCode(_) => self.phone_code_lifetime,
        }
    }

    /// How long a gateway that was not ready is left alone, and how often it may be: with a QR
    /// code, or with a phone code.
    pub(crate) fn not_ready(&self, is_qr: bool) -> (Duration, u32) {
        if is_qr {
            (self.not_ready_delay, self.not_ready_limit)
        } else {
            (
                self.phone_code_not_ready_delay,
                self.phone_code_not_ready_limit,
            )
        }
    }

    /// The same policy with every duration divided, for demonstrations against a simulator
    /// whose clock runs faster. `request_timeout` stays: sockets do not run faster. So do the
    /// delays that a gateway or an adapter names itself, which a faster simulator names shorter. A
    /// factor below 1 counts as 1.
    ///
    /// The `deadline` is divided too. Where the computer's own speed must not end a session, as in a
    /// test, set it afterwards.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn scaled_down(&self, factor: u32) -> Self {
        let fast = |duration: Duration| duration / factor.max(1);
        Self {
            qr_lifetime: fast(self.qr_lifetime),
            first_qr_lifetime: fast(self.first_qr_lifetime),
            phone_code_lifetime: fast(self.phone_code_lifetime),
            codes_per_round: self.codes_per_round,
            phone_codes_per_round: self.phone_codes_per_round,
            refresh_min: fast(self.refresh_min),
            refresh_interval: fast(self.refresh_interval),
            refresh_max: fast(self.refresh_max),
            phone_code_spacing: fast(self.phone_code_spacing),
            status_interval: fast(self.status_interval),
            webhook_status_interval: fast(self.webhook_status_interval),
            post_expiry_status_window: fast(self.post_expiry_status_window),
            webhook_debounce: fast(self.webhook_debounce),
            not_ready_delay: fast(self.not_ready_delay),
            not_ready_limit: self.not_ready_limit,
            phone_code_not_ready_delay: fast(self.phone_code_not_ready_delay),
            phone_code_not_ready_limit: self.phone_code_not_ready_limit,
            starting_delay: fast(self.starting_delay),
            linking_window: fast(self.linking_window),
            linking_status_interval: fast(self.linking_status_interval),
            linking_timeout: fast(self.linking_timeout),
            link_confirmation: fast(self.link_confirmation),
            retry: RetryPolicy {
                min_delay: fast(self.retry.min_delay),
                max_delay: fast(self.retry.max_delay),
                max_retries: self.retry.max_retries,
                phone_code_max_retries: self.retry.phone_code_max_retries,
                max_cooldown: fast(self.retry.max_cooldown),
            },
            request_timeout: self.request_timeout,
            deadline: fast(self.deadline),
        }
    }

    /// Checks that the numbers fit together.
    ///
    /// # Errors
    ///
    /// [`InvalidPolicy`] names the field and the rule.
    pub fn validate(&self) -> Result<(), InvalidPolicy> {
        let positive = [
            ("qr_lifetime", self.qr_lifetime),
            ("phone_code_lifetime", self.phone_code_lifetime),
            ("refresh_min", self.refresh_min),
            ("status_interval", self.status_interval),
            ("webhook_status_interval", self.webhook_status_interval),
            ("webhook_debounce", self.webhook_debounce),
            ("not_ready_delay", self.not_ready_delay),
            (
                "phone_code_not_ready_delay",
                self.phone_code_not_ready_delay,
            ),
            ("starting_delay", self.starting_delay),
            ("linking_status_interval", self.linking_status_interval),
            ("retry.min_delay", self.retry.min_delay),
            ("request_timeout", self.request_timeout),
            ("deadline", self.deadline),
        ];
        for (field, value) in positive {
            if value.is_zero() {
                return Err(InvalidPolicy::Zero(field));
            }
        }
        if self.codes_per_round == 0 {
            return Err(InvalidPolicy::Zero("codes_per_round"));
        }
        if self.phone_codes_per_round == 0 {
            return Err(InvalidPolicy::Zero("phone_codes_per_round"));
        }
        let ordered = [
            (
                "refresh_min",
                self.refresh_min,
                "refresh_interval",
                self.refresh_interval,
            ),
            (
                "refresh_interval",
                self.refresh_interval,
                "refresh_max",
                self.refresh_max,
            ),
            (
                "retry.min_delay",
                self.retry.min_delay,
                "retry.max_delay",
                self.retry.max_delay,
            ),
        ];
        for (smaller, small, larger, large) in ordered {
            if small > large {
                return Err(InvalidPolicy::Order { smaller, larger });
            }
        }
        // A year: far beyond any use, far below what clocks can add without overflow.
        const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
        let durations = [
            ("qr_lifetime", self.qr_lifetime),
            ("first_qr_lifetime", self.first_qr_lifetime),
            ("phone_code_lifetime", self.phone_code_lifetime),
            ("refresh_max", self.refresh_max),
            ("phone_code_spacing", self.phone_code_spacing),
            ("status_interval", self.status_interval),
            ("webhook_status_interval", self.webhook_status_interval),
            ("post_expiry_status_window", self.post_expiry_status_window),
            ("webhook_debounce", self.webhook_debounce),
            ("not_ready_delay", self.not_ready_delay),
            (
                "phone_code_not_ready_delay",
                self.phone_code_not_ready_delay,
            ),
            ("starting_delay", self.starting_delay),
            ("linking_window", self.linking_window),
            ("linking_status_interval", self.linking_status_interval),
            ("linking_timeout", self.linking_timeout),
            ("link_confirmation", self.link_confirmation),
            ("retry.max_delay", self.retry.max_delay),
            ("retry.max_cooldown", self.retry.max_cooldown),
            ("request_timeout", self.request_timeout),
            ("deadline", self.deadline),
        ];
        match durations.into_iter().find(|(_, value)| *value > LONGEST) {
            Some((field, _)) => Err(InvalidPolicy::TooLong(field)),
            None => Ok(()),
        }
    }
}

/// Why a policy cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPolicy {
    /// A field that must be positive is zero.
    #[error("policy.{0} must be greater than zero")]
    Zero(&'static str),
    /// A field is larger than the one that bounds it.
    #[error("policy.{smaller} must not be greater than policy.{larger}")]
    Order {
        /// The field that must be the smaller one.
        smaller: &'static str,
        /// The field that bounds it.
        larger: &'static str,
    },
    /// A duration beyond a year.
    #[error("policy.{0} must be a duration of at most a year")]
    TooLong(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_documented_numbers_and_valid() {
        let policy = PairingPolicy::default();
        policy.validate().unwrap();
        assert_eq!(policy.qr_lifetime.as_secs(), 20);
        assert_eq!(policy.phone_code_lifetime.as_secs(), 160);
        assert_eq!(
            (policy.refresh_min.as_secs(), policy.refresh_max.as_secs()),
            (10, 20)
        );
        assert_eq!(policy.codes_per_round, 3);
    }

    #[test]
    fn a_policy_that_would_flood_or_stall_is_refused() {
        let valid = PairingPolicy::default();
        let zero_status = PairingPolicy {
            status_interval: Duration::ZERO,
            ..valid.clone()
        };
        assert_eq!(
            zero_status.validate(),
            Err(InvalidPolicy::Zero("status_interval"))
        );
        let zero_with_webhooks = PairingPolicy {
            webhook_status_interval: Duration::ZERO,
            ..valid.clone()
        };
        assert_eq!(
            zero_with_webhooks.validate(),
            Err(InvalidPolicy::Zero("webhook_status_interval"))
        );
        let no_codes = PairingPolicy {
            codes_per_round: 0,
            ..valid.clone()
        };
        assert_eq!(
            no_codes.validate(),
            Err(InvalidPolicy::Zero("codes_per_round"))
        );
        let late_minimum = PairingPolicy {
            refresh_min: Duration::from_secs(21),
            ..valid.clone()
        };
        assert!(matches!(
            late_minimum.validate(),
            Err(InvalidPolicy::Order { .. })
        ));
        let endless = PairingPolicy {
            deadline: Duration::MAX,
            ..valid.clone()
        };
        assert_eq!(endless.validate(), Err(InvalidPolicy::TooLong("deadline")));
        let never = PairingPolicy {
            webhook_status_interval: Duration::MAX,
            ..valid
        };
        assert_eq!(
            never.validate(),
            Err(InvalidPolicy::TooLong("webhook_status_interval"))
        );
    }

    #[test]
    fn json_names_durations_as_people_do_and_refuses_unknown_fields() {
        let policy: PairingPolicy = serde_json::from_str(
            r#"{"deadline":"2m 30s","webhook_status_interval":"1m","retry":{"max_retries":1}}"#,
        )
        .unwrap();
        assert_eq!(policy.deadline.as_secs(), 150);
        assert_eq!(policy.webhook_status_interval.as_secs(), 60);
        assert_eq!(policy.retry.max_retries, 1);
        assert_eq!(policy.retry.max_delay, RetryPolicy::default().max_delay);
        let error = serde_json::from_str::<PairingPolicy>(r#"{"dedline":"2m"}"#).unwrap_err();
        assert!(error.to_string().contains("dedline"));
        let error = serde_json::from_str::<PairingPolicy>(r#"{"deadline":"soon"}"#).unwrap_err();
        assert!(error.to_string().contains("20s"), "{error}");
    }

    #[test]
    fn speeding_up_keeps_the_policy_valid_and_the_socket_timeout() {
        let fast = PairingPolicy::default().scaled_down(60);
        fast.validate().unwrap();
        assert_eq!(fast.refresh_max, Duration::from_secs(20) / 60);
        assert_eq!(fast.webhook_status_interval, Duration::from_secs(20) / 60);
        assert_eq!(
            fast.request_timeout,
            PairingPolicy::default().request_timeout
        );
    }
}
