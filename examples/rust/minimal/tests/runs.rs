//! The example against the simulator, as its reader would run it.

use std::process::{Output, Stdio};

use pairing_sim::{Instance, InstanceSetup, Simulator, SimulatorOptions};
use pairing_zapi::simulator as zapi;
use tokio::process::Command;

async fn run(variables: &[(&str, String)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_example-minimal"))
        .env_clear()
        .envs(variables.iter().cloned())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

fn variables(instance: &Instance) -> [(&str, String); 3] {
    [
        ("PAIRING_ZAPI_INSTANCE", "instance"),
        ("PAIRING_ZAPI_TOKEN", "token"),
        ("PAIRING_ZAPI_CLIENT_TOKEN", "client_token"),
    ]
    .map(|(variable, field)| (variable, instance.settings().remove(field).unwrap()))
}

#[tokio::test]
async fn it_finds_an_instance_that_is_linked() {
    let simulator = Simulator::new(SimulatorOptions::default());
    let server = simulator.serve(([127, 0, 0, 1], 0).into()).await.unwrap();
    let instance = simulator.add_instance(InstanceSetup::new(zapi::DIALECT));
    instance.link();
    let mut variables = variables(&instance).to_vec();
    variables.push(("PAIRING_ZAPI_BASE_URL", server.base_url()));
    let output = run(&variables).await;
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("Done: AlreadyConnected"), "{printed}");
}

#[tokio::test]
async fn it_needs_credentials() {
    let output = run(&[]).await;
    assert!(!output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
}
