//! What browsers are told with every answer, and what they may send.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::routing::get;
use pairing_sim::Dialect;
use pairing_web::with_security_layers;
use serde_json::json;

use crate::support::{Answer, House, builder};

/// An answer of every kind: pages, assets, streams, refusals.
async fn answers(house: &House) -> Vec<(&'static str, HeaderMap)> {
    let page = house.open().await;
    let viewer = Request::get(format!("{page}/events")).body(Body::empty());
    let stream = {
        use tower::ServiceExt as _;
        house.app.clone().oneshot(viewer.unwrap()).await.unwrap()
    };
    let sent = house
        .send("POST", &format!("{page}/resume"), &json!({}))
        .await;
    vec![
        ("page", house.get(&page).await.headers),
        ("unknown link", house.get("/pair/p/x").await.headers),
        ("events", stream.headers().clone()),
        ("action", sent.headers),
        ("openapi", house.get("/pair/openapi.json").await.headers),
        ("nothing", house.get("/pair/nothing").await.headers),
        ("method", house.send("PUT", &page, &json!({})).await.headers),
    ]
}

#[tokio::test(start_paused = true)]
async fn nothing_is_stored_referred_loaded_from_elsewhere_or_framed() {
    let house = House::new(Dialect::ZApi);
    for (what, headers) in answers(&house).await {
        let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(value("cache-control"), Some("no-store"), "{what}");
        assert_eq!(value("referrer-policy"), Some("no-referrer"), "{what}");
        assert_eq!(value("x-content-type-options"), Some("nosniff"), "{what}");
        assert_eq!(value("x-frame-options"), Some("DENY"), "{what}");
        let policy = value("content-security-policy").unwrap();
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(directive), "{what}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{what}: {policy}");
        assert_eq!(value("access-control-allow-origin"), None, "{what}");
        assert_eq!(value("set-cookie"), None, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_origins_that_may_frame_it_are_the_ones_that_were_named() {
    let origins = [
        "https://app.example.com",
        "http://localhost:3000",
        "capacitor://localhost",
        "https://*.example.com",
    ];
    let builder = builder().frame_ancestors(origins);
    let house = House::with(Dialect::ZApi, builder, |instance| instance);
    let page = house.open().await;
    let answer = house.get(&page).await;
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.ends_with(&format!("frame-ancestors {}", origins.join(" "))),
        "{policy}"
    );
    // It knows no list, and browsers that know both would obey the stricter.
    assert!(!answer.headers.contains_key("x-frame-options"));
}

#[tokio::test(start_paused = true)]
async fn a_method_that_a_route_does_not_have_is_refused_in_json_also_on_a_programs_own_routes() {
    let mut house = House::new(Dialect::ZApi);
    let own = Router::new().route("/own", get(async || "own"));
    house.app = with_security_layers(own, &house.hub).merge(house.app);
    for path in [
        "/own",
        "/pair/healthz",
        "/pair/p/x",
        "/pair/p/x/start",
        "/pair/webhooks/x/y",
    ] {
        let request = Request::patch(path).body(Body::empty());
        let answer = house.answer(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.kind(), "method_not_allowed", "{path}");
        assert!(answer.headers.contains_key(header::ALLOW), "{path}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_browser_at_an_address_without_a_page_gets_one_in_its_language_and_a_program_json() {
    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let house = House::new(Dialect::ZApi);
    for (method, path, status, style) in [
        ("GET", "/pair/unknown", 404, "assets/page.css"),
        ("GET", "/pair/a/b/c", 404, "../../assets/page.css"),
        ("GET", "/pair/p/", 404, "../assets/page.css"),
        ("GET", "/pair/p/x/start", 405, "../../assets/page.css"),
        ("POST", "/pair/healthz", 405, "assets/page.css"),
    ] {
        let request = |accept: &str| {
            let request = Request::builder().method(method).uri(path);
            let request = request.header(header::ACCEPT, accept);
            request.header(header::ACCEPT_LANGUAGE, "pt-BR,pt;q=0.9")
        };
        let page = request(BROWSER).body(Body::empty()).unwrap();
        let page = house.answer(page).await;
        assert_eq!(page.status.as_u16(), status, "{path}");
        let kind = &page.headers[header::CONTENT_TYPE];
        assert!(kind.to_str().unwrap().starts_with("text/html"), "{path}");
        assert!(page.text.contains("<html lang=\"pt-BR\">"), "{path}");
        assert!(page.text.contains("Não há nenhuma página"), "{path}");
        assert!(page.text.contains(&format!("href=\"{style}?v=")), "{path}");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
        for accept in ["*/*", "application/json", "text/event-stream"] {
            let answer = request(accept).body(Body::empty()).unwrap();
            let answer = house.answer(answer).await;
            assert_eq!(answer.status.as_u16(), status, "{path}");
            assert!(!answer.kind().is_empty(), "{path}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn assets_keep_for_ever_under_their_version_and_not_otherwise() {
    let house = House::new(Dialect::ZApi);
    let page = house.open().await;
    let html = house.get(&page).await.text;
    let mut found = 0;
    for part in html.split("../assets/").skip(1) {
        let name = part.split('"').next().unwrap();
        let asset = house.get(&format!("/pair/assets/{name}")).await;
        assert_eq!(asset.status, StatusCode::OK, "{name}");
        let keeps = asset.headers[header::CACHE_CONTROL].to_str().unwrap();
        assert!(keeps.contains("immutable"), "{name}: {keeps}");
        let other = name.split('?').next().unwrap();
        let asset = house.get(&format!("/pair/assets/{other}?v=other")).await;
        assert_eq!(asset.headers[header::CACHE_CONTROL], "no-store", "{name}");
        found += 1;
    }
    assert!(found >= 2, "a style and a script");
    let unknown = house.get("/pair/assets/unknown.js").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

async fn post(house: &House, path: &str, headers: &[(&str, &str)], body: &'static str) -> Answer {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    house.answer(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test(start_paused = true)]
async fn another_sites_page_can_do_nothing_even_with_the_link() {
    let house = House::new(Dialect::ZApi);
    let page = house.open().await;
    for action in ["start", "method", "resume", "cancel"] {
        let path = format!("{page}/{action}");
        // What a form or a script can send to another site without asking it.
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ] {
            let headers = [("content-type", content_type)];
            let answer = post(&house, &path, &headers, r#"{"method":"qr"}"#).await;
            assert_eq!(
                (answer.status, answer.kind().as_str()),
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json")
            );
        }
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://elsewhere.example"),
            ("origin", "null"),
        ] {
            let headers = [
                ("content-type", "application/json"),
                ("host", "pair.example.com"),
                foreign,
            ];
            let answer = post(&house, &path, &headers, r#"{"method":"qr"}"#).await;
            assert_eq!(
                (answer.status, answer.kind().as_str()),
                (StatusCode::FORBIDDEN, "cross_site"),
                "{foreign:?}"
            );
        }
    }
    // And a script that asks first gets no permission.
    let asked = Request::options(format!("{page}/start"))
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "POST")
        .body(Body::empty());
    let asked = house.answer(asked.unwrap()).await;
    assert!(!asked.headers.contains_key("access-control-allow-origin"));
    assert_eq!(house.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_wish_is_named_and_changes_nothing() {
    let house = House::new(Dialect::ZApi);
    let page = house.open().await;
    let json = [("content-type", "application/json; charset=utf-8")];
    for (body, status, kind) in [
        ("", 400, "invalid_body"),
        ("canary", 400, "invalid_body"),
        ("{}", 400, "invalid_body"),
        (r#"{"method":"canary"}"#, 400, "invalid_body"),
        (r#"{"method":"phone_code"}"#, 400, "invalid_body"),
        (
            r#"{"method":"phone_code","phone":"11 98888-7777"}"#,
            400,
            "country_code_missing",
        ),
        (
            r#"{"method":"phone_code","phone":"canary"}"#,
            400,
            "invalid_phone",
        ),
    ] {
        let answer = post(&house, &format!("{page}/start"), &json, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.kind().as_str()),
            (status, kind),
            "{body}"
        );
        assert!(!answer.text.contains("canary"), "{}", answer.text);
    }
    for (action, body) in [
        ("cancel", "[]"),
        ("cancel", r#"{"a":1}"#),
        ("resume", "null"),
    ] {
        let answer = post(&house, &format!("{page}/{action}"), &json, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.kind().as_str()),
            (400, "invalid_body")
        );
    }
    let idle = house.watch(&page).await.next().await.unwrap();
    assert_eq!(idle.data["state"], "idle");
    assert_eq!(house.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_refused_in_the_usual_form() {
    let house = House::new(Dialect::ZApi);
    for path in ["/pair/p/%ff/start", "/pair/webhooks/shop/%ff"] {
        let answer = house.send("POST", path, &json!({})).await;
        assert_eq!(
            (answer.status.as_u16(), answer.kind().as_str()),
            (404, "not_found")
        );
    }
    let answer = house.get("/pair/p/%ff/events").await;
    assert_eq!(
        (answer.status.as_u16(), answer.kind().as_str()),
        (404, "not_found")
    );
    // A person looks at these.
    for path in ["/pair/p/%ff", "/pair/p/x?lang=%ff"] {
        let answer = house.get(path).await;
        assert_eq!(answer.status.as_u16(), 404);
        assert!(answer.text.contains("<html"), "{}", answer.text);
    }
    let page = house.open().await;
    let answer = house
        .send("POST", &format!("{page}/start"), &json!({"method": 1}))
        .await;
    assert!(answer.text.contains("line 1, column "), "{}", answer.text);
}

#[tokio::test(start_paused = true)]
async fn reading_a_link_starts_nothing() {
    // Programs that make previews of links read them too.
    let house = House::new(Dialect::ZApi);
    let page = house.open().await;
    for _ in 0..3 {
        assert_eq!(house.get(&page).await.status, StatusCode::OK);
        house.watch(&page).await.until("page").await;
    }
    let head = Request::head(&page).body(Body::empty()).unwrap();
    assert_eq!(house.answer(head).await.status, StatusCode::OK);
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert_eq!(house.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_page_speaks_the_visitors_language() {
    let house = House::new(Dialect::ZApi);
    let page = house.open().await;
    for (query, accepted, tag) in [
        ("", None, "en"),
        ("", Some("pt-BR,pt;q=0.9,en;q=0.8"), "pt-BR"),
        ("", Some("fr, es;q=0.5, en;q=0.4"), "es"),
        ("?lang=es", Some("pt-BR"), "es"),
        ("?lang=xx", Some("pt-PT"), "pt-BR"),
    ] {
        for page in [page.as_str(), "/pair/p/unknown"] {
            let mut request = Request::get(format!("{page}{query}"));
            if let Some(accepted) = accepted {
                request = request.header(header::ACCEPT_LANGUAGE, accepted);
            }
            let answer = house.answer(request.body(Body::empty()).unwrap()).await;
            let expected = format!("lang=\"{tag}\"");
            assert!(answer.text.contains(&expected), "{query} {accepted:?}");
        }
    }
}
