//! Wrong admin tokens, links and webhook secrets: so many for each address, and then at a pace.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, request};

use crate::support::{ADMIN_TOKEN, House, WEBHOOK_SECRET, ZAPI, builder};

/// A request as it comes from this peer, perhaps through proxies.
fn from(peer: &str, forwarded_for: &str, request: request::Builder) -> Request<Body> {
    let peer: SocketAddr = peer.parse().unwrap();
    let request = match forwarded_for {
        "" => request,
        addresses => request.header("x-forwarded-for", addresses),
    };
    let request = request.extension(ConnectInfo(peer));
    request.body(Body::empty()).unwrap()
}

fn with_token(token: &str) -> request::Builder {
    Request::get("/pair/api/instances").header("authorization", format!("Bearer {token}"))
}

const WRONG: &str = "canary-wrong-token-0123";

fn behind_a_proxy() -> House {
    let builder = builder().trusted_proxies(["127.0.0.1", "10.0.0.0/8"]);
    House::with(ZAPI, builder, |instance| {
        instance.webhook_secret(WEBHOOK_SECRET)
    })
}

async fn status_of(house: &House, request: Request<Body>) -> StatusCode {
    house.answer(request).await.status
}

#[tokio::test(start_paused = true)]
async fn wrong_admin_tokens_are_limited_for_each_address_and_not_compared_above_it() {
    let house = behind_a_proxy();
    let attacker = "203.0.113.7, 198.51.100.1, 10.0.0.2";
    let ask = |token, forwarded| from("127.0.0.1:1", forwarded, with_token(token));
    for _ in 0..20 {
        let answer = status_of(&house, ask(WRONG, attacker)).await;
        assert_eq!(answer, StatusCode::UNAUTHORIZED);
    }
    let answer = house.answer(ask(WRONG, attacker)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.kind(), "too_many_guesses");
    assert_eq!(answer.headers["retry-after"], "3");
    // Not even the right one tells itself from the others, whatever is invented before it.
    let other_story = "192.0.2.99, 198.51.100.1";
    let answer = status_of(&house, ask(ADMIN_TOKEN, other_story)).await;
    assert_eq!(answer, StatusCode::TOO_MANY_REQUESTS);
    // Everybody else is served: through the same proxy, and directly.
    for (peer, forwarded) in [
        ("127.0.0.1:1", "198.51.100.2"),
        ("127.0.0.1:1", ""),
        ("192.0.2.1:1", ""),
    ] {
        let request = from(peer, forwarded, with_token(ADMIN_TOKEN));
        assert_eq!(
            status_of(&house, request).await,
            StatusCode::OK,
            "{peer} {forwarded}"
        );
    }
    // A request without a token is no guess.
    let request = from("127.0.0.1:1", attacker, Request::get("/pair/api/instances"));
    assert_eq!(status_of(&house, request).await, StatusCode::UNAUTHORIZED);
    tokio::time::advance(Duration::from_secs(3)).await;
    let answer = status_of(&house, ask(ADMIN_TOKEN, attacker)).await;
    assert_eq!(answer, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn who_is_no_trusted_proxy_cannot_invent_addresses() {
    let house = behind_a_proxy();
    for number in 0..30 {
        let invented = format!("198.51.100.{number}");
        let request = from("192.0.2.1:1", &invented, with_token(WRONG));
        let expected = match number {
            0..20 => StatusCode::UNAUTHORIZED,
            _ => StatusCode::TOO_MANY_REQUESTS,
        };
        assert_eq!(status_of(&house, request).await, expected, "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn guesses_of_unknown_addresses_are_limited_without_a_lockout() {
    let house = House::new(ZAPI);
    let ask = |token| with_token(token).body(Body::empty()).unwrap();
    for _ in 0..20 {
        assert_eq!(
            status_of(&house, ask(WRONG)).await,
            StatusCode::UNAUTHORIZED
        );
    }
    let answer = status_of(&house, ask(WRONG)).await;
    assert_eq!(answer, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status_of(&house, ask(ADMIN_TOKEN)).await, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn wrong_links_are_limited_for_each_address_and_right_ones_never() {
    let house = behind_a_proxy();
    let page = house.open().await;
    let office = "2001:db8:1:2::1";
    let get = |path: &str, address: &str| from("127.0.0.1:1", address, Request::get(path));
    for number in 0..60 {
        let path = ["/pair/p/x", "/pair/p/x/events"][number % 2];
        let answer = status_of(&house, get(path, office)).await;
        assert_eq!(answer, StatusCode::NOT_FOUND);
    }
    // The whole network of a customer is one.
    let neighbour = "2001:db8:1:2:ffff::9";
    let answer = house.answer(get("/pair/p/x", neighbour)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers["retry-after"], "1");
    let kind = answer.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/html"), "{kind}");
    assert!(answer.text.contains("Too many links that do not work"));
    let answer = house.answer(get("/pair/p/x/events", neighbour)).await;
    assert_eq!(answer.kind(), "too_many_guesses");
    let wrong = Request::post("/pair/webhooks/shop/wrong-secret-0123");
    let answer = house.answer(from("127.0.0.1:1", office, wrong)).await;
    assert_eq!(answer.kind(), "too_many_guesses");
    // Colleagues, and gateways, with right secrets notice nothing.
    let answer = status_of(&house, get(&page, office)).await;
    assert_eq!(answer, StatusCode::OK);
    let right = Request::post(format!("/pair/webhooks/shop/{WEBHOOK_SECRET}"));
    let right = from("127.0.0.1:1", office, right);
    assert_ne!(
        status_of(&house, right).await,
        StatusCode::TOO_MANY_REQUESTS
    );
    let answer = status_of(&house, get("/pair/p/x", "2001:db8:1:3::1")).await;
    assert_eq!(answer, StatusCode::NOT_FOUND);
}
