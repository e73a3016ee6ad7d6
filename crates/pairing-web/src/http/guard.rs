//! Who may do what: pages of other sites nothing, and the host application what its token says.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::PairingHub;

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
        Problem::CROSS_SITE.into_response()
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

/// The routes of the host application: without an admin token there are none.
pub(super) async fn host_application(
    State(hub): State<PairingHub>,
    request: Request,
    next: Next,
) -> Response {
    match &hub.0.options.admin_token {
        None => Problem::NOT_FOUND.into_response(),
        Some(token) if token.authorises(request.headers()) => next.run(request).await,
        Some(_) => Problem::UNAUTHORISED.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

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
