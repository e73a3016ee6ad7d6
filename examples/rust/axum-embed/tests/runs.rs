//! The shop as its reader would run it: without an account, and with a browser that knows
//! nothing but HTTP/1.0.

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// Nothing here takes a second. It ends a test that would never end.
const HANG: Duration = Duration::from_secs(60);

struct Shop {
    process: Child,
    output: Lines<BufReader<ChildStdout>>,
    /// `http://127.0.0.1:PORT`
    url: String,
    scan_url: String,
}

impl Shop {
    async fn open() -> Self {
        let mut process = command().stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut shop = Self {
            process,
            output,
            url: String::new(),
            scan_url: String::new(),
        };
        let line = shop.line().await;
        let url = line.strip_prefix("The shop is at ").unwrap();
        shop.url = url.trim_end_matches('/').to_owned();
        shop.line().await;
        let line = shop.line().await;
        shop.scan_url = line
            .trim()
            .strip_prefix("curl -X POST ")
            .unwrap()
            .to_owned();
        shop
    }

    /// What it prints next.
    async fn line(&mut self) -> String {
        let line = timeout(HANG, self.output.next_line()).await.unwrap();
        line.unwrap().expect("the shop has closed")
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> String {
        send(method, &format!("{}{path}", self.url), body).await
    }
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_example-axum-embed"));
    command
        .env_clear()
        .env("SHOP_LISTEN", "127.0.0.1:0")
        .kill_on_drop(true);
    command
}

/// Sends a request, and leaves the answer to be read.
async fn ask(method: &str, url: &str, body: &str) -> BufReader<TcpStream> {
    let address = url.strip_prefix("http://").unwrap();
    let (host, path) = address.split_at(address.find('/').unwrap());
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    BufReader::new(stream)
}

/// The whole answer, status line and headers included.
async fn send(method: &str, url: &str, body: &str) -> String {
    let mut stream = ask(method, url, body).await;
    let mut answer = String::new();
    let read = timeout(HANG, stream.read_to_string(&mut answer)).await;
    read.unwrap().unwrap();
    answer
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap()
}

/// What stands between the two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{text}"));
    rest.split_once(after).unwrap().0
}

#[tokio::test]
async fn a_click_leads_to_the_page_and_a_scan_to_the_outcome() {
    let mut shop = Shop::open().await;
    let front = shop.send("GET", "/", "").await;
    assert!(front.contains("action=\"/connect\""), "{front}");

    let redirect = shop.send("POST", "/connect", "").await;
    assert_eq!(status(&redirect), "303", "{redirect}");
    let page = between(&redirect, "location: ", "?start=now\r\n").to_owned();
    assert_eq!(status(&shop.send("GET", &page, "").await), "200");

    let mut events = ask("GET", &format!("{}{page}/events", shop.url), "").await;
    let start = shop
        .send("POST", &format!("{page}/start"), r#"{"method":"qr"}"#)
        .await;
    assert_eq!(status(&start), "204", "{start}");
    let mut line = String::new();
    while !line.contains("\"drawing\"") {
        line.clear();
        let read = timeout(HANG, events.read_line(&mut line)).await.unwrap();
        assert!(read.unwrap() > 0, "the stream ended before a code came");
    }

    let scan = send("POST", &shop.scan_url, "").await;
    assert!(status(&scan).starts_with('2'), "{scan}");
    let printed = shop.line().await;
    assert!(
        printed.starts_with("shop-1 is linked with +55"),
        "{printed}"
    );

    // By a webhook, which the gateway has sent before anybody asked.
    let webhooks = shop.scan_url.replace("/scan", "/webhook");
    let webhooks = send("GET", &webhooks, "").await;
    assert!(webhooks.contains("ConnectedCallback"), "{webhooks}");
}

#[tokio::test]
async fn the_page_in_a_frame_is_the_same_pairing_and_the_shop_may_show_it() {
    let shop = Shop::open().await;
    let framing = shop.send("POST", "/connect/here", "").await;
    assert!(framing.contains("cache-control: no-store"), "{framing}");
    let framed = between(&framing, "src=\"", "\"");
    let page = shop.send("GET", framed, "").await;
    let allowed = format!("frame-ancestors {}\r\n", shop.url);
    assert!(page.contains(&allowed), "{page}");
    assert!(!page.contains("x-frame-options"), "{page}");

    let redirect = shop.send("POST", "/connect", "").await;
    let other = between(&redirect, "location: ", "?start=now\r\n");
    assert_ne!(other, framed, "two links are two tokens");
    let start = shop
        .send("POST", &format!("{other}/start"), r#"{"method":"qr"}"#)
        .await;
    assert_eq!(status(&start), "204", "{start}");
    let mut events = ask("GET", &format!("{}{framed}/events", shop.url), "").await;
    let mut text = String::new();
    while !text.contains(r#""state":"running""#) {
        let read = timeout(HANG, events.read_line(&mut text)).await.unwrap();
        assert!(read.unwrap() > 0, "{text}");
    }
}

#[tokio::test]
async fn it_closes_on_a_signal_although_a_page_is_open() {
    let mut shop = Shop::open().await;
    let redirect = shop.send("POST", "/connect", "").await;
    let page = between(&redirect, "location: ", "?start=now\r\n");
    let mut events = ask("GET", &format!("{}{page}/events", shop.url), "").await;
    let mut line = String::new();
    timeout(HANG, events.read_line(&mut line))
        .await
        .unwrap()
        .unwrap();

    let pid = shop
        .process
        .id()
        .and_then(|id| Pid::from_raw(id.cast_signed()));
    kill_process(pid.unwrap(), Signal::TERM).unwrap();
    let mut rest = String::new();
    let read = timeout(HANG, events.read_to_string(&mut rest)).await;
    read.unwrap().unwrap();
    assert!(rest.contains("event: closing"), "{rest}");
    let ended = timeout(HANG, shop.process.wait()).await.unwrap().unwrap();
    assert!(ended.success(), "{ended}");
}

#[tokio::test]
async fn half_of_the_credentials_is_a_mistake_and_not_a_simulator() {
    let output = command()
        .env("PAIRING_ZAPI_INSTANCE", "canary-instance")
        .output()
        .await
        .unwrap();
    assert!(!output.status.success());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("PAIRING_ZAPI_TOKEN"), "{errors}");
    assert!(!errors.contains("canary"), "{errors}");
}

#[tokio::test]
async fn a_setting_that_does_not_fit_is_named_in_a_sentence() {
    for (name, value, what) in [
        ("SHOP_URL", "shop.example.com", "must be an origin"),
        ("SHOP_LISTEN", "nowhere", "invalid socket address"),
    ] {
        let output = command().env(name, value).output().await.unwrap();
        assert!(!output.status.success());
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(
            errors.starts_with(&format!("error: {name}, {value}: ")) && errors.contains(what),
            "{errors}"
        );
    }
}
