//! Hands an event to a program in each language, again and again. The present state is what is
//! asked for: it is an event with everything an event has, and there as often as one likes.

use std::collections::BTreeMap;
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
use pairing_sim::{Instance, InstanceSetup, Simulator, SimulatorOptions};
use pairing_zapi::simulator as zapi;
use pairing_zapi::{ZApi, ZApiConfig};
use serde::Deserialize;

use super::libraries::{FOR_APPS, FOR_C, root};

/// The name that programs link.
const LIBRARY: &str = "libpairing_ffi.so";

/// Where `cargo xtask bench` says how programs in further languages are started.
const OTHERS: &str = "PAIRING_BENCH_BORDERS";

/// Nanoseconds each, run by run, of each language.
pub(super) fn measure(folder: &Path, runs: usize, times: u32) -> Result<Vec<(String, Vec<f64>)>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let simulator = Simulator::new(SimulatorOptions::default());
    let setup = InstanceSetup::new(zapi::DIALECT).with_option("security", false);
    let instance = simulator.add_instance(setup);
    let server = runtime.block_on(simulator.serve((Ipv4Addr::LOCALHOST, 0).into()))?;
    let base_url = server.base_url();
    let mut programs = vec![c(folder)?, python(folder)?];
    programs.extend(others(folder)?);

    let mut rust = Vec::new();
    let mut each: Vec<Vec<f64>> = vec![Vec::new(); programs.len()];
    for run in 0..runs {
        eprintln!("events, run {} of {runs}", run + 1);
        rust.push(runtime.block_on(in_rust(&instance, &base_url, times))?);
        for (program, runs) in programs.iter().zip(&mut each) {
            runs.push(program.run(&instance, &base_url, times)?);
        }
    }
    let each = programs
        .into_iter()
        .zip(each)
        .map(|(program, runs)| (program.language, runs));
    Ok(std::iter::once(("pairing".to_owned(), rust))
        .chain(each)
        .collect())
}

/// Without an FFI boundary: the copy that a Rust program gets.
async fn in_rust(instance: &Instance, base_url: &str, times: u32) -> Result<f64> {
    let config = ZApiConfig::new(instance.id(), instance.token()).with_base_url(base_url.parse()?);
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
        let view = black_box(handle.view());
        if let Some(PairingCode::QrText { text }) = view.code() {
            seen += text.expose().len();
        }
    }
    let each = started.elapsed().as_secs_f64() * 1e9 / f64::from(times);
    ensure!(seen >= times as usize * 100, "no code in the events");
    Ok(each)
}

/// A program that is handed events in another language, and how it is started.
#[derive(Deserialize)]
struct Program {
    language: String,
    program: Vec<String>,
    environment: BTreeMap<String, String>,
}

impl Program {
    fn run(&self, instance: &Instance, base_url: &str, times: u32) -> Result<f64> {
        let (program, arguments) = self.program.split_first().context("no program")?;
        let output = Command::new(program)
            .args(arguments)
            .arg(times.to_string())
            .envs(&self.environment)
            .env("PAIRING_ZAPI_INSTANCE", instance.id())
            .env("PAIRING_ZAPI_TOKEN", instance.token())
            .env("PAIRING_ZAPI_BASE_URL", base_url)
            .current_dir(root())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot start {program}"))?;
        ensure!(
            output.status.success(),
            "the program in {} failed: {}",
            self.language,
            output.status
        );
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    }
}

/// Those that `cargo xtask bench` has built, which knows their toolchains.
fn others(folder: &Path) -> Result<Vec<Program>> {
    let apps = folder.join("apps");
    fs::create_dir_all(&apps)?;
    fs::copy(folder.join(FOR_APPS), apps.join(LIBRARY))?;
    let programs = std::env::var(OTHERS)
        .with_context(|| format!("{OTHERS} is not set: run `cargo xtask bench ffi`"))?;
    serde_json::from_str(&programs).context(OTHERS)
}

fn python(folder: &Path) -> Result<Program> {
    stage_python(folder)?;
    let program = root().join("benches/borders/event.py");
    Ok(Program {
        language: "Python".to_owned(),
        program: vec!["python3".to_owned(), program.display().to_string()],
        environment: BTreeMap::from([
            ("PYTHONPATH".to_owned(), folder.display().to_string()),
            ("PYTHONDONTWRITEBYTECODE".to_owned(), "1".to_owned()),
        ]),
    })
}

fn c(folder: &Path) -> Result<Program> {
    compile_c(folder)?;
    Ok(Program {
        language: "C".to_owned(),
        program: vec![folder.join("event").display().to_string()],
        environment: BTreeMap::new(),
    })
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
    fs::copy(folder.join(FOR_APPS), package.join(LIBRARY))?;
    Ok(())
}

fn compile_c(folder: &Path) -> Result<()> {
    fs::copy(folder.join(FOR_C), folder.join(LIBRARY))?;
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
