//! `pairing sim`: the simulated gateways, for people who develop against them.

use std::fmt::Write as _;
use std::io::{self, Write};

use pairing_sim::{Rotation, SimulatorOptions};
use serde::Serialize;

use super::simulated::{self, Simulated};
use crate::args::{RotationArg, SimArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::texts::{Texts, fill};
use crate::view::write_json;

/// Where the control surface explains itself.
const CONTROL: &str = "/_sim/";

/// What a program needs to use the simulator.
#[derive(Serialize)]
struct Ready<'a> {
    base_url: &'a str,
    control_url: &'a str,
    instances: Vec<ReadyInstance<'a>>,
}

#[derive(Serialize)]
struct ReadyInstance<'a> {
    provider: &'a str,
    /// The simulated phone's number, for phone codes.
    phone: String,
    /// Variables and their values.
    environment: serde_json::Map<String, serde_json::Value>,
}

pub(crate) async fn run(mut context: Context, arguments: SimArgs) -> Result<Exit, Failure> {
    simulated::refuse_real_gateways(&context.global)?;
    let mut options = SimulatorOptions::default().with_speed(arguments.speed);
    if let Some(seed) = arguments.seed {
        options = options.with_seed(seed);
    }
    let rotation = match arguments.rotation {
        RotationArg::Every20 => Rotation::EVERY_20_S,
        RotationArg::First60Then20 => Rotation::FIRST_60_THEN_20_S,
    };
    let only = context.global.provider.clone();
    let (server, gateways) = simulated::serve(options, arguments.port, only.as_deref(), |setup| {
        setup.with_rotation(rotation)
    })
    .await?;
    let base_url = server.base_url();
    let control_url = format!("{base_url}{CONTROL}");
    let mut output = io::stdout();
    if context.json() {
        let ready = Ready {
            base_url: &base_url,
            control_url: &control_url,
            instances: gateways.iter().map(ready).collect(),
        };
        write_json(&mut output, &ready)?;
    } else {
        let page = page(&base_url, &control_url, &gateways, context.texts);
        output.write_all(page.as_bytes())?;
        output.flush()?;
    }
    // It serves until it is stopped, which is its usual end.
    tokio::select! {
        () = context.signals.quit() => {}
        () = context.reader.gone() => {}
    }
    server.shutdown().await;
    Ok(Exit::Interrupted)
}

fn ready(gateway: &Simulated) -> ReadyInstance<'_> {
    ReadyInstance {
        provider: gateway.info.name,
        phone: gateway.instance.phone().to_string(),
        environment: gateway
            .variables
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect(),
    }
}

fn page(base_url: &str, control_url: &str, gateways: &[Simulated], texts: &Texts) -> String {
    let mut page = fill(texts.sim_ready, &[("url", &base_url)]);
    let _ = write!(page, "\n\n{}\n", texts.sim_paste);
    for gateway in gateways {
        let phone = gateway.instance.phone();
        let number = fill(texts.linked_phone, &[("phone", &phone)]);
        let _ = write!(page, "\n# {}. {number}\n", gateway.info.title);
        for (name, value) in &gateway.variables {
            // Our simulator's values hold nothing that a shell would interpret.
            let _ = writeln!(page, "export {name}={value}");
        }
        let _ = writeln!(page, "pairing link --provider {}", gateway.info.name);
    }
    let control = fill(texts.sim_control, &[("url", &control_url)]);
    let _ = write!(page, "\n{control}\n{}\n", texts.sim_stop);
    page
}
