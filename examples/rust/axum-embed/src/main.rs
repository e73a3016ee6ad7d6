//! A shop's own application with the pairing page inside it: one `nest`, and a handler that
//! makes a link. Run it with `cargo run -p example-axum-embed` and open what it prints. With
//! the credentials of `gateway.rs` in the environment it links a real number, without any a
//! simulated one.

mod closing;
mod gateway;

use std::process::ExitCode;
use std::{env, error::Error};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect};
use axum::{Router, routing::get, routing::post};
use gateway::Gateway;
use pairing_core::PairingOutcome;
use pairing_web::{HubInstance, NewPairing, PageLink, PairingHub};
use tokio::net::TcpListener;

/// The shop's name for its instance. It is no secret; the gateway's id of it is.
const INSTANCE: &str = "shop-1";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let closing_time = closing::time()?;
    let listen = env::var("SHOP_LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(&listen)
        .await
        .map_err(|error| format!("SHOP_LISTEN, {listen}: {error}"))?;
    let here = format!("http://{}", listener.local_addr()?);
    // Behind a proxy with TLS, people find the shop elsewhere.
    let shop = env::var("SHOP_URL").unwrap_or_else(|_| here.clone());

    // No other site may show the pairing page in a frame; the shop does, further down.
    let hub = PairingHub::builder().frame_ancestors([&shop]).build();
    let hub = hub.map_err(|error| format!("SHOP_URL, {shop}: {error}"))?;
    let gateway = Gateway::open(&format!("{here}/pair/webhooks/{INSTANCE}")).await?;
    let mut instance = HubInstance::new(gateway.provider).title("Z-API");
    if let Some(secret) = gateway.webhook_secret {
        // The gateway then says when a phone is linked, and is asked about it less often.
        instance = instance.webhook_secret(secret);
    }
    hub.add_instance(INSTANCE, instance)?;

    let app = Router::new()
        .route("/", get(async || Html(include_str!("pages/front.html"))))
        // POST: what follows a link, or prefetches it, makes no pairing.
        .route("/connect", post(connect))
        .route("/connect/here", post(connect_here))
        .with_state(hub.clone())
        // No layer around it may log paths: they hold the links' tokens.
        .nest("/pair", pairing_web::router(hub.clone()));

    println!("The shop is at {shop}/");
    if let Some(phone) = &gateway.simulated_phone {
        println!("Once it shows a code, the simulated phone scans it with");
        println!("  curl -X POST {}", phone.scan_url());
    }
    // `axum::serve` works as well. This one limits what strangers' connections may cost.
    pairing_web::serve(listener, app, async move {
        closing_time.await;
        // Ends the event streams, which the server would wait for, and all sessions: no
        // gateway is asked for anything afterwards.
        hub.shutdown().await;
    })
    .await?;
    Ok(())
}

/// The simplest way: off to the pairing page, which need not wait for another click.
async fn connect(State(hub): State<PairingHub>) -> Result<Redirect, Refusal> {
    Ok(Redirect::to(&format!("{}?start=now", path(&open(&hub)?))))
}

/// The other way: the pairing page in a frame of the shop's own page.
async fn connect_here(State(hub): State<PairingHub>) -> Result<impl IntoResponse, Refusal> {
    let page = include_str!("pages/framed.html").replace("{link}", &path(&open(&hub)?));
    // This page holds a link, so nobody may keep it.
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(page)))
}

/// Where the router is nested, and the page below it.
fn path(link: &PageLink) -> String {
    format!("/pair{}", link.path())
}

type Refusal = (StatusCode, String);

/// Makes a link. This shop lets anybody in; a real one asks first who is there, because
/// whoever has the link can link a phone. The gateway is asked for nothing until the page is
/// opened.
fn open(hub: &PairingHub) -> Result<PageLink, Refusal> {
    let link = hub
        .create(NewPairing::of(INSTANCE))
        .map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, error.to_string()))?;
    // A second click finds the same pairing, whose end is waited for already.
    if link.is_new() {
        let (hub, id) = (hub.clone(), link.id().clone());
        tokio::spawn(async move {
            // `None`: the shop closes. A real one would note the outcome in its database.
            match hub.outcome(&id).await {
                Some(PairingOutcome::Connected { phone: Some(phone) }) => {
                    println!("{INSTANCE} is linked with {phone}");
                }
                Some(outcome) => println!("{INSTANCE}: {}", outcome.as_str()),
                None => {}
            }
        });
    }
    Ok(link)
}
