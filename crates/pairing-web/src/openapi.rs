//! The document that describes the hub's HTTP, for people and generators of clients.

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderName, HeaderValue, header};

use crate::hub::PairingHub;

const DOCUMENT: &str = include_str!("../openapi.json");

/// Where the document says that the paths begin.
const SERVER: &str = r#""servers": [{"url": "/"}]"#;

/// Says `servers` as the caller has to: the public address if it is known, or the mount point.
pub(crate) async fn document(
    State(hub): State<PairingHub>,
    OriginalUri(uri): OriginalUri,
) -> ([(HeaderName, HeaderValue); 1], String) {
    let mount = uri.path().strip_suffix("/openapi.json").unwrap_or_default();
    let address = match &hub.0.options.public_url {
        Some(url) => url,
        None if mount.is_empty() => "/",
        None => mount,
    };
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], served_at(address))
}

fn served_at(address: &str) -> String {
    let servers = serde_json::json!([{"url": address}]);
    DOCUMENT.replacen(SERVER, &format!(r#""servers": {servers}"#), 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use serde_json::Value;
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::{ROUTES, router};

    fn parsed() -> Value {
        serde_json::from_str(DOCUMENT).unwrap()
    }

    #[test]
    fn it_says_where_it_is_served() {
        assert_eq!(DOCUMENT.matches(SERVER).count(), 1);
        let address = r#"https://example.com/"quoted""#;
        let document: Value = serde_json::from_str(&served_at(address)).unwrap();
        assert_eq!(document["servers"][0]["url"], address);
        assert_eq!(document["paths"], parsed()["paths"]);
    }

    #[test]
    fn it_is_of_this_version() {
        assert_eq!(parsed()["info"]["version"], env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn it_describes_every_route_and_no_other() {
        let document = parsed();
        let mut described = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            let operations = item.as_object().unwrap().keys();
            for method in operations.filter(|key| *key != "parameters") {
                described.insert((method.as_str(), path.as_str()));
            }
        }
        assert_eq!(described, ROUTES.iter().copied().collect());
    }

    #[tokio::test]
    async fn every_route_is_there() {
        let app = router(PairingHub::builder().build().unwrap());
        let status = async |method: &str, path: &str| {
            let path = path.replace(['{', '}'], "");
            let request = Request::builder().method(method).uri(path);
            let request = request.body(Body::empty()).unwrap();
            app.clone().oneshot(request).await.unwrap().status()
        };
        for (method, path) in ROUTES {
            let method = method.to_uppercase();
            assert_ne!(status(&method, path).await, StatusCode::METHOD_NOT_ALLOWED);
            // Where there is no route, no method is allowed or not.
            assert_eq!(
                status("PATCH", path).await,
                StatusCode::METHOD_NOT_ALLOWED,
                "{path}"
            );
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn check(document: &Value, value: &Value, count: &mut usize) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref") {
                        let pointer = reference.strip_prefix('#').expect(reference);
                        assert!(document.pointer(pointer).is_some(), "{reference}");
                        *count += 1;
                    }
                    members
                        .values()
                        .for_each(|value| check(document, value, count));
                }
                Value::Array(values) => {
                    values
                        .iter()
                        .for_each(|value| check(document, value, count));
                }
                _ => {}
            }
        }
        let document = parsed();
        let mut count = 0;
        check(&document, &document, &mut count);
        assert!(count > 100, "{count}");
    }
}
