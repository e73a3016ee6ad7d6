//! What the host application asks and is told.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use pairing_core::PairingOutcome;
use pairing_sim::Dialect;
use pairing_web::{CreateError, HubInstance, InvalidInstance, NewPairing, PairingHub};
use serde_json::json;

use crate::support::{House, WEBHOOK_SECRET, builder};

#[tokio::test(start_paused = true)]
async fn a_pairing_is_followed_from_its_link_to_its_outcome_without_its_codes() {
    let house = House::new(Dialect::ZApi);
    let created = house
        .api(
            "POST",
            "/pairings",
            &json!({"instance": "shop", "lang": "pt"}),
        )
        .await;
    assert_eq!(created.status, StatusCode::CREATED);
    let created = created.json();
    let id = created["id"].as_str().unwrap();
    let path = created["path"].as_str().unwrap();
    assert!(
        path.starts_with("/pair/p/") && path.ends_with("?lang=pt-BR"),
        "{path}"
    );
    assert!(created.get("url").is_none());
    assert!(created["expires_at"].is_string());
    let page = path.strip_suffix("?lang=pt-BR").unwrap();

    let one = format!("/pairings/{id}");
    let idle = house.api("GET", &one, &json!(null)).await.json();
    assert_eq!(
        (&idle["state"], &idle["viewers"]),
        (&json!("idle"), &json!(0))
    );
    let mut viewer = house.watch(page).await;
    house.start_qr(page).await;
    let code = viewer.until("code").await;
    let running = house.api("GET", &one, &json!(null)).await;
    assert!(
        !running
            .text
            .contains(code.data["screen"]["code"]["text"].as_str().unwrap())
    );
    let running = running.json();
    assert_eq!(running["event"]["event"], "code_ready");
    assert_eq!(
        (&running["method"], &running["viewers"]),
        (&json!("qr"), &json!(1))
    );
    house.instance.scan_current().unwrap();
    viewer.until("finished").await;
    let ended = house.api("GET", &one, &json!(null)).await.json();
    assert_eq!(
        (&ended["state"], &ended["event"]["outcome"]),
        (&json!("ended"), &json!("connected"))
    );
    let all = house.api("GET", "/pairings", &json!(null)).await.json();
    assert_eq!(all["pairings"], json!([ended]));
}

#[tokio::test(start_paused = true)]
async fn a_rust_host_does_it_without_http() {
    let house = House::with(
        Dialect::ZApi,
        builder().public_url("https://pair.example.com/x/"),
        |instance| instance,
    );
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    let url = link.url().unwrap();
    assert_eq!(url, format!("https://pair.example.com/x{}", link.path()));
    assert!(!format!("{link:?}").contains(&link.path()[3..]));
    let page = format!("/pair{}", link.path());
    let viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    let scanned = async {
        let _ = house.instance.next_code().await;
        house.instance.scan_current().unwrap();
    };
    let (outcome, ()) = tokio::join!(house.hub.outcome(link.id()), scanned);
    assert!(matches!(outcome, Some(PairingOutcome::Connected { .. })));
    let summary = house.hub.pairing(link.id()).unwrap();
    assert_eq!(summary.outcome(), outcome.as_ref());
    assert_eq!(viewer.rest().await.last().unwrap(), "finished");
    let next = house.hub.create(NewPairing::of("shop")).unwrap();
    assert!(next.is_new() && next.id() != link.id());
}

#[tokio::test(start_paused = true)]
async fn the_host_ends_a_pairing_opened_or_not() {
    let house = House::new(Dialect::ZApi);
    for open in [false, true] {
        let created = house
            .api("POST", "/pairings", &json!({"instance": "shop"}))
            .await
            .json();
        let page = created["path"].as_str().unwrap();
        let mut viewer = house.watch(page).await;
        if open {
            house.start_qr(page).await;
        }
        let one = format!("/pairings/{}", created["id"].as_str().unwrap());
        let gone = house.api("DELETE", &one, &json!(null)).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert_eq!(
            viewer.until("finished").await.data["screen"]["outcome"],
            "cancelled"
        );
        let started = house
            .send("POST", &format!("{page}/start"), &json!({"method": "qr"}))
            .await;
        assert_eq!(
            (started.status, started.kind().as_str()),
            (StatusCode::GONE, "ended")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_expected_phone_is_held_to_and_must_be_agreed_on() {
    let house = House::new(Dialect::ZApi);
    let wish = json!({"instance": "shop", "expect_phone": "+55 11 98888-7777"});
    let created = house.api("POST", "/pairings", &wish).await.json();
    let joined = json!({"instance": "shop", "expect_phone": "+5511977776666"});
    let refused = house.api("POST", "/pairings", &joined).await;
    assert_eq!(
        (refused.status, refused.kind().as_str()),
        (StatusCode::CONFLICT, "expects_another_phone")
    );
    // The same account without Brazil's ninth digit.
    let same = json!({"instance": "shop", "expect_phone": "+55 11 8888-7777"});
    let joined = house.api("POST", "/pairings", &same).await;
    assert_eq!(joined.json()["id"], created["id"]);
    let page = created["path"].as_str().unwrap();
    let mut viewer = house.watch(page).await;
    assert_eq!(
        viewer.next().await.unwrap().data["expect_phone"],
        "+5511988887777"
    );
    house.start_qr(page).await;
    viewer.until("code").await;
    house.instance.scan_current().unwrap();
    assert_eq!(
        viewer.until("finished").await.data["screen"]["outcome"],
        "wrong_account"
    );
}

#[tokio::test(start_paused = true)]
async fn without_the_admin_token_the_host_routes_are_closed() {
    let house = House::new(Dialect::ZApi);
    let wish = json!({"instance": "shop"});
    for (method, path) in [
        ("POST", "/pair/api/pairings"),
        ("GET", "/pair/api/pairings"),
        ("GET", "/pair/api/pairings/0123456789abcdef"),
        ("DELETE", "/pair/api/pairings/0123456789abcdef"),
        ("GET", "/pair/api/instances"),
    ] {
        let answer = house.send(method, path, &wish).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, "Bearer canary-admin-token-0124")
            .body(Body::from(wish.to_string()));
        let answer = house.answer(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    let closed = House::with(Dialect::ZApi, PairingHub::builder(), |instance| instance);
    let answer = closed.api("POST", "/pairings", &wish).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn what_the_host_gets_wrong_is_named() {
    let house = House::new(Dialect::ZApi);
    for (wish, status, kind) in [
        (json!({"instance": "nope"}), 404, "unknown_instance"),
        (json!({}), 400, "invalid_body"),
        (
            json!({"instance": "shop", "lang": "fr"}),
            400,
            "unknown_language",
        ),
        (
            json!({"instance": "shop", "expect_phone": "+55 99999-8888"}),
            400,
            "not_brazilian",
        ),
        (
            json!({"instance": "shop", "fone": "1"}),
            400,
            "invalid_body",
        ),
        (
            json!({"instance": "shop", "expect_phone": "11988887777"}),
            400,
            "country_code_missing",
        ),
        (
            json!({"instance": "shop", "expect_phone": "canary"}),
            400,
            "invalid_phone",
        ),
    ] {
        let answer = house.api("POST", "/pairings", &wish).await;
        assert_eq!(
            (answer.status.as_u16(), answer.kind().as_str()),
            (status, kind)
        );
        assert!(!answer.text.contains("canary"), "{}", answer.text);
    }
    let unknown = house
        .api("GET", "/pairings/0123456789abcdef", &json!(null))
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(house.hub.pairings().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_instances_are_listed_without_what_is_secret_about_them() {
    let house = House::with(Dialect::ZApi, builder(), |instance| {
        instance.webhook_secret(WEBHOOK_SECRET)
    });
    let answer = house.api("GET", "/instances", &json!(null)).await;
    assert_eq!(
        answer.json(),
        json!({"instances": [{
            "name": "shop",
            "provider": "zapi",
            "title": "Gateway",
            "methods": ["qr", "phone_code"],
            "webhooks": true,
        }]})
    );
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_cannot_work_is_refused() {
    let house = House::new(Dialect::ZApi);
    let instance = || HubInstance::new(pairing_core::mock::MockPairingProvider::usable());
    for name in ["", "a b", "../x", "é", &"x".repeat(65)] {
        let refused = house.hub.add_instance(name, instance());
        assert_eq!(refused, Err(InvalidInstance::Name), "{name}");
    }
    let taken = house.hub.add_instance("shop", instance());
    assert_eq!(taken, Err(InvalidInstance::NameTaken));
    for secret in ["short", "has a space in it, and is long"] {
        let refused = house
            .hub
            .add_instance("other", instance().webhook_secret(secret));
        assert!(refused.is_err(), "{secret}");
    }
    assert!(house.hub.remove_instance("shop"));
    assert!(!house.hub.remove_instance("shop"));
    let gone = house.hub.create(NewPairing::of("shop")).unwrap_err();
    assert_eq!(gone, CreateError::UnknownInstance);
}

/// A provider without webhooks that is never asked for anything.
trait Usable {
    fn usable() -> Self;
}

impl Usable for pairing_core::mock::MockPairingProvider {
    fn usable() -> Self {
        let mut mock = Self::new();
        mock.expect_name().return_const("mock".to_owned());
        mock.expect_capabilities()
            .return_const(pairing_core::Capabilities::none().with_qr_text());
        mock.expect_recommended_policy()
            .returning(pairing_core::PairingPolicy::default);
        mock
    }
}
