//! `pairing serve`: the pairing page for an application in any language, and the HTTP
//! interface with which that application creates pairings.

mod aside;
mod hub;
mod instances;
mod metrics;
mod reload;
mod routes;
mod secrets;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Serialize;

use super::http_server::{self, Stopped};
use crate::args::ServeArgs;
use crate::config::Config;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lossy::Lossy;
use crate::texts::{Texts, fill};
use crate::view::write_json;
use reload::Served;

pub(crate) use reload::RELOADS;

/// Where it listens by default: not reachable from other machines.
const USUAL: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 8910);

/// What a program needs to use it.
#[derive(Serialize)]
struct Ready<'a> {
    base_url: &'a str,
    instances: &'a [String],
}

pub(crate) async fn run(mut context: Context, arguments: ServeArgs) -> Result<Exit, Failure> {
    let token = secrets::admin_token(&context.config)?;
    let transport = instances::transport()?;
    let instances = instances::read(&context.global, &context.config, &transport)?;
    let serve = context.config.serve.clone();
    // What is served holds the credentials from now on.
    context.config = Config::default();
    let metrics = metrics::install()?;
    let hub = tokio::select! {
        biased;
        () = context.signals.quit() => return Ok(Exit::Done),
        () = context.reader.gone() => return Ok(Exit::Interrupted),
        built = hub::build(&serve, token) => built?,
    };
    let address = arguments.listen.or(serve.listen);
    let address = address.unwrap_or_else(|| USUAL.into());
    let mut served = Served::new(hub.clone(), instances, transport, serve.clone())?;
    let (listener, address) = http_server::listen(address, "--listen")?;
    announce(&context, address, &served.names())?;
    let app = routes::around(hub.clone(), metrics);
    let Context {
        global,
        signals,
        reader,
        ..
    } = &mut context;
    let reload = async || served.reload(global).await;
    let stopped = http_server::serve(listener, app, hub, &serve, signals, reader, reload).await?;
    if !context.json() {
        say_at_last(context.texts.serve_stopped);
    }
    Ok(match stopped {
        Stopped::Requested => Exit::Done,
        Stopped::Hurried | Stopped::Unread => Exit::Interrupted,
    })
}

/// Prints a last line, if it is still read: the log may share its pipe, and be unread.
fn say_at_last(text: &str) {
    const PATIENCE: Duration = Duration::from_secs(1);
    if let Ok(output) = Lossy::over(io::stdout()) {
        output.line(format!("{text}\n").as_bytes());
        output.flush_within(PATIENCE);
    }
}

fn announce(context: &Context, address: SocketAddr, names: &[String]) -> Result<(), Failure> {
    let texts = context.texts;
    if let Some(warning) = warning(address, texts) {
        context.errors.say(warning);
    }
    let base_url = format!("http://{address}");
    let mut output = io::stdout();
    if context.json() {
        let ready = Ready {
            base_url: &base_url,
            instances: names,
        };
        write_json(&mut output, &ready)?;
    } else {
        let ready = fill(
            texts.serve_ready,
            &[("url", &base_url), ("instances", &names.join(", "))],
        );
        let create = fill(texts.serve_create, &[("url", &base_url)]);
        writeln!(output, "{ready}\n{create}\n{}", texts.sim_stop)?;
    }
    Ok(())
}

/// What is to be done about an address that other machines reach.
fn warning(address: SocketAddr, texts: &Texts) -> Option<String> {
    let exposed = !address.ip().to_canonical().is_loopback();
    exposed.then(|| fill(texts.serve_exposed, &[("address", &address)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    #[test]
    fn an_address_that_other_machines_reach_is_worth_a_warning() {
        let texts = Language::En.texts();
        for address in ["0.0.0.0:80", "192.0.2.1:8910", "[::]:1", "[2001:db8::1]:1"] {
            let warning = warning(address.parse().unwrap(), texts).unwrap();
            assert!(warning.contains(address) && warning.contains("TLS"));
            assert_eq!(warning.lines().count(), 1);
        }
        for address in [
            "127.0.0.1:8910",
            "127.8.0.1:1",
            "[::1]:1",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert_eq!(warning(address.parse().unwrap(), texts), None);
        }
    }
}
