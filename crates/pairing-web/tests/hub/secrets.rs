//! Neither codes nor tokens nor credentials get out, whatever happens.

use std::io::Write;
use std::sync::{Arc, Mutex};

use pairing_providers::dialects;
use pairing_sim::Fault;
use serde_json::json;

use crate::support::{ADMIN_TOKEN, House, WEBHOOK_SECRET, builder, has_phone_codes};

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn logs_at_trace_level_hold_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // For all threads: a place that logs and is first reached on a thread without a subscriber, in
    // another test, would be taken for one that nobody wants to hear from.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let mut secrets = vec![ADMIN_TOKEN.to_owned(), WEBHOOK_SECRET.to_owned()];
    for &dialect in dialects() {
        let house = House::with(dialect, builder(), |instance| {
            instance.webhook_secret(WEBHOOK_SECRET)
        });
        let page = house.open().await;
        secrets.push(page.rsplit('/').next().unwrap().to_owned());
        let mut viewer = house.watch(&page).await;
        house.start_qr(&page).await;
        let code = viewer.until("code").await;
        let shown = &code.data["screen"]["code"];
        let text = shown["text"].as_str().or(shown["data"].as_str()).unwrap();
        secrets.push(text.to_owned());
        secrets.extend(house.instance.current_qr());
        if has_phone_codes(dialect) {
            let phone = format!("+{}", house.instance.phone().digits());
            let wish = json!({"method": "phone_code", "phone": phone});
            house.send("POST", &format!("{page}/method"), &wish).await;
            let code = viewer.until("code").await;
            let code = code.data["screen"]["code"]["code"].as_str();
            secrets.push(code.unwrap().to_owned());
        }
        secrets.push(house.instance.phone().digits().to_owned());
        let webhook = format!("/pair/webhooks/shop/{WEBHOOK_SECRET}");
        for body in [json!({"instanceId": house.instance.id()}), json!(null)] {
            house.send("POST", &webhook, &body).await;
        }
        house.get("/pair/webhooks/shop/wrong").await;
        house.instance.set_faults(Fault::SERVER_ERROR.with(500));
        house
            .send("POST", &format!("{page}/cancel"), &json!({}))
            .await;
        viewer.until("finished").await;
        secrets.extend(house.instance.secrets());
        let debug = format!("{:?}", house.hub);
        assert!(
            !secrets.iter().any(|secret| debug.contains(secret)),
            "{debug}"
        );
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("session started"), "nothing was logged");
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
    }
}
