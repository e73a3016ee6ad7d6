//! Reads the body of a webhook, whatever gateway it comes from.

use std::mem;

use pairing_core::{ProviderError, ProviderErrorKind};

use crate::{Body, HttpResponse, MAX_BODY_BYTES, Object};

/// The JSON object in a webhook's body, of at most [`MAX_BODY_BYTES`].
///
/// # Errors
///
/// [`MalformedReply`](ProviderErrorKind::MalformedReply) for a body that is larger or not a JSON
/// object.
pub fn webhook_object(body: &[u8]) -> Result<Object, ProviderError> {
    let malformed = |message| {
        Err(ProviderError::new(
            ProviderErrorKind::MalformedReply,
            message,
        ))
    };
    if body.len() > MAX_BODY_BYTES {
        return malformed("the webhook is larger than any about the connection");
    }
    match &mut Body::read(&HttpResponse::new(200, body)) {
        Body::Object(object) => Ok(mem::take(object)),
        _ => malformed("the webhook is not a JSON object"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_object_of_bounded_size_is_read() {
        assert!(webhook_object(br#"{"type":"a"}"#).is_ok());
        let large = [&[b' '; MAX_BODY_BYTES], b"{}".as_slice()].concat();
        for body in [b"".as_slice(), b"[1]", b"text", b"{", &large] {
            let error = webhook_object(body).unwrap_err();
            assert_eq!(error.kind(), ProviderErrorKind::MalformedReply);
        }
    }
}
