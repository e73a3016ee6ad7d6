//! A gateway's response, and the error that its HTTP status suggests.

use std::time::Duration;

use pairing_core::{ProviderError, ProviderErrorKind};

use crate::interception::Interception;
use crate::known_message::KnownMessage;
use crate::{Body, GatewayRules, Message, Object, UnreadableForm};

/// A complete response. `Debug` shows the status and the class of the body.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GatewayResponse {
    /// The HTTP status code.
    pub status: u16,
    /// What the body is.
    pub body: Body,
    /// How long the gateway asks to wait before the next request.
    pub retry_after: Option<Duration>,
    pub(crate) interception: Option<Interception>,
    pub(crate) rules: &'static GatewayRules,
}

impl GatewayResponse {
    /// Whether the status is 2xx. Judge the body first.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The JSON object in the body, if it is one.
    #[must_use]
    pub fn object(&self) -> Option<&Object> {
        match &self.body {
            Body::Object(object) => Some(object),
            _ => None,
        }
    }

    /// What the gateway says in prose.
    #[must_use]
    pub fn message(&self) -> Message {
        self.body.message()
    }

    /// The error of a response that a firewall, a proxy or a login page wrote in the gateway's
    /// place.
    #[must_use]
    pub fn intercepted(&self) -> Option<ProviderError> {
        let found = self.interception?;
        Some(self.error(found.kind(), found.message()))
    }

    /// The error of a response that holds nothing of what was asked for: what is known of its words, else
    /// what its HTTP status suggests. For a success that says nothing known it is
    /// [`MalformedReply`](ProviderErrorKind::MalformedReply).
    #[must_use]
    pub fn failure(&self) -> ProviderError {
        match self.known_message() {
            Some(KnownMessage::Error(error)) => error,
            _ if self.is_success() && self.object().is_some_and(Object::is_flagged_failure) => {
                self.refused()
            }
            _ => self.error_by_status(),
        }
    }

    /// An error with the gateway's `Retry-After`, if it sent one.
    #[must_use]
    pub fn error(&self, kind: ProviderErrorKind, message: &'static str) -> ProviderError {
        let error = ProviderError::new(kind, message);
        match self.retry_after {
            Some(wait) => error.with_retry_after(wait),
            None => error,
        }
    }

    /// The error of an answer in a form that is known, with a word that is not: a state that was added
    /// since, for example. A record shows what it was.
    #[must_use]
    pub fn unknown_word(&self) -> ProviderError {
        self.error(
            ProviderErrorKind::MalformedReply,
            "the gateway's answer has a word that this version does not know: look at the instance in the dashboard, and send us a `pairing record`, which holds no value of yours",
        )
    }

    /// The refusal of a gateway that gives no reason, or one that is not known here.
    pub(crate) fn refused(&self) -> ProviderError {
        self.error(
            ProviderErrorKind::Refused,
            "the gateway refused the request without a reason that is known here: see the instance in the dashboard",
        )
    }

    /// Whether the HTTP status alone says enough, so that no status request is worth its cost.
    pub(crate) fn is_clear_by_status(&self) -> bool {
        matches!(self.status, 300..=399 | 401 | 408 | 429 | 500..=599)
    }

    /// The error that the HTTP status alone suggests, for a body that says nothing known.
    #[must_use]
    pub fn error_by_status(&self) -> ProviderError {
        use ProviderErrorKind as Kind;
        if let Some(error) = self.intercepted() {
            return error;
        }
        let is_page = self.body == Body::Page;
        let (kind, message) = match self.status {
            301..=303 | 307 | 308 => (
                Kind::Refused,
                "the gateway redirects to another address, and redirects are not followed because credentials travel with the request: check base_url",
            ),
            304 => (
                Kind::MalformedReply,
                "the gateway answered that nothing has changed (304), which no request asked: a cache stands in between",
            ),
            401 => (
                Kind::InvalidCredentials,
                "the gateway does not accept the credentials: check the instance and its token",
            ),
            402 => (
                Kind::SubscriptionLapsed,
                "the gateway asks for payment: check the subscription of this instance",
            ),
            408 => (Kind::TimedOut, "the gateway gave up waiting"),
            429 => (Kind::RateLimited, "the gateway asks for fewer requests"),
            // Only Cloudflare answers with these.
            520..=527 | 530 => (
                Kind::Unavailable,
                "the gateway cannot be reached behind the proxy in front of it",
            ),
            500..=599 if self.status != 501 => (Kind::Unavailable, "the gateway is failing"),
            451 => (
                Kind::Intercepted,
                "something between here and the gateway blocks it for legal reasons",
            ),
            403 | 406 if is_page => (
                Kind::Intercepted,
                "a web page answered in the gateway's place and forbids the request: a firewall or proxy stands in between; check base_url as well",
            ),
            _ if is_page => (
                Kind::MalformedReply,
                "the gateway answered with a web page: check base_url, or a proxy or firewall stands in between",
            ),
            _ if self.body == Body::Unreadable(UnreadableForm::Compressed) => {
                (Kind::MalformedReply, UnreadableForm::Compressed.message())
            }
            403 => (
                Kind::InvalidCredentials,
                "the gateway forbids the request: check the instance and its token",
            ),
            404 => (
                Kind::UnknownInstance,
                "the gateway knows no such instance: check the instance and base_url",
            ),
            405 | 415 | 501 => (
                Kind::Refused,
                "the gateway does not take this kind of request here: check base_url",
            ),
            400..=499 => (Kind::Refused, "the gateway refused the request"),
            _ => match &self.body {
                Body::Unreadable(form) => (Kind::MalformedReply, form.message()),
                _ => (
                    Kind::MalformedReply,
                    "the gateway sent an unexpected response: check base_url",
                ),
            },
        };
        self.error(kind, message)
    }
}
