//! The help page: what is simulated here, with lines to copy.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::response::{HTML, TEXT};
use crate::{Instance, Simulator, all_faults};

/// Plain text for a terminal, the same text in HTML for a browser.
pub(super) async fn page(State(simulator): State<Simulator>, headers: HeaderMap) -> Response {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = value(header::HOST).unwrap_or("localhost");
    let text = text(&simulator, &format!("http://{host}"));
    let wants_html = value(header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
    if wants_html {
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <title>pairing simulator</title></head><body><pre>{}</pre></body></html>\n",
            escape(&text)
        );
        ([(header::CONTENT_TYPE, HTML)], page).into_response()
    } else {
        ([(header::CONTENT_TYPE, TEXT)], text).into_response()
    }
}

fn text(simulator: &Simulator, base: &str) -> String {
    let dialects = simulator.dialects();
    let names: Vec<&str> = dialects.iter().map(|dialect| dialect.name()).collect();
    let mut text = String::from(include_str!("intro.txt"));
    for dialect in &dialects {
        let _ = writeln!(text, "\n{}", dialect.help().trim_end());
    }
    let control = include_str!("help.txt");
    text.push_str(&control.replace("{dialects}", &names.join(", ")));
    text.push_str("\nTHE FAULTS\n\n");
    for fault in all_faults(&simulator.dialects()) {
        let having: Vec<&str> = dialects
            .iter()
            .filter(|dialect| fault.fits(**dialect))
            .map(|dialect| dialect.name())
            .collect();
        let only = match having.len() == dialects.len() {
            true => String::new(),
            false => format!(" [{}]", having.join(", ")),
        };
        let (name, description) = (fault.name(), fault.description());
        let _ = writeln!(text, "  {name:<28} {description}{only}");
    }
    let _ = writeln!(text, "\nTHE INSTANCES (base URL of all gateways: {base})");
    let instances = simulator.instances();
    if let (true, [name, ..]) = (instances.is_empty(), &*names) {
        text.push_str("\n  None yet. Add one:\n\n");
        let _ = writeln!(
            text,
            "  curl -d '{{\"dialect\":\"{name}\"}}' {base}/_sim/instances"
        );
    }
    for instance in &instances {
        describe(&mut text, instance, base);
    }
    text
}

fn describe(text: &mut String, instance: &Instance, base: &str) {
    let (id, dialect) = (instance.id(), instance.dialect());
    let linked = instance
        .linked_phone()
        .map_or("not linked".into(), |phone| format!("linked to {phone}"));
    let _ = writeln!(text, "\n  {dialect} {id}");
    for (name, value) in instance.settings() {
        let _ = writeln!(text, "    {name:<13} {value}");
    }
    let _ = writeln!(text, "    phone         {}", instance.phone());
    let _ = writeln!(text, "    state         {linked}\n");
    let _ = writeln!(text, "  {}", dialect.example(instance, base));
    let _ = writeln!(text, "  curl -X POST {base}/_sim/instances/{id}/scan");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
