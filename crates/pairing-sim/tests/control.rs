//! The control surface does what its help page says, over a real socket.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::PLAIN;
use common::plain::TWIN;
use common::socket::{path, send, send_json};
use pairing_qr::QrMatrix;
use pairing_sim::{Fault, Instance, InstanceSetup, Server, Simulator, SimulatorOptions};
use serde_json::{Value, json};

struct Control {
    server: Server,
    simulator: Simulator,
    instance: Instance,
}

async fn start() -> Control {
    let options = SimulatorOptions::default().with_dialects(&[PLAIN, TWIN]);
    let simulator = Simulator::new(options);
    let server = simulator
        .serve("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let instance = simulator.add_instance(InstanceSetup::new(PLAIN));
    Control {
        server,
        simulator,
        instance,
    }
}

impl Control {
    async fn to(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        send_json(&self.server, method, &format!("/_sim/{path}"), body).await
    }

    async fn to_instance(&self, method: &str, call: &str, body: &str) -> (u16, Value) {
        let path = format!("instances/{}/{call}", self.instance.id());
        self.to(method, &path, body).await
    }

    async fn ask_for_qr(&self) -> String {
        let path = path(&self.instance, "qr");
        let (_, answer) = send_json(&self.server, "GET", &path, "").await;
        answer["value"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn instances_are_listed_with_all_a_client_needs() {
    let control = start().await;
    let qr = control.ask_for_qr().await;
    let (status, list) = control.to("GET", "instances", "").await;
    assert_eq!(status, 200);
    let listed = &list[0];
    assert_eq!(listed["dialect"], "plain");
    assert_eq!(listed["id"], control.instance.id());
    assert_eq!(listed["token"], control.instance.token());
    assert_eq!(listed["account"], Value::Null);
    assert_eq!(listed["phone"], control.instance.phone().to_string());
    assert_eq!(
        (&listed["linked"], &listed["current_qr"]),
        (&json!(false), &json!(qr))
    );
    let path = format!("instances/{}", control.instance.id());
    assert_eq!(control.to("GET", &path, "").await, (200, listed.clone()));
}

#[tokio::test]
async fn an_instance_is_added_as_described() {
    let control = start().await;
    let setup = r#"{"dialect":"twin","id":"mine","token":"t","phone":"+5511988887777",
        "rotation":"first_60_then_20s","phase_ms":1000,"phone_code_limit":3,"slow_ms":5}"#;
    let (status, added) = control.to("POST", "instances", setup).await;
    assert_eq!(status, 201, "{added}");
    assert_eq!(added["id"], "mine");
    assert_eq!(control.simulator.instances().len(), 2);
    let (status, _) = control
        .to("POST", "instances", r#"{"dialect":"plain"}"#)
        .await;
    assert_eq!(status, 201);
    let (status, error) = control.to("POST", "instances", setup).await;
    assert_eq!(status, 409);
    assert!(error["error"].as_str().unwrap().contains("exists already"));
}

#[tokio::test]
async fn the_phone_scans_the_valid_code_a_text_or_a_picture() {
    let control = start().await;
    assert_eq!(control.to_instance("POST", "scan", "").await.0, 409);
    let text = control.ask_for_qr().await;
    let (status, _) = control
        .to_instance("POST", "scan", r#"{"text":"2@other"}"#)
        .await;
    assert_eq!(status, 409);
    let (status, linked) = control.to_instance("POST", "scan", "{}").await;
    assert_eq!((status, &linked["linked"]), (200, &json!(true)));
    let (status, error) = control
        .to_instance("POST", "scan", &json!({"text": text}).to_string())
        .await;
    assert_eq!(status, 409);
    assert!(error["error"].as_str().unwrap().contains("already linked"));

    assert_eq!(
        control.to_instance("POST", "unlink", "").await.1["linked"],
        false
    );
    let png = QrMatrix::encode(&control.ask_for_qr().await)
        .unwrap()
        .to_png(4)
        .unwrap();
    let picture = json!({"picture": STANDARD.encode(png)}).to_string();
    assert_eq!(control.to_instance("POST", "scan", &picture).await.0, 200);
}

#[tokio::test]
async fn the_phone_types_a_code() {
    let control = start().await;
    let ask = path(
        &control.instance,
        &format!("phone-code/{}", control.instance.phone().digits()),
    );
    let (_, answer) = send_json(&control.server, "GET", &ask, "").await;
    let (status, _) = control
        .to_instance("POST", "type", r#"{"code":"WRONG"}"#)
        .await;
    assert_eq!(status, 409);
    let typed = json!({"code": answer["value"]}).to_string();
    assert_eq!(control.to_instance("POST", "type", &typed).await.0, 200);
    control.instance.unlink();
    send(&control.server, "GET", &ask, "").await;
    assert_eq!(control.to_instance("POST", "type", "").await.0, 200);
}

#[tokio::test]
async fn another_number_can_be_linked() {
    let control = start().await;
    let (_, linked) = control
        .to_instance("POST", "link", r#"{"phone":"+351912345678"}"#)
        .await;
    assert_eq!(linked["linked_phone"], "+351912345678");
    let (_, linked) = control.to_instance("POST", "link", "").await;
    assert_eq!(linked["linked_phone"], linked["phone"]);
}

#[tokio::test]
async fn calls_are_read_and_counted_anew() {
    let control = start().await;
    control.ask_for_qr().await;
    let (_, calls) = control.to_instance("GET", "calls", "").await;
    assert_eq!(
        (&calls["code_qr_text"], &calls["total"]),
        (&json!(1), &json!(1))
    );
    let (_, calls) = control.to_instance("DELETE", "calls", "").await;
    assert_eq!(calls["total"], 0);
}

#[tokio::test]
async fn faults_are_set_by_name_or_object_and_cleared() {
    let control = start().await;
    let body = r#"["empty_body",{"fault":"server_error","status":500,"first":2}]"#;
    let (status, set) = control.to_instance("PUT", "faults", body).await;
    assert_eq!(
        (status, &set),
        (
            200,
            &json!([{"fault": "empty_body"}, {"fault": "server_error", "status": 500, "first": 2}])
        )
    );
    assert_eq!(control.to_instance("GET", "faults", "").await.1, set);
    let (status, body) = send(
        &control.server,
        "GET",
        &path(&control.instance, "status"),
        "",
    )
    .await;
    assert_eq!((status, &*body), (200, ""));
    assert_eq!(
        control.to_instance("DELETE", "faults", "").await,
        (200, json!([]))
    );
    let (_, all) = control.to("GET", "faults", "").await;
    assert_eq!(all.as_array().unwrap().len(), Fault::COMMON.len() + 1);
    assert_eq!(all[0]["name"], "latency");
}

#[tokio::test]
async fn webhooks_are_set_and_shown() {
    let control = start().await;
    // A port that nobody listens on: what is not received is still shown.
    let url = r#"{"url":"http://127.0.0.1:9/"}"#;
    assert_eq!(control.to_instance("PUT", "webhook", url).await.0, 200);
    control.instance.link();
    let (_, shown) = control.to_instance("GET", "webhook", "").await;
    assert_eq!(shown["url"], "http://127.0.0.1:9/");
    assert_eq!(
        shown["bodies"][0]["linked"],
        control.instance.phone().digits()
    );
    let (_, none) = control
        .to_instance("PUT", "webhook", r#"{"url":null}"#)
        .await;
    assert_eq!(none["webhook"], Value::Null);
}

#[tokio::test]
async fn mistakes_are_refused_with_a_reason() {
    let control = start().await;
    for (method, call, body) in [
        ("POST", "scan", "nonsense"),
        ("POST", "scan", r#"{"txt":"2@"}"#),
        ("POST", "scan", r#"{"text":"2@","picture":"AA=="}"#),
        ("POST", "scan", r#"{"picture":"not base64!"}"#),
        ("POST", "scan", r#"{"picture":"AAAA"}"#),
        ("POST", "type", r#"{"code":1}"#),
        ("POST", "link", r#"{"phone":"011"}"#),
        ("PUT", "webhook", "{\"url\":\"https://example.com/\"}"),
        ("PUT", "webhook", ""),
        ("PUT", "faults", r#"["no_such_fault"]"#),
        ("PUT", "faults", r#"["rate_overlimit"]"#),
        ("PUT", "faults", "{}"),
        ("PUT", "faults", r#"[{"fault":"hang","frist":1}]"#),
        (
            "PUT",
            "faults",
            r#"[{"fault":"server_error","status":99999}]"#,
        ),
    ] {
        let (status, answer) = control.to_instance(method, call, body).await;
        assert_eq!(status, 400, "{call} {body}");
        assert!(
            answer["error"]
                .as_str()
                .is_some_and(|reason| reason.len() > 10),
            "{answer}"
        );
    }
    for body in [
        "",
        "{}",
        r#"{"dialect":"other"}"#,
        r#"{"dialect":"plain","id":""}"#,
        r#"{"dialect":"plain","id":"a b"}"#,
        r#"{"dialect":"plain","typo":1}"#,
        r#"{"dialect":"plain","phone":"12"}"#,
        r#"{"dialect":"plain","slow_ms":"x"}"#,
    ] {
        assert_eq!(control.to("POST", "instances", body).await.0, 400, "{body}");
    }
    assert_eq!(control.to("GET", "instances/unknown", "").await.0, 404);
    assert_eq!(control.to("GET", "nowhere", "").await.0, 404);
    assert_eq!(control.to("PATCH", "instances", "").await.0, 405);
}

#[tokio::test]
async fn the_help_page_has_lines_to_copy() {
    let control = start().await;
    let twin = control.simulator.add_instance(InstanceSetup::new(TWIN));
    for path in ["/", "/_sim", "/_sim/"] {
        let (status, page) = send(&control.server, "GET", path, "").await;
        assert_eq!(status, 200);
        assert!(page.contains(&control.server.base_url()));
        assert!(page.contains(control.instance.id()) && page.contains(twin.token()));
        for fault in PLAIN.all_faults() {
            assert!(page.contains(fault.name()), "{}", fault.name());
        }
    }
}
