//! The help page: what is simulated here, with lines to copy.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::answer::{HTML, TEXT};
use crate::{Dialect, Fault, Instance, Simulator};

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
    let mut text = String::from(include_str!("help.txt"));
    text.push_str("\nTHE FAULTS\n\n");
    for fault in Fault::all() {
        let only = match Dialect::ALL.map(|dialect| fault.fits(dialect)) {
            [true, true] => "",
            [true, false] => " [zapi]",
            _ => " [megaapi]",
        };
        let (name, description) = (fault.name(), fault.description());
        let _ = writeln!(text, "  {name:<28} {description}{only}");
    }
    let _ = writeln!(text, "\nTHE INSTANCES (base URL of both gateways: {base})");
    let instances = simulator.instances();
    if instances.is_empty() {
        text.push_str("\n  None yet. Add one:\n\n");
        let _ = writeln!(
            text,
            "  curl -d '{{\"dialect\":\"zapi\"}}' {base}/_sim/instances"
        );
    }
    for instance in &instances {
        describe(&mut text, instance, base);
    }
    text
}

fn describe(text: &mut String, instance: &Instance, base: &str) {
    let (id, token) = (instance.id(), instance.token());
    let linked = instance
        .linked_phone()
        .map_or("not linked".into(), |phone| format!("linked to {phone}"));
    let _ = writeln!(text, "\n  {} {id}", instance.dialect());
    let _ = writeln!(text, "    token         {token}");
    if let Some(client_token) = instance.client_token() {
        let _ = writeln!(text, "    client token  {client_token}");
    }
    let _ = writeln!(text, "    phone         {}", instance.phone());
    let _ = writeln!(text, "    state         {linked}\n");
    let _ = match (instance.dialect(), instance.client_token()) {
        (Dialect::ZApi, None) => {
            writeln!(text, "  curl {base}/instances/{id}/token/{token}/qr-code")
        }
        (Dialect::ZApi, Some(client_token)) => writeln!(
            text,
            "  curl -H 'Client-Token: {client_token}' {base}/instances/{id}/token/{token}/qr-code"
        ),
        (Dialect::MegaApi, _) => writeln!(
            text,
            "  curl -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \
             {base}/rest/instance/qrcode_base64/{id}"
        ),
    };
    let _ = writeln!(text, "  curl -X POST {base}/_sim/instances/{id}/scan");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
