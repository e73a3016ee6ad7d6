//! How long `pairing code` takes from its start to its exit, against `curl` with the same request.

#![allow(
    clippy::print_stderr,
    reason = "a person at the terminal wants to see how far it is"
)]

use std::net::Ipv4Addr;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use pairing_benches::timing::{Subject, in_turns};
use pairing_benches::{Record, size};
use pairing_sim::{InstanceSetup, Simulator, SimulatorOptions};
use pairing_zapi::simulator as zapi;

fn main() -> Result<()> {
    // The gateway has a thread to itself, as if it were elsewhere.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let simulator = Simulator::new(SimulatorOptions::default());
    let setup = InstanceSetup::new(zapi::DIALECT).with_option("security", false);
    let instance = simulator.add_instance(setup);
    let server = runtime.block_on(simulator.serve((Ipv4Addr::LOCALHOST, 0).into()))?;
    let base_url = server.base_url();
    let (id, token) = (instance.id(), instance.token());

    let own = std::env::current_exe()?.with_file_name("pairing");
    ensure!(own.exists(), "build pairing-cli in release first");
    let pairing = |output: &str| {
        let mut command = Command::new(&own);
        command.args(["code", "--provider=zapi", "--no-retry", "--output", output]);
        command.arg(format!("--base-url={base_url}"));
        command.env("PAIRING_ZAPI_INSTANCE", id);
        command.env("PAIRING_ZAPI_TOKEN", token);
        command
    };
    let curl = || {
        let mut command = Command::new("curl");
        command.args(["-q", "--silent", "--show-error", "--fail"]);
        command.arg(format!("{base_url}/instances/{id}/token/{token}/qr-code"));
        command
    };
    let requests = || instance.calls().code_qr_text;
    for mut command in [pairing("json"), curl()] {
        let before = requests();
        let answer = command.output().context("cannot start a subject")?;
        let answer = String::from_utf8_lossy(&answer.stdout);
        ensure!(answer.contains("\"2@"), "no code in the answer");
        ensure!(requests() == before + 1, "not the same single request");
    }
    let mut subjects: [Subject<'_>; 3] = [
        ("pairing", Box::new(|| run(pairing("json")))),
        ("curl", Box::new(|| run(curl()))),
        ("pairing, drawn", Box::new(|| run(pairing("text")))),
    ];
    eprintln!("starting each {} times", size(100, 3));
    let measured = in_turns(&mut subjects, size(100, 3), 1)?;
    for ((subject, _), measured) in subjects.iter().zip(measured) {
        let record = Record::new("start", subject, "start to exit", "ns", measured);
        let ours = *subject == "pairing";
        let record = if ours {
            record.goal("<= 1.5x curl")
        } else {
            record
        };
        record.print()?;
    }
    Ok(())
}

fn run(mut command: Command) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.stderr(Stdio::null()).status();
    let status = status.with_context(|| format!("cannot start {:?}", command.get_program()))?;
    ensure!(status.success(), "a subject failed: {status}");
    Ok(())
}
