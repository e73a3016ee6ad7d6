//! What `pairing serve` does not start with: exit code 2, a message that says what to do and
//! shows no secret, and no request.

use pairing_sim::Dialect;
use rustix::process::Signal;

use crate::support::{ADMIN_TOKEN, Gateway, Pairing, Serving, binary, object};

/// Looks like a credential somebody put in the wrong place.
const SECRET: &str = "hunter2-5f1d0c";

async fn refused(pairing: Pairing, names: &[&str]) {
    let finished = pairing.arg_all(&["--listen", "127.0.0.1:0"]).run().await;
    finished.assert_code(2);
    assert_eq!(finished.stdout, "", "{finished}");
    for name in names {
        assert!(finished.stderr.contains(name), "no {name:?} in {finished}");
    }
    for secret in [SECRET, ADMIN_TOKEN, "CANARY"] {
        assert!(!finished.stderr.contains(secret), "{finished}");
    }
}

fn with_token(config: &str) -> Pairing {
    Pairing::new(&["serve"])
        .config(config)
        .env("PAIRING_ADMIN_TOKEN", ADMIN_TOKEN)
}

#[tokio::test]
async fn without_an_admin_token_worth_the_name_it_does_not_start() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let names = ["PAIRING_ADMIN_TOKEN", "[serve]", "openssl rand"];
    refused(gateway.pairing(&["serve"]), &names).await;
    for token in [
        "",
        SECRET,
        "hunter2-5f1d0c and spaces",
        "change-me-change-me",
    ] {
        let variable = gateway
            .pairing(&["serve"])
            .env("PAIRING_ADMIN_TOKEN", token);
        refused(variable, &names).await;
        let file = format!("[serve]\nadmin_token = \"{token}\"");
        refused(gateway.pairing(&["serve"]).config(&file), &["admin_token"]).await;
    }
    assert_eq!(gateway.instance.calls().total, 0);
}

/// A single file that is mounted cannot be replaced, as in a container.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_state_file_that_is_mounted_by_itself_is_refused() {
    use tokio::process::Command;

    let unshare = || {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "--mount"]);
        unshare
    };
    // Some systems and containers let no process have mounts of its own; there the crate's own
    // test of the error is all.
    let allowed = unshare().args(["mount", "--bind", "/tmp", "/tmp"]).output();
    if !allowed.await.is_ok_and(|output| output.status.success()) {
        return;
    }
    let gateway = Gateway::start(Dialect::ZApi).await;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("links");
    std::fs::write(&state, "").unwrap();
    let config = folder.path().join("pairing.toml");
    let shown = state.display();
    let section = gateway.section("shop");
    std::fs::write(
        &config,
        format!("{section}[serve]\nstate_file = '{shown}'\n"),
    )
    .unwrap();
    let refused = unshare()
        .args(["sh", "-c"])
        .arg("mount --bind \"$1\" \"$1\" && exec \"$2\" serve --listen 127.0.0.1:0 --config \"$3\"")
        .arg("sh")
        .args([&state, &binary(), &config])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("PAIRING_ADMIN_TOKEN", ADMIN_TOKEN)
        .output();
    let refused = refused.await.unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("mounted by itself"), "{said}");
    assert!(said.contains("mount its folder"), "{said}");
}

#[tokio::test]
async fn without_a_gateway_it_says_which_there_are() {
    refused(with_token(""), &["--provider", "zapi", "megaapi"]).await;
}

#[tokio::test]
async fn what_is_for_one_gateway_does_not_mix_with_instances() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let config = gateway.section("shop");
    let provider = with_token(&config).arg_all(&["--provider", "zapi"]);
    refused(provider, &["--provider", "[instances]"]).await;
    let address = with_token(&config).arg_all(&["--base-url", "https://example.com"]);
    refused(address, &["--base-url", "[instances]"]).await;
    // What the file lacks does not come from somewhere else.
    let incomplete = "[instances.shop]\nprovider = \"zapi\"\ninstance = \"3C\"";
    let variable = with_token(incomplete).env("PAIRING_ZAPI_TOKEN", SECRET);
    refused(
        variable,
        &["line 1", "[instances.shop]", "token is missing"],
    )
    .await;
}

#[tokio::test]
async fn sections_that_cannot_be_used_name_the_place_and_no_value() {
    let gateway = Gateway::start(Dialect::MegaApi).await;
    let shop = gateway.section("shop");
    let with = |line: &str| format!("{shop}{line}\n");
    for (config, names) in [
        (
            with("webhook_secret = \"hunter2-5f1d0c\""),
            &["[instances.shop]", "openssl"][..],
        ),
        (
            with("webhook_secret = \"hunter2-5f1d0c/hunter2\""),
            &["webhook secret"],
        ),
        (
            with(&format!("webhook_secret = \"{ADMIN_TOKEN}\"")),
            &["admin token"],
        ),
        (
            with("webhook_secret = \"xxxxxxxxxxxxxxxxxxxx\""),
            &["placeholder"],
        ),
        (
            with("expect_phone = \"hunter2-5f1d0c\""),
            &["expect_phone", "country code"],
        ),
        (
            with("policy.refresh_min = \"1h\""),
            &["[instances.shop]", "refresh_min"],
        ),
        (with("qr_form = \"text\""), &["qr_form", "unknown key"]),
        (
            shop.replace("http:", "ftp:"),
            &["[instances.shop]", "base_url", "https"],
        ),
        (
            shop.replace("shop]", "\"hunter2-5f1d0c 1\"]"),
            &["name of an instance"],
        ),
        (
            shop.replace("megaapi\"", "megaapi\"\nfollow_ups = 7"),
            &["follow_ups", "true or false"],
        ),
        (
            with("[serve]\npublic_url = \"hunter2-5f1d0c\""),
            &["[serve] public_url"],
        ),
        (
            with("[serve]\nframe_ancestors = [\"*\"]"),
            &["[serve] frame_ancestors", "origin"],
        ),
        (
            with("[serve]\ntrusted_proxies = [\"hunter2-5f1d0c\"]"),
            &["[serve] trusted_proxies", "10.0.0.0/8"],
        ),
        (
            with("[serve]\nclient_address_header = \"hunter2 5f1d0c\""),
            &["[serve] client_address_header", "X-Forwarded-For"],
        ),
        (
            with("[serve]\nlink_lifetime = \"0s\""),
            &["[serve] link_lifetime"],
        ),
        (
            with("[serve]\nstate_file = \".\""),
            &["[serve] state_file: .: ", "regular file"],
        ),
        (
            with("[serve]\nstate_file = \"\""),
            &["[serve] state_file: the state file", "regular file"],
        ),
        (
            with("[serve]\nstate_file = \"/dev/zero\""),
            &["[serve] state_file: /dev/zero: ", "regular file"],
        ),
        (
            with("[serve]\nstate_file = \"none/links\""),
            &["[serve] state_file: none/links ", "no such", "folder"],
        ),
        (
            with("[serve]\nstate_file = \"pairing.toml\""),
            &["[serve] state_file: pairing.toml: ", "another file"],
        ),
    ] {
        refused(with_token(&config), names).await;
    }
    assert_eq!(gateway.instance.calls().total, 0);
}

#[tokio::test]
async fn a_port_that_is_taken_is_a_clear_error() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let serving = Serving::start(gateway.pairing(&["serve"])).await;
    let address = serving.base_url.strip_prefix("http://").unwrap();
    let second = gateway
        .pairing(&["serve", "--listen", address])
        .env("PAIRING_ADMIN_TOKEN", ADMIN_TOKEN)
        .run()
        .await;
    second.assert_code(2);
    assert!(second.stderr.contains("--listen"), "{second}");
}

#[tokio::test]
async fn a_state_file_that_another_server_uses_is_a_clear_error() {
    let gateway = Gateway::start(Dialect::ZApi).await;
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "[serve]\nstate_file = '{}'\n",
        folder.path().join("links").display()
    );
    let serve = || gateway.pairing(&["serve"]).config(&config);
    let serving = Serving::start(serve()).await;
    refused(
        serve().env("PAIRING_ADMIN_TOKEN", ADMIN_TOKEN),
        &["[serve] state_file: ", "in use by another process"],
    )
    .await;
    // A process that is killed leaves no lock behind that counts.
    serving.running.signal(Signal::KILL);
    serving.running.finish().await;
    Serving::start(serve()).await;
}

#[tokio::test]
async fn a_pipe_for_a_state_file_is_refused_and_not_waited_for() {
    let serve =
        with_token("[serve]\nstate_file = \"pipe\"\n[zapi]\ninstance = \"3C\"\ntoken = \"T1\"")
            .arg_all(&["--provider", "zapi"]);
    let pipe = serve.folder().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(pipe).status();
    assert!(made.unwrap().success());
    refused(serve, &["[serve] state_file: pipe: ", "regular file"]).await;
}

#[tokio::test]
async fn programs_read_the_refusal_as_json_too() {
    let finished = Pairing::new(&["serve", "--provider", "zapi", "--output", "json"])
        .run()
        .await;
    finished.assert_code(2);
    let error = &object(&finished.stdout)["error"];
    assert_eq!(error["kind"], "invalid_configuration");
    assert!(finished.stderr.contains(error["message"].as_str().unwrap()));
}
