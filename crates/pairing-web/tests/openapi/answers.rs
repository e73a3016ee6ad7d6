//! Every documented answer is given, and no other.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use pairing_web::{HubInstance, HubLimits, PairingHub};
use serde_json::{Value, json};

use crate::contract::{check, check_event, documented};
use crate::scripted::Scripted;
use crate::support::{ADMIN_TOKEN, Answer, House, WEBHOOK_SECRET, ZAPI, builder};

/// Asks, checks every answer, and remembers which were given.
struct Asker {
    house: House,
    given: BTreeSet<(String, String, String)>,
}

/// What a request has besides its method and path.
struct Extra {
    headers: &'static [(&'static str, &'static str)],
    body: String,
}

/// After which the limit of one answer at a time lets another be given.
const SHORT_WHILE: std::time::Duration = std::time::Duration::from_secs(2);

const JSON: (&str, &str) = ("content-type", "application/json");

fn nothing() -> Extra {
    Extra {
        headers: &[],
        body: String::new(),
    }
}

fn json_body(body: &Value) -> Extra {
    Extra {
        headers: &[JSON],
        body: body.to_string(),
    }
}

fn from_elsewhere() -> Extra {
    Extra {
        headers: &[JSON, ("sec-fetch-site", "cross-site")],
        body: "{}".into(),
    }
}

fn not_json() -> Extra {
    Extra {
        headers: &[("content-type", "text/plain")],
        body: "{}".into(),
    }
}

fn too_large(bytes: usize) -> Extra {
    Extra {
        headers: &[JSON],
        body: " ".repeat(bytes),
    }
}

impl Asker {
    fn new(house: House) -> Self {
        Self {
            house,
            given: BTreeSet::new(),
        }
    }

    /// Asks `path`, which has the form of `template`.
    async fn ask(&mut self, method: &str, template: &str, path: &str, extra: Extra) -> Answer {
        let mut request = Request::builder().method(method.to_uppercase().as_str());
        for (name, value) in extra.headers {
            request = request.header(*name, *value);
        }
        if template.starts_with("/api/") {
            request = request.header("authorization", format!("Bearer {ADMIN_TOKEN}"));
        }
        let request = request
            .uri(format!("/pair{path}"))
            .body(Body::from(extra.body));
        let answer = self.house.answer(request.unwrap()).await;
        self.judge(method, template, &answer);
        answer
    }

    fn judge(&mut self, method: &str, template: &str, answer: &Answer) {
        check(method, template, answer);
        let status = answer.status.as_str().to_owned();
        self.given
            .insert((method.to_owned(), template.to_owned(), status));
    }

    /// The path of a new link, from where the router is mounted.
    async fn open(&mut self) -> String {
        let wish =
            json_body(&json!({"instance": "shop", "lang": "es", "expect_phone": "+5511999998888"}));
        let opened = self
            .ask("post", "/api/pairings", "/api/pairings", wish)
            .await;
        assert_eq!(opened.status, StatusCode::CREATED);
        let path = opened.json()["path"].as_str().unwrap().to_owned();
        let path = path.strip_prefix("/pair").unwrap();
        path.split('?').next().unwrap().to_owned()
    }

    /// What the routes of the host application say to one that is not.
    async fn strangers(&mut self) {
        let closed = House::with(ZAPI, PairingHub::builder(), |instance| instance);
        for (method, path) in [
            ("post", "/api/pairings"),
            ("get", "/api/pairings"),
            ("get", "/api/pairings/{id}"),
            ("delete", "/api/pairings/{id}"),
            ("get", "/api/instances"),
        ] {
            let request = || {
                let request = Request::builder().method(method.to_uppercase().as_str());
                request
                    .uri(format!("/pair{}", path.replace(['{', '}'], "")))
                    .body(Body::empty())
                    .unwrap()
            };
            let unauthorised = self.house.answer(request()).await;
            assert_eq!(unauthorised.status, StatusCode::UNAUTHORIZED);
            self.judge(method, path, &unauthorised);
            let hidden = closed.answer(request()).await;
            assert_eq!(hidden.status, StatusCode::NOT_FOUND);
            self.judge(method, path, &hidden);
        }
    }

    async fn host_application(&mut self) {
        const PAIRINGS: &str = "/api/pairings";
        const PAIRING: &str = "/api/pairings/{id}";
        for extra in [
            json_body(&json!({"instance": "shop", "expect_phone": "+5511999998888"})),
            json_body(&json!({"instance": "shop", "expect_phone": "+5511999998888"})),
            json_body(&json!({"instance": "shop", "expect_phone": "+5511999990000"})),
            json_body(&json!({"instance": "shop", "expect_phone": "11 99999-8888"})),
            json_body(&json!({"instance": "shop", "expect_phone": "x"})),
            json_body(&json!({"instance": "nobody"})),
            json_body(&json!({"instance": "other"})),
            json_body(&json!({"shop": "instance"})),
            not_json(),
            too_large(5_000),
        ] {
            self.ask("post", PAIRINGS, PAIRINGS, extra).await;
        }
        let all = self.ask("get", PAIRINGS, PAIRINGS, nothing()).await.json();
        let one = format!("{PAIRINGS}/{}", all["pairings"][0]["id"].as_str().unwrap());
        self.ask("get", PAIRING, &one, nothing()).await;
        self.ask("delete", PAIRING, &one, nothing()).await;
        self.ask("delete", PAIRING, "/api/pairings/x", nothing())
            .await;
        self.ask("get", PAIRING, "/api/pairings/x", nothing()).await;
        self.ask("get", "/api/instances", "/api/instances", nothing())
            .await;
    }

    async fn refused_actions(&mut self, page: &str) {
        for action in ["start", "method", "resume", "cancel"] {
            let template = format!("/p/{{token}}/{action}");
            let path = format!("{page}/{action}");
            for extra in [
                from_elsewhere(),
                not_json(),
                too_large(5_000),
                json_body(&json!("x")),
            ] {
                self.ask("post", &template, &path, extra).await;
            }
            let unknown = format!("/p/unknown/{action}");
            self.ask("post", &template, &unknown, json_body(&json!({})))
                .await;
        }
    }

    async fn act(&mut self, page: &str, action: &str, body: Value) -> StatusCode {
        let template = format!("/p/{{token}}/{action}");
        let path = format!("{page}/{action}");
        self.ask("post", &template, &path, json_body(&body))
            .await
            .status
    }

    async fn page_holder(&mut self) {
        const EVENTS: &str = "/p/{token}/events";
        let page = self.open().await;
        self.ask("get", "/p/{token}", &page, nothing()).await;
        self.ask("get", "/p/{token}", "/p/unknown", nothing()).await;
        self.ask("get", EVENTS, "/p/unknown/events", nothing())
            .await;
        const STATE: &str = "/p/{token}/state";
        self.ask("get", STATE, "/p/unknown/state", nothing()).await;
        let state = format!("{page}/state");
        let idle = self.ask("get", STATE, &state, nothing()).await;
        self.ask("get", STATE, &state, nothing()).await;
        let tag = idle.headers["etag"].to_str().unwrap().to_owned();
        tokio::time::advance(SHORT_WHILE).await;
        let unchanged = Request::get(format!("/pair{state}")).header("if-none-match", tag);
        let unchanged = unchanged.body(Body::empty()).unwrap();
        let unchanged = self.house.answer(unchanged).await;
        self.judge("get", STATE, &unchanged);
        self.refused_actions(&page).await;
        assert_eq!(self.act(&page, "resume", json!({})).await, 409);
        let mut viewer = self.house.watch(&format!("/pair{page}")).await;
        self.ask("get", EVENTS, &format!("{page}/events"), nothing())
            .await;

        let other = json!({"method": "phone_code", "phone": "+55 11 97777-6666"});
        assert_eq!(self.act(&page, "start", other.clone()).await, 409);
        let phone = json!({"method": "phone_code", "phone": "+55 11 99999-8888"});
        assert_eq!(self.act(&page, "start", phone).await, 204);
        assert_eq!(self.act(&page, "method", other).await, 409);
        check_event(&viewer.until("page").await);
        check_event(&viewer.until("code").await);
        tokio::time::advance(SHORT_WHILE).await;
        self.ask("get", STATE, &state, nothing()).await;
        assert_eq!(self.act(&page, "resume", json!({})).await, 409);
        assert_eq!(
            self.act(&page, "method", json!({"method": "qr"})).await,
            204
        );
        let mut waiting = false;
        while !waiting {
            let event = viewer.next().await.unwrap();
            check_event(&event);
            waiting = event.data["screen"]["kind"] == "waiting_for_user";
        }
        assert_eq!(self.act(&page, "resume", json!({})).await, 204);
        assert_eq!(self.act(&page, "cancel", json!({})).await, 204);
        let mut last = String::new();
        while let Some(event) = viewer.next().await {
            check_event(&event);
            last = event.id;
        }
        drop(viewer);
        for action in ["start", "method"] {
            assert_eq!(self.act(&page, action, json!({"method": "qr"})).await, 410);
        }
        for action in ["resume", "cancel"] {
            assert_eq!(self.act(&page, action, json!({})).await, 410);
        }
        while self.act(&page, "resume", json!({})).await != 429 {}
        for (action, body) in [
            ("start", json!({"method": "qr"})),
            ("method", json!({"method": "qr"})),
            ("cancel", json!({})),
        ] {
            assert_eq!(self.act(&page, action, body).await, 429);
        }
        let again = Request::get(format!("/pair{page}/events")).header("last-event-id", last);
        let again = self.house.answer(again.body(Body::empty()).unwrap()).await;
        assert_eq!(again.status, StatusCode::NO_CONTENT);
        self.judge("get", EVENTS, &again);
        // One who comes late is told how it ended, and then the stream is over.
        self.ask("get", EVENTS, &format!("{page}/events"), nothing())
            .await;
    }

    async fn provider(&mut self) {
        const WEBHOOK: &str = "/webhooks/{instance}/{secret}";
        let path = format!("/webhooks/shop/{WEBHOOK_SECRET}");
        let callback = json!({"type": "ConnectedCallback", "connected": true, "instanceId": "x"});
        for extra in [
            json_body(&callback),
            json_body(&json!([])),
            json_body(&json!("canary")),
            too_large(1_100_000),
        ] {
            self.ask("post", WEBHOOK, &path, extra).await;
        }
        let signed = format!("/webhooks/signed/{WEBHOOK_SECRET}");
        let unsigned = self
            .ask("post", WEBHOOK, &signed, json_body(&callback))
            .await;
        assert_eq!(unsigned.status, StatusCode::FORBIDDEN);
        self.ask("get", WEBHOOK, &path, nothing()).await;
        self.ask("get", WEBHOOK, "/webhooks/shop/wrong", nothing())
            .await;
        self.ask(
            "post",
            WEBHOOK,
            "/webhooks/shop/wrong",
            json_body(&callback),
        )
        .await;
    }

    async fn service(&mut self) {
        self.ask("get", "/healthz", "/healthz", nothing()).await;
        self.ask("get", "/openapi.json", "/openapi.json", nothing())
            .await;
        for asset in ["page.js", "page.css", "unknown"] {
            self.ask(
                "get",
                "/assets/{file}",
                &format!("/assets/{asset}"),
                nothing(),
            )
            .await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_documented_answer_is_given_and_no_other() {
    let limits = HubLimits::default().with_pairings(1).with_viewers(1);
    let house = House::with(ZAPI, builder().limits(limits), |instance| {
        instance.webhook_secret(WEBHOOK_SECRET)
    });
    house.add("other");
    let signed = HubInstance::new(Scripted::new([])).webhook_secret(WEBHOOK_SECRET);
    house.hub.add_instance("signed", signed).unwrap();
    let mut asker = Asker::new(house);
    asker.strangers().await;
    asker.host_application().await;
    asker.page_holder().await;
    asker.provider().await;
    asker.service().await;
    assert_eq!(asker.given, documented());
}
