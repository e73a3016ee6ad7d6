//! `pairing sim`: what it prints is enough to link, and it serves until it is told to stop.

use std::collections::BTreeMap;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{NOTICES_AT_ONCE, Pairing, Running, events, immediate_dialects, json};

/// What is printed above `pairing link --provider …`.
#[derive(Default)]
struct Printed {
    phone: String,
    exports: Vec<(String, String)>,
}

impl Printed {
    /// The value of the first variable with this in its name.
    fn value(&self, part: &str) -> &str {
        let found = self.exports.iter().find(|(name, _)| name.contains(part));
        &found.unwrap_or_else(|| panic!("no {part} is printed")).1
    }
}

async fn read_printed(sim: &mut Running) -> BTreeMap<String, Printed> {
    let mut gateways = BTreeMap::new();
    let mut printed = Printed::default();
    while gateways.len() < 2 {
        let line = sim.line().await.expect("each gateway has a line");
        if let Some(export) = line.strip_prefix("export ") {
            let (name, value) = export.split_once('=').unwrap();
            printed.exports.push((name.to_owned(), value.to_owned()));
        } else if let Some((_, phone)) = line.split_once(". Number: ") {
            printed.phone = phone.to_owned();
        } else if let Some(provider) = line.strip_prefix("pairing link --provider ") {
            gateways.insert(provider.to_owned(), std::mem::take(&mut printed));
        }
    }
    gateways
}

/// Has the simulated phone do something, over the control surface.
async fn control(base_url: &str, path: &str) {
    let address = base_url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /_sim/{path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn the_printed_lines_are_all_it_takes_to_link() {
    let mut sim = Pairing::new(&["sim", "--port", "0"]).start();
    let gateways = read_printed(&mut sim).await;
    let mut known: Vec<_> = immediate_dialects()
        .iter()
        .map(|dialect| dialect.name())
        .collect();
    known.sort_unstable();
    assert_eq!(gateways.keys().collect::<Vec<_>>(), known);
    for (provider, printed) in &gateways {
        let base_url = printed.value("BASE_URL");
        let instance = format!("instances/{}", printed.value("INSTANCE"));
        for action in ["scan", "type"] {
            let mut pairing = Pairing::new(&["link", "--provider", provider, "--output", "json"])
                .policy(NOTICES_AT_ONCE);
            for (name, value) in &printed.exports {
                pairing = pairing.env(name, value);
            }
            if action == "type" {
                pairing = pairing.arg("--phone").arg(&printed.phone);
            }
            let mut link = pairing.start();
            link.event("code_ready").await;
            control(base_url, &format!("{instance}/{action}")).await;
            let finished = link.finish().await;
            finished.assert_code(0);
            assert_eq!(
                events(&finished.stdout).last().unwrap()["outcome"],
                "connected"
            );
            control(base_url, &format!("{instance}/unlink")).await;
        }
    }
    sim.signal(Signal::INT);
    let finished = sim.finish().await;
    finished.assert_code(130);
    assert!(finished.stdout.contains("/_sim/"), "{finished}");
}

#[tokio::test]
async fn programs_get_the_same_in_one_line() {
    let mut sim = Pairing::new(&["sim", "--port", "0", "--output", "json"]).start();
    let ready = json(&sim.line().await.unwrap());
    let base_url = ready["base_url"].as_str().unwrap();
    assert_eq!(ready["control_url"], format!("{base_url}/_sim/"));
    for instance in ready["instances"].as_array().unwrap() {
        let provider = instance["provider"].as_str().unwrap();
        let mut status = Pairing::new(&["status", "--provider", provider]);
        for (name, value) in instance["environment"].as_object().unwrap() {
            status = status.env(name, value.as_str().unwrap());
        }
        status.run().await.assert_code(0);
    }
    sim.stop_reading();
    sim.finish().await.assert_code(130);
}

#[tokio::test]
async fn a_port_that_is_taken_is_a_clear_error() {
    let mut sim = Pairing::new(&["sim", "--port", "0", "--output", "json"]).start();
    let ready = json(&sim.line().await.unwrap());
    let port = ready["base_url"]
        .as_str()
        .unwrap()
        .rsplit(':')
        .next()
        .unwrap();
    let second = Pairing::new(&["sim", "--port", port]).run().await;
    second.assert_code(2);
    assert!(second.stderr.contains("--port 0"), "{second}");
    sim.signal(Signal::TERM);
    sim.finish().await.assert_code(130);
}
