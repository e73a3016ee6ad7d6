//! The simulator for the programs that measure many sessions: `gateway INSTANCES SPEED`.
//!
//! It says its base URL and then obeys one command a line, each answered with one line:
//! `mark`, `link MILLISECONDS`, `webhooks URL`, `report`.

#![allow(clippy::print_stdout, reason = "its output is how it is spoken to")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use pairing_benches::load::{Report, TOKEN, instance_id};
use pairing_sim::{Instance, InstanceSetup, Server, Simulator, SimulatorOptions};
use pairing_zapi::simulator as zapi;
use tokio::io::{AsyncBufReadExt as _, BufReader, stdin};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};

const TENTH: Duration = Duration::from_millis(100);

struct Desk {
    instances: Arc<Vec<Instance>>,
    server: Server,
    base: Report,
    tenths: Arc<Mutex<Vec<u64>>>,
    sampler: Option<tokio::task::JoinHandle<()>>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = || -> Result<u32> {
        let argument = arguments.next().context("needs INSTANCES SPEED")?;
        Ok(argument.parse()?)
    };
    let (count, speed) = (number()?, number()?);
    let simulator = Simulator::new(SimulatorOptions::default().with_speed(speed));
    let server = simulator.serve(([127, 0, 0, 1], 0).into()).await?;
    let instance = |number: u32| {
        let phase = Duration::from_secs(20).mul_f64(f64::from(number) / f64::from(count.max(1)));
        let setup = InstanceSetup::new(zapi::DIALECT)
            .with_credentials(instance_id(number as usize), TOKEN)
            .with_option("security", false)
            .with_phase(phase);
        simulator.add_instance(setup)
    };
    let instances: Arc<Vec<_>> = Arc::new((0..count).map(instance).collect());
    println!("{}", server.base_url());
    let mut desk = Desk {
        instances,
        server,
        base: Report::default(),
        tenths: Arc::default(),
        sampler: None,
    };
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        println!("{}", desk.obey(&line)?);
    }
    Ok(())
}

impl Desk {
    fn obey(&mut self, line: &str) -> Result<String> {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("mark", _) => self.mark(),
            ("link", over) => self.link(Duration::from_millis(over.parse()?)),
            ("webhooks", url) => {
                for (number, instance) in self.instances.iter().enumerate() {
                    instance.set_webhook(Some(format!("{url}/{number}")))?;
                }
            }
            ("report", _) => return Ok(serde_json::to_string(&self.report())?),
            _ => bail!("unknown command: {line}"),
        }
        Ok("done".to_owned())
    }

    fn mark(&mut self) {
        if let Some(sampler) = self.sampler.take() {
            sampler.abort();
        }
        self.base = self.count();
        let (instances, tenths) = (self.instances.clone(), Arc::<Mutex<Vec<u64>>>::default());
        self.tenths = tenths.clone();
        let mut last = self.base.calls;
        self.sampler = Some(tokio::spawn(async move {
            let mut ticks = interval_at(Instant::now() + TENTH, TENTH);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let calls = instances
                    .iter()
                    .map(|instance| instance.calls().total)
                    .sum();
                let mut tenths = tenths.lock().unwrap_or_else(PoisonError::into_inner);
                tenths.push(calls - last);
                last = calls;
            }
        }));
    }

    fn link(&self, over: Duration) {
        let instances = self.instances.clone();
        let start = Instant::now();
        tokio::spawn(async move {
            for (number, instance) in instances.iter().enumerate() {
                let share = number as f64 / instances.len() as f64;
                sleep_until(start + over.mul_f64(share)).await;
                instance.link();
            }
        });
    }

    fn count(&self) -> Report {
        let connections = self.server.connections();
        let mut report = Report {
            sockets: connections.accepted,
            most_open: connections.most_open,
            ..Report::default()
        };
        for instance in self.instances.iter() {
            let calls = instance.calls();
            report.codes += calls.codes();
            report.statuses += calls.status;
            report.calls += calls.total;
        }
        report
    }

    fn report(&self) -> Report {
        let now = self.count();
        let tenths = self.tenths.lock().unwrap_or_else(PoisonError::into_inner);
        Report {
            codes: now.codes - self.base.codes,
            statuses: now.statuses - self.base.statuses,
            calls: now.calls - self.base.calls,
            sockets: now.sockets - self.base.sockets,
            most_open: now.most_open,
            per_tenth: tenths.clone(),
        }
    }
}
