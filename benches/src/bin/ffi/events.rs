//! Hands an event to a program in each language, again and again. The present state is what is
//! asked for: it is an event with everything an event has, and there as often as one likes.

use std::fs;
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use pairing_core::{EventKind, PairingCode, PairingSession};
use pairing_http::ReqwestTransport;
use pairing_sim::{Dialect, Instance, InstanceSetup, Simulator, SimulatorOptions};
use pairing_zapi::{ZApi, ZApiConfig};

use super::libraries::{FOR_C, FOR_PYTHON, root};

/// Nanoseconds each, run by run, of each language.
pub(super) fn measure(
    folder: &Path,
    runs: usize,
    times: u32,
) -> Result<Vec<(&'static str, Vec<f64>)>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let simulator = Simulator::new(SimulatorOptions::default());
    let setup = InstanceSetup::new(Dialect::ZApi).without_client_token();
    let instance = simulator.add_instance(setup);
    let server = runtime.block_on(simulator.serve((Ipv4Addr::LOCALHOST, 0).into()))?;
    let base_url = server.base_url();
    stage_python(folder)?;
    compile_c(folder)?;

    let mut rust = Vec::new();
    let mut c = Vec::new();
    let mut python = Vec::new();
    for run in 0..runs {
        eprintln!("events, run {} of {runs}", run + 1);
        rust.push(runtime.block_on(in_rust(&instance, &base_url, times))?);
        let mut program = Command::new(folder.join("event"));
        c.push(in_process(&mut program, &instance, &base_url, times)?);
        let mut program = Command::new("python3");
        program.arg(root().join("benches/borders/event.py"));
        program.env("PYTHONPATH", folder);
        program.env("PYTHONDONTWRITEBYTECODE", "1");
        python.push(in_process(&mut program, &instance, &base_url, times)?);
    }
    Ok(vec![("pairing", rust), ("C", c), ("Python", python)])
}

/// Without any border: the copy that a Rust program gets.
async fn in_rust(instance: &Instance, base_url: &str, times: u32) -> Result<f64> {
    let mut config = ZApiConfig::new(instance.id(), instance.token());
    config.base_url = Some(base_url.parse()?);
    let provider = Arc::new(ZApi::with_transport(
        config,
        Arc::new(ReqwestTransport::new()?),
    )?);
    let mut session = PairingSession::builder(provider).start()?;
    loop {
        let event = session.next_event().await.context("no event")?;
        if matches!(event.kind, EventKind::CodeReady { .. }) {
            break;
        }
    }
    let handle = session.handle();
    let mut seen = 0;
    let started = Instant::now();
    for _ in 0..times {
        let state = black_box(handle.snapshot()).state;
        if let EventKind::CodeReady {
            code: PairingCode::QrText { text },
            ..
        } = &state.kind
        {
            seen += text.expose().len();
        }
    }
    let each = started.elapsed().as_secs_f64() * 1e9 / f64::from(times);
    ensure!(seen >= times as usize * 100, "no code in the events");
    Ok(each)
}

fn in_process(
    program: &mut Command,
    instance: &Instance,
    base_url: &str,
    times: u32,
) -> Result<f64> {
    let output = program
        .arg(times.to_string())
        .env("PAIRING_ZAPI_INSTANCE", instance.id())
        .env("PAIRING_ZAPI_TOKEN", instance.token())
        .env("PAIRING_ZAPI_BASE_URL", base_url)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {:?}", program.get_program()))?;
    ensure!(
        output.status.success(),
        "a program failed: {}",
        output.status
    );
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Lays the package out as a wheel would: the library beside the code.
fn stage_python(folder: &Path) -> Result<()> {
    let package = folder.join("pairing");
    fs::create_dir_all(&package)?;
    for entry in fs::read_dir(root().join("bindings/python/pairing"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "py") {
            fs::copy(
                &path,
                package.join(path.file_name().context("a file has a name")?),
            )?;
        }
    }
    fs::copy(folder.join(FOR_PYTHON), package.join("libpairing_ffi.so"))?;
    Ok(())
}

fn compile_c(folder: &Path) -> Result<()> {
    fs::copy(folder.join(FOR_C), folder.join("libpairing_ffi.so"))?;
    let status = Command::new("cc")
        .args(["-std=c11", "-O2", "-Wall", "-Werror", "-I"])
        .arg(root().join("bindings/c/include"))
        .arg(root().join("benches/borders/event.c"))
        .arg("-L")
        .arg(folder)
        .args(["-lpairing_ffi", "-Wl,-rpath,$ORIGIN", "-o"])
        .arg(folder.join("event"))
        .status()
        .context("cannot start cc, which Debian has in gcc")?;
    ensure!(status.success(), "cc failed: {status}");
    Ok(())
}
