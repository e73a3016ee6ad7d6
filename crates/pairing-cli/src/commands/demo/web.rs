//! `pairing demo --web`: the pairing page in front of the simulated gateways, until Ctrl-C.

use std::convert::Infallible;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::sync::Arc;

use pairing_core::PairingOutcome;
use pairing_providers::Adapter;
use pairing_sim::{Instance, Server};
use pairing_web::{HubInstance, NewPairing, PageLink, PairingHub};
use serde::Serialize;
use tokio::task::JoinSet;

use super::phone::Phone;
use crate::args::DemoArgs;
use crate::commands::http_server;
use crate::commands::simulated::Simulated;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::provider;
use crate::texts::{Texts, fill};
use crate::view::write_json;

#[derive(Serialize)]
struct LinkLine<'a> {
    provider: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct EndLine<'a> {
    provider: &'a str,
    #[serde(flatten)]
    outcome: &'a PairingOutcome,
}

pub(super) async fn run(
    mut context: Context,
    arguments: DemoArgs,
    simulator: Server,
    gateways: Vec<Simulated>,
) -> Result<Exit, Failure> {
    let address = (Ipv4Addr::LOCALHOST, arguments.port).into();
    let (listener, address) = http_server::listen(address, "--port")?;
    let base_url = format!("http://{address}");
    let hub = PairingHub::builder().public_url(&base_url).build();
    let hub = hub.map_err(|error| Failure::configuration(error.to_string()))?;
    introduce(&context, &arguments)?;
    let stage = Arc::new(Stage {
        hub: hub.clone(),
        texts: context.texts,
        json: context.json(),
        query: query(&context),
        speed: arguments.speed(),
        never_scan: arguments.never_scan,
    });
    let mut plays = JoinSet::new();
    for gateway in &gateways {
        stage.add(gateway, &base_url)?;
        let link = stage.open(gateway.info)?;
        stage.show_link(gateway.info, &link)?;
        plays.spawn(play(
            stage.clone(),
            gateway.info,
            gateway.instance.clone(),
            link,
        ));
    }
    if !context.json() {
        writeln!(io::stdout(), "\n{}", context.texts.sim_stop)?;
    }
    let app = pairing_web::router(hub.clone());
    let nothing = async || {};
    let Context {
        config,
        signals,
        reader,
        ..
    } = &mut context;
    let section = &config.serve;
    let served = http_server::serve(listener, app, hub, section, signals, reader, nothing);
    tokio::select! {
        served = served => served.map(drop)?,
        Some(Ok(failed)) = plays.join_next() => match failed? {},
    }
    simulator.shutdown().await;
    Ok(Exit::Interrupted)
}

fn introduce(context: &Context, arguments: &DemoArgs) -> Result<(), Failure> {
    if context.json() {
        return Ok(());
    }
    let texts = context.texts;
    let plot = match arguments.never_scan {
        true => texts.demo_web_never,
        false => texts.demo_web_plays,
    };
    let intro = fill(texts.demo_intro, &[("speed", &arguments.speed())]);
    writeln!(io::stdout(), "{intro}\n{plot}\n")?;
    Ok(())
}

/// A language that was asked for goes before the browser's.
fn query(context: &Context) -> String {
    let language = context.global.lang.as_ref();
    match language.and_then(clap::ValueEnum::to_possible_value) {
        Some(value) => format!("?lang={}", value.get_name()),
        None => String::new(),
    }
}

/// What all gateways are shown with.
struct Stage {
    hub: PairingHub,
    texts: &'static Texts,
    json: bool,
    query: String,
    speed: u32,
    never_scan: bool,
}

impl Stage {
    /// Makes the hub know the gateway, and the gateway the hub.
    fn add(&self, gateway: &Simulated, base_url: &str) -> Result<(), Failure> {
        let opened = provider::open_with(gateway.info.name, &gateway.variables)?;
        let secret = random_text()?;
        let webhook = format!("{base_url}/webhooks/{}/{secret}", gateway.info.name);
        let refused = |error: &dyn std::fmt::Display| Failure::configuration(error.to_string());
        gateway
            .instance
            .set_webhook(Some(webhook))
            .map_err(|error| refused(&error))?;
        let instance = HubInstance::new(opened.provider)
            .title(opened.title)
            .policy(opened.policy.scaled_down(self.speed))
            .webhook_secret(secret);
        self.hub
            .add_instance(gateway.info.name, instance)
            .map_err(|error| refused(&error))
    }

    fn open(&self, info: &Adapter) -> Result<PageLink, Failure> {
        let link = self.hub.create(NewPairing::of(info.name));
        link.map_err(|error| Failure::configuration(error.to_string()))
    }

    fn title(&self, info: &Adapter) -> String {
        fill(self.texts.demo_provider, &[("provider", &info.title)])
    }

    fn show_link(&self, info: &Adapter, link: &PageLink) -> io::Result<()> {
        let url = format!("{}{}", link.url().unwrap_or_default(), self.query);
        let mut output = io::stdout();
        if self.json {
            let line = LinkLine {
                provider: info.name,
                url: &url,
            };
            return write_json(&mut output, &line);
        }
        writeln!(output, "{}: {url}", self.title(info))
    }

    fn show_end(&self, info: &Adapter, outcome: &PairingOutcome) -> io::Result<()> {
        let mut output = io::stdout();
        if self.json {
            let line = EndLine {
                provider: info.name,
                outcome,
            };
            return write_json(&mut output, &line);
        }
        let words = (self.texts.outcome)(outcome).what;
        writeln!(output, "\n{}: {words}", self.title(info))?;
        writeln!(output, "{}", self.texts.demo_web_again)
    }
}

/// One gateway, pairing after pairing: the phone uses the codes, and is unlinked again when
/// the pairing is over, so that the next link shows everything from the start.
async fn play(
    stage: Arc<Stage>,
    info: &'static Adapter,
    instance: Instance,
    mut link: PageLink,
) -> Result<Infallible, Failure> {
    loop {
        let phone = Phone::watching(&instance, stage.speed);
        let ended = stage.hub.outcome(link.id());
        let outcome = if stage.never_scan {
            ended.await
        } else {
            tokio::select! {
                outcome = ended => outcome,
                never = phone.play() => match never {},
            }
        };
        let Some(outcome) = outcome else {
            // The hub shuts down, and with it the program.
            return std::future::pending().await;
        };
        instance.unlink();
        stage.show_end(info, &outcome)?;
        link = stage.open(info)?;
        stage.show_link(info, &link)?;
    }
}

/// 128 random bits, in characters that fit into a URL.
fn random_text() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|_| Failure::configuration("the system gives no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
