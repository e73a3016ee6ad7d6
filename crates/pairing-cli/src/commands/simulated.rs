//! The simulator as `pairing demo` and `pairing sim` use it: one instance per gateway, and
//! the credentials under the names by which the adapters know them.

use std::net::{Ipv4Addr, SocketAddr};

use pairing_providers::{Adapter, dialects};
use pairing_sim::{Instance, InstanceSetup, Server, Simulator, SimulatorOptions};

use crate::args::Global;
use crate::failure::Failure;
use crate::gateways;

/// A gateway that runs on this computer.
pub(super) struct Simulated {
    pub(super) info: &'static Adapter,
    pub(super) instance: Instance,
    /// What the environment has to be to reach it.
    pub(super) variables: Vec<(String, String)>,
}

/// Serves an instance of each gateway, or of one alone, on the loopback interface.
pub(super) async fn serve(
    options: SimulatorOptions,
    port: u16,
    only: Option<&str>,
    setup: impl Fn(InstanceSetup) -> InstanceSetup,
) -> Result<(Server, Vec<Simulated>), Failure> {
    let simulator = Simulator::new(options.with_dialects(dialects()));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let server = simulator.serve(address).await.map_err(|error| {
        Failure::configuration(format!(
            "the simulator cannot listen on {address}: {error}; choose another port with \
             --port, or any free one with --port 0"
        ))
    })?;
    let base_url = server.base_url();
    let mut simulated = Vec::new();
    for &dialect in dialects() {
        if only.is_some_and(|name| name != dialect.name()) {
            continue;
        }
        let info = gateways::info(dialect.name())?;
        let instance = simulator.add_instance(setup(InstanceSetup::new(dialect)));
        let settings = instance.settings_at(&base_url);
        let variables = gateways::variables_for(info, |field| settings.get(field).cloned());
        simulated.push(Simulated {
            info,
            instance,
            variables,
        });
    }
    if simulated.is_empty() {
        return Err(Failure::configuration(
            "there is no simulator for this provider; leave out --provider",
        ));
    }
    Ok((server, simulated))
}

/// Settings of a real gateway have no meaning where all of them are simulated: they are a mistake.
pub(super) fn refuse_real_gateways(global: &Global) -> Result<(), Failure> {
    let given = [
        ("--base-url", global.base_url.is_some()),
        ("--config", global.config.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Failure::configuration(format!(
            "{name} is for a real gateway, and here they are simulated: leave it out, or use \
             `pairing link`"
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider;

    #[tokio::test]
    async fn every_gateway_with_a_simulator_can_be_opened_from_what_is_printed() {
        let options = SimulatorOptions::default();
        let (_server, gateways) = serve(options, 0, None, |setup| setup)
            .await
            .unwrap_or_else(|failure| panic!("{failure:?}"));
        assert_eq!(gateways.len(), dialects().len());
        for gateway in gateways {
            let opened = provider::open_with(gateway.info.name, &gateway.variables);
            let opened = opened.unwrap_or_else(|failure| panic!("{failure:?}"));
            let status = opened.provider.status().await.unwrap();
            assert!(!status.is_connected(), "{}", gateway.info.name);
        }
    }
}
