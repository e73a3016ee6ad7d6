//! The numbers of a policy, one by one.

use std::time::Duration;

use pairing_core::PairingPolicy;

/// The numbers of a policy: times in milliseconds (`_MS`), or counts.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_policy_field {
    /// How long a QR code can be scanned, when the provider does not say.
    QrLifetimeMs = 1,
    /// How long a phone code can be typed, when the provider does not say.
    PhoneCodeLifetimeMs = 2,
    /// QR codes put on the screen per round.
    CodesPerRound = 3,
    /// The soonest the next QR code is asked for after the last one arrived.
    RefreshMinMs = 4,
    /// When the next QR code is asked for, unless the provider says that it dies sooner.
    RefreshIntervalMs = 5,
    /// The latest the next QR code is asked for.
    RefreshMaxMs = 6,
    /// The soonest another phone code is asked for after one arrived.
    PhoneCodeSpacingMs = 7,
    /// Within this time a linked phone is noticed, unless webhooks are to tell.
    StatusIntervalMs = 8,
    /// How long the status is still asked after the last code of a round died, or after a
    /// webhook said "connected" and the status did not.
    GateWatchMs = 9,
    /// The least time between two status calls that webhooks cause, however many arrive. Also
    /// how long before a code is called expired the status is asked once more.
    HintSpacingMs = 10,
    /// When a gateway that was not ready with a QR code is asked again.
    NotReadyDelayMs = 11,
    /// How often in a row a gateway may be not ready with a QR code.
    NotReadyLimit = 12,
    /// The first wait after a failure, without its random part.
    RetryMinDelayMs = 13,
    /// The longest wait after a failure, without its random part.
    RetryMaxDelayMs = 14,
    /// Repetitions in a row before the session ends.
    MaxRetries = 15,
    /// The same for a request for a phone code, each of which counts against WhatsApp's limit.
    PhoneCodeMaxRetries = 16,
    /// The longest "retry after" that is waited out; a longer one ends the session.
    MaxCooldownMs = 17,
    /// After this time a request is given up.
    RequestTimeoutMs = 18,
    /// When an abandoned session ends.
    DeadlineMs = 19,
    /// How often the status is asked where webhooks are expected, if that is less often than
    /// `PAIRING_POLICY_FIELD_STATUS_INTERVAL_MS`: a webhook may get lost.
    WebhookStatusIntervalMs = 20,
    /// When a gateway that was not ready with a phone code is asked again.
    PhoneCodeNotReadyDelayMs = 21,
    /// How often in a row a gateway may be not ready with a phone code.
    PhoneCodeNotReadyLimit = 22,
    /// How long the first QR code of an attempt can be scanned that the session itself started at
    /// the gateway, if that is longer than `PAIRING_POLICY_FIELD_QR_LIFETIME_MS`.
    FirstQrLifetimeMs = 23,
    /// Phone codes put on the screen per round, with `PAIRING_CAPABILITY_RENEWS_PHONE_CODES`;
    /// elsewhere it is one.
    PhoneCodesPerRound = 24,
    /// When a gateway that is starting is asked again.
    StartingDelayMs = 25,
    /// After a code was on screen, how long a gateway on which no attempt runs any more may still
    /// be linking: for this time no code is asked for. 0 where gateways say that they are linking.
    LinkingWindowMs = 26,
    /// How often the status is asked while a link is being made.
    LinkingStatusIntervalMs = 27,
    /// How long a gateway may say that it is linking before codes are asked for again.
    LinkingTimeoutMs = 28,
    /// How long a link must last before the session ends with it: after this time a second status
    /// must agree. 0, which is the default, ends the session with the first.
    LinkConfirmationMs = 29,
}

/// A field of the policy.
pub(super) enum Slot<'a> {
    Time(&'a mut Duration),
    Count(&'a mut u32),
}

/// The field with this number; `None` if there is no such field.
pub(super) fn slot(policy: &mut PairingPolicy, number: u32) -> Option<Slot<'_>> {
    use pairing_policy_field as Field;
    let all = [
        (Field::QrLifetimeMs, Slot::Time(&mut policy.qr_lifetime)),
        (
            Field::PhoneCodeLifetimeMs,
            Slot::Time(&mut policy.phone_code_lifetime),
        ),
        (
            Field::CodesPerRound,
            Slot::Count(&mut policy.codes_per_round),
        ),
        (Field::RefreshMinMs, Slot::Time(&mut policy.refresh_min)),
        (
            Field::RefreshIntervalMs,
            Slot::Time(&mut policy.refresh_interval),
        ),
        (Field::RefreshMaxMs, Slot::Time(&mut policy.refresh_max)),
        (
            Field::PhoneCodeSpacingMs,
            Slot::Time(&mut policy.phone_code_spacing),
        ),
        (
            Field::StatusIntervalMs,
            Slot::Time(&mut policy.status_interval),
        ),
        (
            Field::GateWatchMs,
            Slot::Time(&mut policy.post_expiry_status_window),
        ),
        (
            Field::HintSpacingMs,
            Slot::Time(&mut policy.webhook_debounce),
        ),
        (
            Field::NotReadyDelayMs,
            Slot::Time(&mut policy.not_ready_delay),
        ),
        (
            Field::NotReadyLimit,
            Slot::Count(&mut policy.not_ready_limit),
        ),
        (
            Field::RetryMinDelayMs,
            Slot::Time(&mut policy.retry.min_delay),
        ),
        (
            Field::RetryMaxDelayMs,
            Slot::Time(&mut policy.retry.max_delay),
        ),
        (
            Field::MaxRetries,
            Slot::Count(&mut policy.retry.max_retries),
        ),
        (
            Field::PhoneCodeMaxRetries,
            Slot::Count(&mut policy.retry.phone_code_max_retries),
        ),
        (
            Field::MaxCooldownMs,
            Slot::Time(&mut policy.retry.max_cooldown),
        ),
        (
            Field::RequestTimeoutMs,
            Slot::Time(&mut policy.request_timeout),
        ),
        (Field::DeadlineMs, Slot::Time(&mut policy.deadline)),
        (
            Field::WebhookStatusIntervalMs,
            Slot::Time(&mut policy.webhook_status_interval),
        ),
        (
            Field::PhoneCodeNotReadyDelayMs,
            Slot::Time(&mut policy.phone_code_not_ready_delay),
        ),
        (
            Field::PhoneCodeNotReadyLimit,
            Slot::Count(&mut policy.phone_code_not_ready_limit),
        ),
        (
            Field::FirstQrLifetimeMs,
            Slot::Time(&mut policy.first_qr_lifetime),
        ),
        (
            Field::PhoneCodesPerRound,
            Slot::Count(&mut policy.phone_codes_per_round),
        ),
        (
            Field::StartingDelayMs,
            Slot::Time(&mut policy.starting_delay),
        ),
        (
            Field::LinkingWindowMs,
            Slot::Time(&mut policy.linking_window),
        ),
        (
            Field::LinkingStatusIntervalMs,
            Slot::Time(&mut policy.linking_status_interval),
        ),
        (
            Field::LinkingTimeoutMs,
            Slot::Time(&mut policy.linking_timeout),
        ),
        (
            Field::LinkConfirmationMs,
            Slot::Time(&mut policy.link_confirmation),
        ),
    ];
    let found = all.into_iter().find(|(field, _)| *field as u32 == number);
    found.map(|(_, slot)| slot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_core_has_a_field() {
        let mut policy = PairingPolicy::default();
        let json = serde_json::to_value(&policy).unwrap();
        let (all, retry) = (
            json.as_object().unwrap(),
            json["retry"].as_object().unwrap(),
        );
        let fields = (0..=u8::MAX).filter(|number| slot(&mut policy, (*number).into()).is_some());
        assert_eq!(fields.count(), all.len() - 1 + retry.len());
    }
}
