//! `pairing demo`: all simulated gateways, one after the other, without an account.

use std::collections::BTreeSet;

use pairing_core::PairingPolicy;
use pairing_providers::dialect;
use serde_json::Value;

use crate::support::{
    Finished, LARGE, Pairing, Theme, another, dialects, events_under, has_phone_codes, json,
    policy_with, read_screen,
};

/// The events of each provider, in the order of their turns.
fn by_provider(finished: &Finished) -> Vec<(String, Vec<Value>)> {
    let mut sessions: Vec<(String, String)> = Vec::new();
    for line in finished.stdout.lines() {
        let mut event = json(line);
        let Some(Value::String(provider)) = event.as_object_mut().unwrap().remove("provider")
        else {
            panic!("no provider in {line}");
        };
        if sessions.last().is_none_or(|(last, _)| *last != provider) {
            sessions.push((provider, String::new()));
        }
        let (_, lines) = sessions.last_mut().unwrap();
        lines.push_str(&format!("{event}\n"));
    }
    sessions
        .into_iter()
        .map(|(provider, lines)| {
            let events = events_under(&policy(&provider), &lines);
            (provider, events)
        })
        .collect()
}

/// What the provider recommends.
fn policy(provider: &str) -> PairingPolicy {
    policy_with(dialect(provider).unwrap(), &[])
}

fn count(events: &[Value], name: &str) -> usize {
    events.iter().filter(|event| event["event"] == name).count()
}

fn distinct_codes(events: &[Value]) -> usize {
    let ready = events.iter().filter(|event| event["event"] == "code_ready");
    let codes: BTreeSet<_> = ready.map(|event| event["code"].to_string()).collect();
    codes.len()
}

#[tokio::test]
async fn by_default_all_gateways_link_with_the_code_after_the_first() {
    let finished = Pairing::new(&["demo", "--output", "json"]).run().await;
    finished.assert_code(0);
    let sessions = by_provider(&finished);
    let providers: Vec<_> = sessions.iter().map(|(provider, _)| provider).collect();
    let known: Vec<_> = dialects().iter().map(|dialect| dialect.name()).collect();
    assert_eq!(providers, known.iter().collect::<Vec<_>>());
    let mut codes = 0;
    for (provider, events) in &sessions {
        let outcome = events.last().unwrap();
        assert_eq!(outcome["outcome"], "connected", "{provider}");
        let of_this = distinct_codes(events);
        if !pairing_providers::dialect(provider).unwrap().is_immediate() {
            // The gateway's first code may have gone by while it was starting.
            assert!((1..=2).contains(&of_this), "{provider}: {of_this}");
            continue;
        }
        assert_eq!(count(events, "code_expired"), 1, "{provider}");
        // The first is asked for twice, to learn when the gateway changes it.
        assert_eq!(of_this, 2, "{provider}");
        codes += of_this;
    }
    // Their codes live 20 s. Over within 20 s: by what is waited for, whatever the machine.
    let help = Pairing::new(&["demo", "--help"]).run().await.stdout;
    assert!(
        help.contains("[default: 5, with --web 2]"),
        "another speed: {help}"
    );
    assert!(codes * 20 / 5 < 20, "{codes} codes");
}

#[tokio::test]
async fn people_read_what_is_simulated_and_how_it_ended() {
    let finished = Pairing::new(&["demo", "--speed", "20"]).run().await;
    finished.assert_code(0);
    assert_eq!(finished.stderr, "");
    for words in [
        "without an account",
        "20 times as fast",
        "pairing link --help",
    ] {
        assert!(finished.stdout.contains(words), "no {words:?}: {finished}");
    }
    for adapter in pairing_providers::providers() {
        let title = format!("{}, simulated", adapter.title);
        assert!(finished.stdout.contains(&title), "no {title}: {finished}");
    }
    let linked = finished.stdout.matches("Connected").count();
    assert_eq!(linked, dialects().len(), "{finished}");
}

#[tokio::test]
async fn one_gateway_and_a_phone_code_can_be_chosen() {
    let able = dialects().iter().filter(|it| has_phone_codes(**it));
    for provider in able.map(|dialect| dialect.name()) {
        let demo = [
            "demo",
            "--provider",
            provider,
            "--method",
            "phone",
            "--output",
            "json",
        ];
        let finished = Pairing::new(&demo).arg("--speed").arg("20").run().await;
        finished.assert_code(0);
        let sessions = by_provider(&finished);
        let [(name, events)] = &sessions[..] else {
            panic!("{finished}");
        };
        assert_eq!(name, provider);
        // A gateway that renews its codes may do so before a busy machine has typed one.
        let adapter = pairing_providers::provider(provider).unwrap();
        let codes = count(events, "code_ready");
        let renews = adapter.capabilities.renews_phone_codes;
        assert!(codes == 1 || renews && codes > 1, "{provider}: {codes}");
        let ready = events.iter().find(|event| event["event"] == "code_ready");
        assert_eq!(ready.unwrap()["code"]["kind"], "phone_code");
        assert_eq!(events.last().unwrap()["outcome"], "connected");
    }
}

#[tokio::test]
async fn without_a_scan_the_user_is_waited_for() {
    let never = ["demo", "--never-scan", "--speed", "20"];
    let finished = Pairing::new(&never).arg("--output").arg("json").run().await;
    finished.assert_code(3);
    for (provider, events) in by_provider(&finished) {
        let codes = policy(&provider).codes_per_round as usize;
        assert_eq!(count(&events, "code_ready"), codes, "{provider}");
        assert_eq!(count(&events, "interaction_required"), 1, "{provider}");
    }
    let finished = Pairing::new(&never)
        .arg("--provider")
        .arg("zapi")
        .run()
        .await;
    finished.assert_code(3);
    assert!(
        finished.stderr.contains("Nobody used the codes"),
        "{finished}"
    );
}

#[tokio::test]
async fn on_a_terminal_it_draws_and_leaves_nothing_behind() {
    let demo = ["demo", "--provider", another().name(), "--speed", "10"];
    let mut terminal = Pairing::new(&demo).start_in(LARGE);
    let text = terminal
        .see("a QR code", |screen| {
            read_screen(screen, Theme::LightOnDark)
        })
        .await;
    let left = terminal.finish().await;
    assert_eq!(left.code, Some(0), "{}", left.text);
    assert!(left.text.contains("Connected"), "{}", left.text);
    left.assert_no_code(&[&text]);
}

#[tokio::test]
async fn ctrl_c_ends_all_of_it() {
    let mut terminal = Pairing::new(&["demo"]).start_in(LARGE);
    terminal.see_words("code 1 of 3").await;
    terminal.press("\x03").await;
    let left = terminal.finish().await;
    assert_eq!(left.code, Some(130), "{}", left.text);
    let others = pairing_providers::providers().iter().skip(1);
    for title in others.map(|adapter| adapter.title) {
        assert!(!left.text.contains(title), "{}", left.text);
    }
    left.assert_no_code(&[]);
}
