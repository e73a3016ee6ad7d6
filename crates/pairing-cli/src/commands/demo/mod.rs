//! `pairing demo`: sessions against simulated gateways, with a simulated phone, over real
//! sockets and through the real adapters.

mod phone;
mod web;

use std::io::{self, Write};
use std::time::Duration;

use pairing_core::{PairingMethod, PairingSession};
use pairing_sim::{InstanceSetup, Server, SimulatorOptions};

use super::link::{Show, conclude};
use super::simulated::{self, Simulated};
use crate::args::{DemoArgs, Method};
use crate::console::TypedLines;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::provider;
use crate::session::Ending;
use crate::texts::fill;
use crate::view::Wording;
use phone::Phone;

/// How old the gateway's first code is when it is asked for, in simulated time: real ones
/// have not waited for us either. It also keeps our requests away from the moment at which
/// the simulator's codes change.
const AGE_OF_FIRST_CODE: Duration = Duration::from_secs(4);

/// How long the outcome of one gateway stays before the next one's screen opens.
const TIME_TO_READ: Duration = Duration::from_millis(1500);

pub(crate) async fn run(mut context: Context, arguments: DemoArgs) -> Result<Exit, Failure> {
    simulated::refuse_real_gateways(&context.global)?;
    let (server, gateways) = simulate(&context, &arguments).await?;
    if arguments.web {
        return web::run(context, arguments, server, gateways).await;
    }
    introduce(&context, &arguments)?;
    let mut typed = context.typed_lines()?;
    let mut worst = Exit::Done;
    for (index, gateway) in gateways.iter().enumerate() {
        if index > 0 && context.console.can_draw && !context.json() {
            // The next screen covers how the last gateway's session ended.
            let seen = async {
                tokio::time::sleep(TIME_TO_READ).await;
                Ok::<_, Failure>(())
            };
            context.unless_interrupted(seen).await?;
        }
        let ending = show(gateway, &mut context, &arguments, typed.as_mut()).await?;
        let exit = conclude(&ending, &context)?;
        if exit != Exit::Done {
            worst = exit;
        }
        if ending == Ending::Interrupted {
            break;
        }
    }
    server.shutdown().await;
    if !context.json() && worst == Exit::Done {
        writeln!(io::stdout(), "\n{}", context.texts.demo_done)?;
    }
    Ok(worst)
}

/// The gateways that the demonstration is about.
async fn simulate(
    context: &Context,
    arguments: &DemoArgs,
) -> Result<(Server, Vec<Simulated>), Failure> {
    let options = SimulatorOptions::default().with_speed(arguments.speed());
    let only = context.global.provider.as_deref();
    let aged = |setup: InstanceSetup| setup.with_phase(AGE_OF_FIRST_CODE);
    simulated::serve(options, 0, only, aged).await
}

fn introduce(context: &Context, arguments: &DemoArgs) -> Result<(), Failure> {
    if context.json() {
        return Ok(());
    }
    let intro = fill(context.texts.demo_intro, &[("speed", &arguments.speed())]);
    writeln!(io::stdout(), "{intro}\n{}", plot(context, arguments))?;
    Ok(())
}

/// What is going to happen.
fn plot(context: &Context, arguments: &DemoArgs) -> &'static str {
    match (arguments.never_scan, arguments.method) {
        (true, _) => context.texts.demo_never,
        (false, Method::Qr) => context.texts.demo_scans,
        (false, Method::Phone) => context.texts.demo_types,
    }
}

async fn show(
    gateway: &Simulated,
    context: &mut Context,
    arguments: &DemoArgs,
    typed: Option<&mut TypedLines>,
) -> Result<Ending, Failure> {
    let opened = provider::open_with(gateway.info.name, &gateway.variables)?;
    let method = match arguments.method {
        Method::Qr => PairingMethod::Qr,
        Method::Phone => PairingMethod::PhoneCode(gateway.instance.phone()),
    };
    opened.require(&method)?;
    let policy = opened.policy.scaled_down(arguments.speed());
    let title = fill(context.texts.demo_provider, &[("provider", &opened.title)]);
    if !context.json() {
        writeln!(io::stdout(), "\n{title}")?;
    }
    let phone = Phone::watching(&gateway.instance, arguments.speed());
    let session = PairingSession::builder(opened.provider)
        .method(method)
        .policy(policy)
        .start()?;
    let show = Show {
        title: Some(format!("{title}. {}", plot(context, arguments))),
        label: Some(gateway.info.name.to_owned()),
        wording: Wording {
            texts: context.texts,
            provider: opened.title,
            can_ask: context.can_ask(),
        },
        colors: context.console.qr_colors(arguments.drawing.invert),
    };
    if arguments.never_scan {
        return show.run(session, context, typed, None).await;
    }
    tokio::select! {
        ending = show.run(session, context, typed, None) => ending,
        never = phone.play() => match never {},
    }
}
