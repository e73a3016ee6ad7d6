//! The one form of every refusal: `{"error":{"kind":"…","message":"…"}}`.

use std::borrow::Cow;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use pairing_core::{CommandError, InvalidPhoneNumber, StartError};
use serde::Serialize;

use crate::clients::Wait;
use crate::error::{ActionError, CreateError};

/// Why a request is refused. Its message is ours and quotes nothing of the request.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ApiError {
    #[serde(skip)]
    status: StatusCode,
    kind: &'static str,
    message: Cow<'static, str>,
    #[serde(skip)]
    retry_after_seconds: Option<u16>,
}

impl ApiError {
    pub(super) const NOT_FOUND: Self = Self::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "there is nothing here, or not any more",
    );
    pub(super) const METHOD_NOT_ALLOWED: Self = Self::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this cannot be done here: see openapi.json",
    );
    pub(super) const UNAUTHORISED: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "send the admin token as Authorization: Bearer",
    );
    pub(super) const CROSS_SITE: Self = Self::new(
        StatusCode::FORBIDDEN,
        "cross_site",
        "a page of another site may not do this; if it is the pairing page itself, set public_url \
         or let the proxy pass Host on, and do not sandbox its frame",
    );
    pub(super) const NOT_JSON: Self = Self::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_json",
        "send a JSON object with Content-Type: application/json",
    );
    pub(super) const TOO_LARGE: Self = Self::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "the body is larger than anything this takes",
    );
    pub(super) const TOO_SLOW: Self = Self::new(
        StatusCode::REQUEST_TIMEOUT,
        "too_slow",
        "the body of the request did not arrive in time",
    );
    pub(super) const UNKNOWN_LANGUAGE: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "unknown_language",
        "the page is in pt-BR, en and es; leave out lang to let the visitor's browser choose",
    );
    pub(super) const INVALID_BODY: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "invalid_body",
        "the body is not what openapi.json says",
    );
    pub(super) const UNREADABLE_WEBHOOK: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "unreadable_webhook",
        "this is no webhook of the instance's provider",
    );
    pub(super) const INVALID_SIGNATURE: Self = Self::new(
        StatusCode::FORBIDDEN,
        "invalid_signature",
        "the signature of the webhook is missing or wrong",
    );
    pub(super) const TOO_MANY_VIEWERS: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too_many_viewers",
        "as many are watching as the limits allow",
    )
    .retry_after(5);

    pub(super) fn too_many_guesses(Wait(wait): Wait) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_guesses",
            "too many wrong tokens, links or secrets came from this address",
        )
        .after(wait)
    }

    const fn new(status: StatusCode, kind: &'static str, message: &'static str) -> Self {
        Self {
            status,
            kind,
            message: Cow::Borrowed(message),
            retry_after_seconds: None,
        }
    }

    const fn retry_after(mut self, seconds: u16) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The link may act again after this time.
    pub(super) fn too_many_actions(wait: Duration) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_actions",
            "this link has asked for too much in the last minute: wait a moment",
        )
        .after(wait)
    }

    /// `Retry-After` counts whole seconds.
    fn after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.retry_after(u16::try_from(seconds).unwrap_or(u16::MAX))
    }

    /// The same for a person, who sees a page.
    pub(super) fn with_page(self, page: String) -> Response {
        let (mut parts, _) = self.into_response().into_parts();
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        (parts.status, parts.headers, Html(page)).into_response()
    }

    /// Where the body is wrong. What stands there is not quoted: it may be a secret.
    pub(super) fn invalid_json(error: &serde_json::Error) -> Self {
        let what = match error.classify() {
            serde_json::error::Category::Data => "a field is missing, unknown or of another type",
            _ => "this is not JSON",
        };
        let (line, column) = (error.line(), error.column());
        Self {
            message: format!("{what}, at line {line}, column {column}: see openapi.json").into(),
            ..Self::INVALID_BODY
        }
    }

    fn from_error(status: StatusCode, kind: &'static str, error: &impl ToString) -> Self {
        Self {
            message: error.to_string().into(),
            ..Self::new(status, kind, "")
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a ApiError,
        }
        let mut response = (self.status, Json(Body { error: &self })).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<CreateError> for ApiError {
    fn from(error: CreateError) -> Self {
        let (status, kind) = match error {
            CreateError::UnknownInstance => (StatusCode::NOT_FOUND, "unknown_instance"),
            CreateError::ExpectsAnotherPhone => (StatusCode::CONFLICT, "expects_another_phone"),
            CreateError::PhoneNotVerifiable => (StatusCode::BAD_REQUEST, "phone_not_verifiable"),
            CreateError::TooManyPairings => (StatusCode::SERVICE_UNAVAILABLE, "too_many_pairings"),
            CreateError::TooManyLinks => (StatusCode::SERVICE_UNAVAILABLE, "too_many_links"),
            CreateError::ShuttingDown => (StatusCode::SERVICE_UNAVAILABLE, "shutting_down"),
            CreateError::NoRuntime | CreateError::NoRandomNumbers => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        };
        let refusal = Self::from_error(status, kind, &error);
        match error {
            CreateError::TooManyPairings | CreateError::TooManyLinks => refusal.retry_after(60),
            CreateError::ShuttingDown => refusal.retry_after(5),
            _ => refusal,
        }
    }
}

impl From<ActionError> for ApiError {
    fn from(error: ActionError) -> Self {
        let (status, kind) = match error {
            ActionError::Ended | ActionError::Command(CommandError::Finished) => {
                (StatusCode::GONE, "ended")
            }
            ActionError::Command(CommandError::NotWaiting) => (StatusCode::CONFLICT, "not_waiting"),
            ActionError::Start(StartError::MethodUnsupported)
            | ActionError::Command(CommandError::MethodUnsupported) => {
                (StatusCode::BAD_REQUEST, "method_unsupported")
            }
            ActionError::Start(StartError::ExpectsAnotherPhone)
            | ActionError::Command(CommandError::ExpectsAnotherPhone) => {
                (StatusCode::CONFLICT, "expects_another_phone")
            }
            // The first two were checked when the instance was added and the pairing opened.
            ActionError::Start(
                StartError::Policy(_) | StartError::PhoneNotVerifiable | StartError::NoRuntime,
            ) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        Self::from_error(status, kind, &error)
    }
}

impl From<InvalidPhoneNumber> for ApiError {
    fn from(error: InvalidPhoneNumber) -> Self {
        let kind = match error {
            InvalidPhoneNumber::CountryCodeMissing => "country_code_missing",
            InvalidPhoneNumber::NotBrazilian => "not_brazilian",
            _ => "invalid_phone",
        };
        Self::from_error(StatusCode::BAD_REQUEST, kind, &error)
    }
}
