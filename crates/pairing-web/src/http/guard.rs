//! Who may do what: pages of other sites nothing, and the host application what its token says.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::api_error::ApiError;
use super::pages;
use crate::hub::PairingHub;
use crate::page;

/// Lets requests of the page itself and of programs through, and those of other sites' pages
/// not, even if they should know the link.
pub(super) async fn same_site(
    State(hub): State<PairingHub>,
    request: Request,
    next: Next,
) -> Response {
    if is_same_site(request.headers(), hub.0.options.public_url.as_deref()) {
        next.run(request).await
    } else {
        tracing::info!(
            "a click was refused as another site's: if people report it, set public_url, let the \
             proxy pass Host on, and do not sandbox the page's frame"
        );
        ApiError::CROSS_SITE.into_response()
    }
}

/// Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin` alone.
fn is_same_site(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    // What says two things says nothing that could be relied on.
    let text = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        let value = values.next()?.to_str().unwrap_or("?");
        Some(if values.next().is_none() { value } else { "?" })
    };
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let Some(origin) = authority(origin) else {
        return false;
    };
    // A proxy in front may change the host, but not what the page is called publicly.
    let host = text(header::HOST).map(str::to_owned);
    let public = public_url.and_then(authority);
    [host, public]
        .into_iter()
        .flatten()
        .any(|own| own.eq_ignore_ascii_case(&origin))
}

/// Host and port of a web address. `null`, the origin of sandboxed frames, has none, even where a
/// host is called so.
fn authority(url: &str) -> Option<String> {
    let url = url.parse::<Uri>().ok()?;
    matches!(url.scheme_str(), Some("http" | "https"))
        .then(|| Some(url.authority()?.as_str().to_owned()))
        .flatten()
}

/// The routes of the host application: without an admin token there are none. An address that
/// presented too many wrong tokens has the next one compared only after a while: otherwise the right
/// one among many guesses would still be found. A request without a token is no guess.
pub(super) async fn host_application(
    State(hub): State<PairingHub>,
    request: Request,
    next: Next,
) -> Response {
    let hub = hub.0;
    let Some(token) = &hub.options.admin_token else {
        return ApiError::NOT_FOUND.into_response();
    };
    let headers = request.headers();
    if !headers.contains_key(header::AUTHORIZATION) {
        return ApiError::UNAUTHORISED.into_response();
    }
    let address = hub.addresses.client(request.extensions(), headers);
    // All the unknown are one: one of them that guesses must not lock the host application out.
    if let (Some(_), Err(wait)) = (address, hub.wrong_tokens.check(address)) {
        return ApiError::too_many_guesses(wait).into_response();
    }
    if token.authorises(headers) {
        return next.run(request).await;
    }
    match hub.wrong_tokens.count(address) {
        Ok(()) => ApiError::UNAUTHORISED.into_response(),
        Err(wait) => ApiError::too_many_guesses(wait).into_response(),
    }
}

/// Limits wrong links and webhook secrets. The right ones are never refused: they have too many
/// random bits to be guessed, and an office or a gateway may share the address of an attacker.
pub(super) async fn wrong_links(
    State(hub): State<PairingHub>,
    request: Request,
    next: Next,
) -> Response {
    let address = hub
        .0
        .addresses
        .client(request.extensions(), request.headers());
    let language = pages::language(request.uri(), request.headers());
    let response = next.run(request).await;
    if response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    match hub.0.wrong_links.count(address) {
        Ok(()) => response,
        Err(wait) => {
            let error = ApiError::too_many_guesses(wait);
            let is_page = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/html");
            if response
                .headers()
                .get(header::CONTENT_TYPE)
                .is_some_and(is_page)
            {
                error.with_page(page::too_many_links(language))
            } else {
                error.into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        is_same_site(&headers.collect(), Some("https://pair.example.com/x"))
    }

    #[test]
    fn the_page_itself_and_programs_may() {
        assert!(allowed(&[]));
        assert!(allowed(&[("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[("sec-fetch-site", "none")]));
        assert!(allowed(&[("host", "h:1"), ("origin", "http://h:1")]));
        let behind_a_proxy = [("host", "10.0.0.1"), ("origin", "https://pair.example.com")];
        assert!(allowed(&behind_a_proxy));
    }

    #[test]
    fn other_sites_may_not() {
        assert!(!allowed(&[("sec-fetch-site", "cross-site")]));
        // A neighbour under the same domain is another site's page all the same.
        assert!(!allowed(&[("sec-fetch-site", "same-site")]));
        assert!(!allowed(&[("host", "h:1"), ("origin", "http://h:2")]));
        assert!(!allowed(&[("host", "h:1"), ("origin", "null")]));
        // The origin of a sandboxed frame is no host, even where one has its name.
        assert!(!allowed(&[("host", "null"), ("origin", "null")]));
        for origin in ["h:1", "//h:1", "capacitor://h:1", "http://", ""] {
            assert!(!allowed(&[("host", "h:1"), ("origin", origin)]), "{origin}");
        }
        let two = [
            ("host", "h:1"),
            ("origin", "http://h:1"),
            ("origin", "http://h:2"),
        ];
        assert!(!allowed(&two));
        let two = [
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "cross-site"),
        ];
        assert!(!allowed(&two));
        // The stronger word counts.
        let contradiction = [
            ("sec-fetch-site", "cross-site"),
            ("host", "h:1"),
            ("origin", "http://h:1"),
        ];
        assert!(!allowed(&contradiction));
    }
}
