//! `pairing demo --web`: pages that a browser can open, and a phone that uses their codes.

use pairing_providers::dialect;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{Page, Pairing, Running, another, dialects, has_phone_codes, json as parsed};

fn demo(arguments: &[&str]) -> Running {
    Pairing::new(&["demo", "--web", "--speed", "20", "--output", "json"])
        .arg_all(arguments)
        .start()
}

/// The next link of a provider; other lines are left out.
async fn next_link(demo: &mut Running, provider: &str) -> Page {
    loop {
        let line = next_line(demo, provider).await;
        if let Some(url) = line["url"].as_str() {
            return Page {
                url: url.to_owned(),
            };
        }
    }
}

async fn next_line(demo: &mut Running, provider: &str) -> Value {
    loop {
        let line = parsed(&demo.line().await.expect("the demo goes on"));
        if line["provider"] == provider {
            return line;
        }
    }
}

async fn stop(demo: Running) {
    demo.signal(Signal::INT);
    let finished = demo.finish().await;
    finished.assert_code(130);
    assert_eq!(finished.stderr, "");
}

#[tokio::test]
async fn each_gateway_has_a_link_that_shows_a_page_and_ends_linked_and_then_a_fresh_one() {
    let mut demo = demo(&[]);
    let mut pages = Vec::new();
    for provider in dialects().iter().map(|dialect| dialect.name()) {
        pages.push((provider, next_link(&mut demo, provider).await));
    }
    for (provider, first) in pages {
        let mut page = first;
        // The second time is as the first: the phone was unlinked.
        for _ in 0..2 {
            let shown = page.open().await;
            assert_eq!(shown.status, 200);
            assert!(shown.head.contains("text/html"), "{}", shown.head);
            let mut events = page.events().await;
            page.post("start", &json!({"method": "qr"})).await;
            // A view that is replaced before it is sent is left out, so the codes before the last
            // are known by their number alone.
            let finished = events.screen("finished").await;
            assert_eq!(finished["screen"]["outcome"], "connected", "{provider}");
            // The phone misses the first code. That of a gateway that starts may have gone by.
            let starts = !dialect(provider).unwrap().is_immediate();
            let least = if starts { 1 } else { 2 };
            assert!(finished["attempt"].as_u64() >= Some(least), "{finished}");
            assert_eq!(next_line(&mut demo, provider).await["outcome"], "connected");
            page = next_link(&mut demo, provider).await;
        }
    }
    stop(demo).await;
}

#[tokio::test]
async fn whatever_number_is_entered_its_phone_types_the_code() {
    let able = dialects().iter().filter(|it| has_phone_codes(**it));
    for provider in able.map(|dialect| dialect.name()) {
        let mut demo = demo(&["--provider", provider]);
        let page = next_link(&mut demo, provider).await;
        let mut events = page.events().await;
        let wish = json!({"method": "phone_code", "phone": "+55 21 98888-7777"});
        page.post("start", &wish).await;
        let finished = events.screen("finished").await;
        assert_eq!(finished["screen"]["outcome"], "connected");
        assert_eq!(finished["method"], "phone_code");
        assert!(finished["attempt"].as_u64() >= Some(1), "{finished}");
        if let Some(phone) = finished["screen"]["phone"].as_str() {
            assert_eq!(phone, "+5521988887777");
        }
        stop(demo).await;
    }
}

#[tokio::test]
async fn without_a_scan_the_page_waits_for_a_click_that_brings_more() {
    let mut demo = demo(&["--never-scan", "--provider", "zapi"]);
    let page = next_link(&mut demo, "zapi").await;
    let mut events = page.events().await;
    page.post("start", &json!({"method": "qr"})).await;
    let asking = events.screen("waiting_for_user").await;
    assert_eq!(
        (&asking["round"], &asking["attempt"]),
        (&1.into(), &3.into())
    );
    page.post("resume", &json!({})).await;
    assert_eq!(events.screen("code").await["round"], 2);
    stop(demo).await;
}

#[tokio::test]
async fn people_read_what_to_open_and_what_to_expect_in_their_language() {
    for (language, words) in [
        ("en", "Open a link in a browser"),
        ("pt-BR", "Abra um link no navegador"),
        ("es", "Abre un enlace en el navegador"),
    ] {
        let mut demo = Pairing::new(&["demo", "--web", "--lang", language]).start();
        demo.line_with(words).await;
        for provider in pairing_providers::providers().iter().map(|it| it.title) {
            let line = demo.line_with(provider).await;
            let url = line.split(' ').next_back().unwrap();
            assert!(url.ends_with(&format!("?lang={language}")), "{line}");
            let page = Page {
                url: url.to_owned(),
            };
            let shown = page.open().await;
            assert_eq!(shown.status, 200);
            assert!(shown.body.contains(&format!("lang=\"{language}\"")));
        }
        stop(demo).await;
    }
}

#[tokio::test]
async fn an_output_without_a_reader_ends_it() {
    let mut demo = demo(&[]);
    next_link(&mut demo, another().name()).await;
    demo.stop_reading();
    demo.finish().await.assert_code(130);
}
