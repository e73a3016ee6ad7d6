//! The present in one answer, for pages that no event stream reaches.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use pairing_providers::dialects;
use pairing_web::HubLimits;
use serde_json::json;

use crate::support::{Answer, House, ZAPI, builder};

async fn state(house: &House, page: &str, known: Option<&str>) -> Answer {
    let mut request = Request::get(format!("{page}/state"));
    if let Some(tag) = known {
        request = request.header("if-none-match", tag);
    }
    house.answer(request.body(Body::empty()).unwrap()).await
}

fn tag(answer: &Answer) -> String {
    answer.headers["etag"].to_str().unwrap().to_owned()
}

/// The kind of the screen; `None` without a view.
fn kind(answer: &Answer) -> Option<String> {
    let kind = answer.json()["view"]["screen"]["kind"].clone();
    kind.as_str().map(str::to_owned)
}

#[tokio::test(start_paused = true)]
async fn a_poll_returns_what_a_new_stream_begins_with_in_every_state() {
    for &dialect in dialects() {
        let house = House::new(dialect);
        let page = house.open().await;
        let idle = state(&house, &page, None).await;
        assert_eq!(kind(&idle), None);
        assert_eq!(idle.json()["page"]["state"], "idle");
        assert_eq!(idle.headers["cache-control"], "no-store");
        assert_eq!(house.calls(), 0);

        house.start_qr(&page).await;
        house.watch(&page).await.until("code").await;
        let code = state(&house, &page, Some(&tag(&idle))).await;
        assert_eq!(kind(&code).as_deref(), Some("code"));
        let mut newcomer = house.watch(&page).await;
        newcomer.until("page").await;
        assert_eq!(code.json()["view"], newcomer.next().await.unwrap().data);

        let calls = house.calls();
        let again = state(&house, &page, Some(&tag(&code))).await;
        assert_eq!(
            (again.status, again.text.as_str()),
            (StatusCode::NOT_MODIFIED, "")
        );
        let weak = format!("W/{}", tag(&code));
        let again = state(&house, &page, Some(&weak)).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert_eq!(house.calls(), calls);

        house.instance.scan_current().unwrap();
        newcomer.until("finished").await;
        let finished = state(&house, &page, Some(&tag(&code))).await;
        let screen = finished.json()["view"]["screen"].clone();
        assert_eq!(
            (&screen["kind"], &screen["outcome"]),
            (&json!("finished"), &json!("connected"))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_is_there_without_having_seen_how_it_came() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    let phone = json!({"method": "phone_code", "phone": "+55 11 99999-8888"});
    house.send("POST", &format!("{page}/start"), &phone).await;
    house.watch(&page).await.until("code").await;
    let code = state(&house, &page, None).await;
    let view = code.json()["view"].clone();
    assert_eq!(view["method"], "phone_code");
    assert_eq!(view["screen"]["code"]["kind"], "phone_code");
}

#[tokio::test(start_paused = true)]
async fn a_dead_code_is_not_among_the_answers() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    house.start_qr(&page).await;
    let mut viewer = house.watch(&page).await;
    let dead = viewer.until("code").await;
    let dead = dead.data["screen"]["code"].to_string();
    assert!(state(&house, &page, None).await.text.contains(&dead));
    viewer.until("code").await;
    assert!(!state(&house, &page, None).await.text.contains(&dead));
}

#[tokio::test(start_paused = true)]
async fn a_link_that_opens_nothing_has_no_state() {
    let house = House::new(ZAPI);
    let page = house.open().await;
    tokio::time::sleep(Duration::from_secs(32 * 60)).await;
    for page in [page.as_str(), "/pair/p/unknown"] {
        let refused = state(&house, page, None).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_pages_may_poll_as_may_watch() {
    let limits = HubLimits::default()
        .with_viewers(5)
        .with_viewers_per_pairing(3);
    let house = House::with(ZAPI, builder().limits(limits), |instance| instance);
    house.add("other");
    let shop = house.open().await;
    let other = json!({"instance": "other"});
    let other = house.api("POST", "/pairings", &other).await.json();
    let other = other["path"].as_str().unwrap();
    let mut statuses = Vec::new();
    for page in [&shop, &shop, &shop, &shop, other, other, other] {
        statuses.push(state(&house, page, None).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 503, 200, 200, 503]);
    let refused = state(&house, &shop, None).await;
    assert_eq!(refused.kind(), "too_many_viewers");
    assert_eq!(refused.headers["retry-after"], "5");
    // A page asks every three seconds.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(state(&house, &shop, None).await.status, StatusCode::OK);
}
