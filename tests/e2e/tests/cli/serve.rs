//! `pairing serve`: an application creates pairings over HTTP, people open their links, and
//! everything ends in order.

use std::os::unix::fs::PermissionsExt;

use pairing_e2e::setup_with_credentials;
use pairing_sim::Dialect;
use rustix::process::Signal;
use serde_json::json;

use crate::leaving::assert_silence;
use crate::support::{
    ADMIN_TOKEN, Finished, Gateway, NOTICES_AT_ONCE, Page, Pairing, Request, Serving, ZAPI,
    another, immediate_dialects,
};

const WEBHOOK_SECRET: &str = "CANARY-webhook-secret-";

async fn canary_gateway(dialect: &'static dyn Dialect) -> Gateway {
    let [id, token, account] = ["3CANARYinstance", "7CANARYtoken", "FCANARYaccount"];
    Gateway::with(setup_with_credentials(dialect, id, token, account)).await
}

/// Nothing that was printed opens anything.
#[track_caller]
fn assert_no_secret(finished: &Finished, others: &[&str]) {
    for secret in ["CANARY"].iter().chain(others) {
        assert!(!finished.stdout.contains(secret), "{secret}: {finished}");
        assert!(!finished.stderr.contains(secret), "{secret}: {finished}");
    }
}

#[tokio::test]
async fn instances_of_all_gateways_are_linked_from_one_file_and_no_secret_is_printed() {
    let mut gateways = Vec::new();
    for &dialect in immediate_dialects() {
        gateways.push(canary_gateway(dialect).await);
    }
    // Far too rare to notice anything: the webhook must.
    let mut config = "[policy]\nstatus_interval = \"5m\"\nwebhook_debounce = \"50ms\"\n".to_owned();
    for gateway in &gateways {
        let (name, secret) = (gateway.provider(), WEBHOOK_SECRET);
        config += &gateway.section(&format!("shop-{name}"));
        config += &format!("webhook_secret = \"{secret}{name}\"\n");
    }
    let serve = Pairing::new(&["serve", "-vvv"])
        .config(&config)
        .env("RUST_LOG", "trace")
        // Meant for another command: it must not get into instances of a file.
        .env("PAIRING_ZAPI_TOKEN", "another")
        .env("PAIRING_BASE_URL", "http://127.0.0.1:9");
    let serving = Serving::start(serve).await;
    let mut names: Vec<_> = gateways
        .iter()
        .map(|it| format!("shop-{}", it.provider()))
        .collect();
    names.sort();
    assert_eq!(serving.instances, names);

    let mut secrets = Vec::new();
    for gateway in &gateways {
        let name = gateway.provider();
        let webhook = format!(
            "{}/webhooks/shop-{name}/{WEBHOOK_SECRET}{name}",
            serving.base_url
        );
        gateway.instance.set_webhook(Some(webhook)).unwrap();
        let page = serving.create(&format!("shop-{name}")).await;
        assert_eq!(page.open().await.status, 200);
        let mut events = page.events().await;
        assert_eq!(gateway.instance.calls().total, 0, "before anybody starts");
        page.post("start", &json!({"method": "qr"})).await;
        let ready = events.screen("code").await;
        gateway.use_code(&ready["screen"]["code"]);
        let finished = events.screen("finished").await;
        assert_eq!(finished["screen"]["outcome"], "connected");
        secrets.push(page.token().to_owned());
        for field in ["text", "data"] {
            secrets.extend(ready["screen"]["code"][field].as_str().map(str::to_owned));
        }
    }
    assert_eq!(secrets.len(), 2 * gateways.len());

    let without = serving.get("/metrics").send().await;
    assert_eq!((without.status, without.body.contains('#')), (401, false));
    let wrong = serving.get("/metrics").bearer("0123456789abcdef").send();
    assert_eq!(wrong.await.status, 401);
    let metrics = serving.get("/metrics").bearer(ADMIN_TOKEN).send().await;
    assert_eq!(metrics.status, 200);
    let linked = "pairing_outcomes_total{provider=\"zapi\",outcome=\"connected\"} 1";
    assert!(metrics.body.contains(linked), "{}", metrics.body);
    let timed = "pairing_provider_request_seconds_bucket{";
    assert!(metrics.body.contains(timed), "{}", metrics.body);
    for secret in secrets
        .iter()
        .map(String::as_str)
        .chain(["CANARY", "shop-"])
    {
        assert!(!metrics.body.contains(secret), "{secret}: {}", metrics.body);
    }

    serving.running.signal(Signal::TERM);
    let finished = serving.running.finish().await;
    finished.assert_code(0);
    assert!(
        finished.stderr.contains("pairing_web"),
        "-vvv tells nothing"
    );
    let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();
    assert_no_secret(&finished, &secrets);
}

/// One gateway, described by the environment alone.
async fn serve(gateway: &Gateway) -> Serving {
    Serving::start(gateway.pairing(&["serve"]).policy(NOTICES_AT_ONCE)).await
}

#[tokio::test]
async fn without_instances_in_a_file_the_environment_describes_the_only_one() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let serving = serve(&gateway).await;
        assert_eq!(serving.instances, [gateway.provider()]);
        let page = serving.create(gateway.provider()).await;
        let mut events = page.events().await;
        let phone = gateway.instance.phone().to_string();
        page.post("start", &json!({"method": "phone_code", "phone": phone}))
            .await;
        let ready = events.screen("code").await;
        gateway.use_code(&ready["screen"]["code"]);
        assert_eq!(
            events.screen("finished").await["screen"]["outcome"],
            "connected"
        );
        serving.running.signal(Signal::INT);
        serving.running.finish().await.assert_code(0);
    }
}

#[tokio::test]
async fn every_signal_tells_open_pages_and_leaves_the_gateway_alone() {
    for signal in [Signal::INT, Signal::TERM] {
        for &dialect in immediate_dialects() {
            let gateway = Gateway::start(dialect).await;
            let serving = serve(&gateway).await;
            let page = serving.create(gateway.provider()).await;
            let mut events = page.events().await;
            page.post("start", &json!({"method": "qr"})).await;
            events.screen("code").await;
            serving.running.signal(signal);
            events.own("closing").await;
            let finished = serving.running.finish().await;
            finished.assert_code(0);
            assert_eq!(finished.stdout.lines().count(), 1, "{finished}");
            assert_eq!(finished.stderr, "");
            assert_silence(&gateway).await;
        }
    }
}

#[tokio::test]
async fn an_output_without_a_reader_ends_it() {
    let gateway = Gateway::start(ZAPI).await;
    let mut serving = serve(&gateway).await;
    serving.running.stop_reading();
    let finished = serving.running.finish().await;
    finished.assert_code(130);
    assert_eq!(finished.stderr, "");
}

#[tokio::test]
async fn links_survive_a_restart_where_a_state_file_keeps_them() {
    let gateway = Gateway::start(another()).await;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("links");
    for (keeps, status) in [(true, 200), (false, 404)] {
        let config = match keeps {
            true => format!("[serve]\nstate_file = '{}'\n", state.display()),
            false => String::new(),
        };
        let start = || Serving::start(gateway.pairing(&["serve"]).config(&config));
        let serving = start().await;
        let page = serving.create(gateway.provider()).await;
        serving.running.signal(Signal::TERM);
        serving.running.finish().await.assert_code(0);
        let again = start().await;
        let page = Page {
            url: page.url.replace(&serving.base_url, &again.base_url),
        };
        assert_eq!(page.open().await.status, status);
        if keeps {
            let kept = std::fs::read_to_string(&state).unwrap();
            assert!(!kept.contains(page.token()), "the link itself is kept");
        }
    }
}

#[tokio::test]
async fn links_are_whole_urls_where_the_file_says_which() {
    let gateway = Gateway::start(ZAPI).await;
    let config = "[serve]\npublic_url = \"https://pair.example.com/x\"\n\
                  frame_ancestors = [\"https://app.example.com\"]\n";
    let serving = Serving::start(gateway.pairing(&["serve"]).config(config)).await;
    let created = Request::post(
        format!("{}/api/pairings", serving.base_url),
        &json!({"instance": "zapi"}),
    );
    let created = created.bearer(ADMIN_TOKEN).send().await.json();
    let url = created["url"].as_str().unwrap();
    assert!(url.starts_with("https://pair.example.com/x/p/"), "{url}");
    let page = serving.get(created["path"].as_str().unwrap()).send().await;
    let framed_by = "frame-ancestors https://app.example.com";
    assert!(page.head.contains(framed_by), "{}", page.head);
}

#[tokio::test]
async fn who_looks_at_the_address_learns_what_this_is_and_nothing_else() {
    let gateway = Gateway::start(ZAPI).await;
    let serving = serve(&gateway).await;
    let about = serving.get("/").send().await;
    assert_eq!(about.status, 200);
    assert!(about.body.contains("pairing serve"), "{}", about.body);
    assert!(!about.body.contains("zapi"), "{}", about.body);
    for header in ["cache-control: no-store", "x-content-type-options: nosniff"] {
        assert!(about.head.contains(header), "{}", about.head);
    }
    assert_eq!(serving.get("/healthz").send().await.body, "ok");
    assert_eq!(serving.get("/nothing").send().await.status, 404);
    let closed = serving.get("/api/pairings").send().await;
    assert_eq!(closed.status, 401);
}

#[tokio::test]
async fn people_read_where_it_listens_in_their_language_and_no_token() {
    for (language, ready, stopped) in [
        ("en", "The pairing page is served on", "Stopped."),
        ("pt-BR", "A página de conexão está em", "Encerrado."),
        ("es", "La página de vinculación está en", "Detenido."),
    ] {
        let gateway = canary_gateway(ZAPI).await;
        let mut serve = gateway
            .pairing(&["serve", "--listen", "127.0.0.1:0", "--lang", language])
            .env("PAIRING_ADMIN_TOKEN", ADMIN_TOKEN)
            .start();
        let line = serve.line_with(ready).await;
        assert!(
            line.contains("http://127.0.0.1:") && line.contains("zapi"),
            "{line}"
        );
        serve.line_with("Ctrl-C").await;
        serve.signal(Signal::INT);
        let finished = serve.finish().await;
        finished.assert_code(0);
        assert!(finished.stdout.contains(stopped), "{finished}");
        assert_eq!(finished.stderr, "", "no warning on loopback");
        assert_no_secret(&finished, &[]);
    }
}

#[tokio::test]
async fn a_file_whose_secrets_everybody_can_read_is_worth_a_warning() {
    for (language, words) in [
        ("en", "Warning: "),
        ("pt-BR", "Atenção: "),
        ("es", "Atención: "),
    ] {
        let gateway = canary_gateway(ZAPI).await;
        let serve = Pairing::new(&["serve", "--lang", language]).config(&gateway.section("shop"));
        let file = serve.folder().join("pairing.toml");
        std::fs::set_permissions(file, PermissionsExt::from_mode(0o644)).unwrap();
        let serving = Serving::start(serve).await;
        serving.running.signal(Signal::TERM);
        let finished = serving.running.finish().await;
        finished.assert_code(0);
        assert_eq!(finished.stderr.lines().count(), 1, "{finished}");
        for part in [words, "pairing.toml", "chmod 600"] {
            assert!(finished.stderr.contains(part), "no {part:?} in {finished}");
        }
        assert_no_secret(&finished, &[]);
    }
}

/// Otherwise the usual limit, often 1024, would be the limit of viewers.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn as_many_files_may_be_open_as_the_system_allows() {
    let gateway = Gateway::start(ZAPI).await;
    let serving = serve(&gateway).await;
    let limits = format!("/proc/{}/limits", serving.running.id());
    let limits = std::fs::read_to_string(limits).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let numbers: Vec<_> = line.unwrap().split_whitespace().skip(3).take(2).collect();
    assert_eq!(numbers[0], numbers[1], "{limits}");
}
