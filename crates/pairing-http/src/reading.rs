//! From the answer of a code endpoint to a reply: the rules that hold for every gateway.

use pairing_core::{CodeReply, PairingCode, PairingMethod, ProviderError, ProviderErrorKind};

use crate::code::unreadable_picture;
use crate::{Answer, Body, Said, UnreadableForm, read_phone_code, read_qr_code};

/// What an adapter adds to the general rules.
#[derive(Debug, Clone, Copy)]
pub struct CodeRules {
    /// Where a QR code may be, the documented field first.
    pub qr_fields: &'static [&'static str],
    /// Where a phone code may be, the documented field first.
    pub phone_code_fields: &'static [&'static str],
    /// The message for a refusal without a known reason.
    pub refused: &'static str,
}

/// What an answer to a request for a code means.
#[derive(Debug)]
#[must_use]
pub enum Reading {
    /// It is clear.
    Clear(Result<CodeReply, ProviderError>),
    /// It holds no usable code and says nothing known: whether the instance is linked decides.
    Unclear {
        /// What to make of it when nobody can be asked.
        alone: Result<CodeReply, ProviderError>,
        /// What to make of it when the instance is not linked.
        unlinked: Result<CodeReply, ProviderError>,
    },
}

impl Reading {
    /// Reads an answer; `said` is what its words mean.
    pub fn of(
        answer: &Answer,
        method: &PairingMethod,
        rules: &CodeRules,
        said: Option<Said>,
    ) -> Self {
        if let Body::Object(object) = &answer.body
            && object.has(&["challenge"])
        {
            return Self::Clear(Ok(CodeReply::PasskeyRequired));
        }
        if let Some(code) = find_code(answer, method, rules) {
            return Self::Clear(Ok(code.into()));
        }
        match said {
            // The status decides between the two.
            Some(Said::Wait) if answer.words().mean_already_scanned() => {
                Self::unclear(|| Ok(CodeReply::NotReady))
            }
            Some(Said::Error(error)) => Self::Clear(Err(error)),
            Some(Said::PasskeyRequired) => Self::Clear(Ok(CodeReply::PasskeyRequired)),
            Some(Said::AlreadyConnected) => Self::Clear(Ok(CodeReply::AlreadyConnected)),
            Some(Said::Wait) => Self::Clear(Ok(CodeReply::NotReady)),
            Some(Said::NotConnected) => Self::unclear(|| Ok(CodeReply::NotReady)),
            None if answer.is_success() => Self::without_code(answer, method, rules),
            // The flag may come with any HTTP status. One status request decides.
            None if says_connected(answer) => Self::unclear(|| Err(answer.error_by_status())),
            None => match answer.status {
                // Clear enough, and no reason for yet another request.
                300..=399 | 401 | 408 | 429 | 500..=599 => {
                    Self::Clear(Err(answer.error_by_status()))
                }
                _ => Self::unclear(|| Err(answer.error_by_status())),
            },
        }
    }

    /// Makes a reply of it. `is_linked` asks the gateway, at most once, and only if the
    /// reading is unclear; `None` if it must not be asked.
    ///
    /// # Errors
    ///
    /// What the answer means, or an error of the question that will not pass.
    pub async fn settle(
        self,
        is_linked: Option<impl Future<Output = Result<bool, ProviderError>>>,
    ) -> Result<CodeReply, ProviderError> {
        let (alone, unlinked) = match self {
            Self::Clear(result) => return result,
            Self::Unclear { alone, unlinked } => (alone, unlinked),
        };
        let Some(is_linked) = is_linked else {
            return alone;
        };
        match is_linked.await {
            Ok(true) => Ok(CodeReply::AlreadyConnected),
            Ok(false) => unlinked,
            // An error that will stay is worth more than a guess about the first answer.
            Err(error)
                if !error.is_retryable() && !matches!(alone, Ok(CodeReply::AlreadyConnected)) =>
            {
                Err(error)
            }
            Err(_) => alone,
        }
    }

    /// A 2xx answer without a usable code and without known words.
    fn without_code(answer: &Answer, method: &PairingMethod, rules: &CodeRules) -> Self {
        let unreadable = |form: UnreadableForm| {
            Self::unclear(|| Err(answer.error(ProviderErrorKind::MalformedReply, form.message())))
        };
        let Body::Object(object) = &answer.body else {
            return match &answer.body {
                Body::Text(text) => unreadable_picture(text).map(unreadable),
                _ => None,
            }
            .unwrap_or_else(|| Self::unclear(|| Err(answer.error_by_status())));
        };
        let fields = match method {
            PairingMethod::Qr => rules.qr_fields,
            PairingMethod::PhoneCode(_) => rules.phone_code_fields,
        };
        match object.flag(&["connected"]) {
            Some(true) => Self::Unclear {
                alone: Ok(CodeReply::AlreadyConnected),
                unlinked: Ok(CodeReply::NotReady),
            },
            Some(false) => Self::unclear(|| Ok(CodeReply::NotReady)),
            None if object.is_failure() => {
                Self::unclear(|| Err(answer.error(ProviderErrorKind::Refused, rules.refused)))
            }
            None if object.has_empty(fields) => Self::unclear(|| Ok(CodeReply::NotReady)),
            None => match object.texts(fields).find_map(unreadable_picture) {
                Some(form) => unreadable(form),
                None => Self::unclear(|| Err(answer.error_by_status())),
            },
        }
    }

    fn unclear(result: impl Fn() -> Result<CodeReply, ProviderError>) -> Self {
        Self::Unclear {
            alone: result(),
            unlinked: result(),
        }
    }
}

/// Whether a flag in the answer says that the instance is linked.
fn says_connected(answer: &Answer) -> bool {
    matches!(&answer.body, Body::Object(object) if object.flag(&["connected"]) == Some(true))
}

/// A code by positive evidence. An answer that calls itself a failure is searched only for
/// QR codes and only with 2xx: some gateways fill `error` on successes, and no word or number
/// looks like a QR code.
fn find_code(answer: &Answer, method: &PairingMethod, rules: &CodeRules) -> Option<PairingCode> {
    match (method, &answer.body) {
        (PairingMethod::Qr, Body::Picture(picture)) => Some(picture.clone().into()),
        (PairingMethod::Qr, Body::Text(text)) => read_qr_code(text),
        (PairingMethod::Qr, Body::Object(object)) => {
            let failed = if answer.is_success() {
                object.is_flagged_failure()
            } else {
                object.is_failure()
            };
            if failed {
                return None;
            }
            object.texts(rules.qr_fields).find_map(read_qr_code)
        }
        (PairingMethod::PhoneCode(_), _) if !answer.is_success() => None,
        (PairingMethod::PhoneCode(_), Body::Text(text)) => Some(read_phone_code(text)?.into()),
        (PairingMethod::PhoneCode(_), Body::Object(object)) if !object.is_failure() => {
            let mut texts = object.texts(rules.phone_code_fields);
            Some(texts.find_map(read_phone_code)?.into())
        }
        _ => None,
    }
}
