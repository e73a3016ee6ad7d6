//! The provider: one simulated gateway with an instance for each session.

use pairing_sim::{InstanceSetup, Simulator, SimulatorOptions};
use pairing_zapi::simulator as zapi;

use crate::{SESSIONS, instruction, runtime};

/// What an instance is called, with a made-up token.
pub(crate) fn credentials(session: usize) -> (String, String) {
    (format!("instance-{session}"), format!("token-{session}"))
}

pub(crate) fn main() {
    runtime().block_on(async {
        let simulator = Simulator::new(SimulatorOptions::default());
        let instances: Vec<_> = (0..SESSIONS)
            .map(|session| {
                let (id, token) = credentials(session);
                let setup = InstanceSetup::new(zapi::DIALECT).with_option("security", false);
                simulator.add_instance(setup.with_credentials(id, token))
            })
            .collect();
        let server = simulator.serve(([127, 0, 0, 1], 0).into()).await.unwrap();
        println!("{}", server.base_url());
        loop {
            match instruction().await.as_str() {
                "calls" => {
                    let calls = instances.iter().map(|instance| instance.calls());
                    let (codes, total) = calls.fold((0, 0), |(codes, total), calls| {
                        (codes + calls.codes(), total + calls.total)
                    });
                    println!("{codes} {total}");
                }
                "link" => {
                    instances.iter().for_each(|instance| instance.link());
                    println!("linked");
                }
                _ => break,
            }
        }
    });
}
