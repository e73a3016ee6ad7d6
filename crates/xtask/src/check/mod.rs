//! Everything CI insists on besides the tests, as one table of steps.

mod arrows;
mod cargo;
mod deny;
mod field_faults;
mod house;
mod manifests;
mod msrv;
mod names;
mod slim;
mod translated;

use std::time::Instant;

use anyhow::{Result, bail};

use crate::toolchains::{c, swift::Swift};
use crate::workspace::Workspace;
use crate::{api, bench, bindings, command, fuzz, size};

/// One check: silent verdict `Ok`, or an error that says what to do.
struct Step {
    name: &'static str,
    run: fn(&Workspace) -> Result<()>,
    /// It builds where nothing else does, and so waits for no other cargo.
    own_folder: bool,
}

/// The cheap ones first: most mistakes show within seconds.
const STEPS: &[Step] = &[
    step("format", cargo::format),
    step("house rules", house::run),
    step("field faults", field_faults::run),
    step("manifests", manifests::run),
    step("names of gateways", names::run),
    step("code of translated READMEs", translated::run),
    step("benchmarks page", bench::check),
    step("arrows between crates", arrows::run),
    step("slim builds hold no HTTP client", slim::run),
    step("licences, bans, sources", deny::run),
    step("generated bindings", bindings::check),
    step("lints", cargo::lints),
    step("lints of the slim builds", cargo::slim_lints),
    step("docs", cargo::docs),
    step("public surface", api::check),
    in_own_folder("packages", cargo::packages),
    in_own_folder("sizes", size::run),
    in_own_folder("Rust of Debian 13", msrv::run),
];

const fn step(name: &'static str, run: fn(&Workspace) -> Result<()>) -> Step {
    Step {
        name,
        run,
        own_folder: false,
    }
}

const fn in_own_folder(name: &'static str, run: fn(&Workspace) -> Result<()>) -> Step {
    Step {
        own_folder: true,
        ..step(name, run)
    }
}

/// Runs every step, also after one failed; one line of verdict each. Whether all passed.
pub(crate) fn run(workspace: &Workspace) -> bool {
    all_passed(&failed(workspace, |_| true))
}

/// As [`run`], after the tests. What builds in its own folder is built beside them, in the
/// time that they spend waiting; and so is what later steps and suites need.
pub(crate) fn run_beside<T>(workspace: &Workspace, tests: impl FnOnce() -> T) -> (T, bool) {
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| {
            command::stand_back(workspace);
            // Who needs one of these and finds it missing tries again, and reports what is wrong.
            let _ = c::CARGO_C.ensure(workspace);
            let _ = deny::DENY.ensure(workspace);
            let _ = Swift::ensure(workspace);
            let failed = failed(workspace, |step| step.own_folder);
            let _ = fuzz::build(workspace);
            failed
        });
        let result = tests();
        let mut failed = failed(workspace, |step| !step.own_folder);
        match beside.join() {
            Ok(beside) => failed.extend(beside),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        (result, all_passed(&failed))
    })
}

/// The names of the steps that failed, among those that are chosen.
fn failed(workspace: &Workspace, chosen: fn(&Step) -> bool) -> Vec<&'static str> {
    let mut failed = Vec::new();
    for step in STEPS.iter().filter(|step| chosen(step)) {
        let start = Instant::now();
        let result = (step.run)(workspace);
        let seconds = start.elapsed().as_secs_f32();
        match result {
            Ok(()) => println!("ok      {} ({seconds:.1} s)", step.name),
            Err(error) => {
                println!("FAILED  {} ({seconds:.1} s): {error:#}", step.name);
                failed.push(step.name);
            }
        }
    }
    failed
}

fn all_passed(failed: &[&str]) -> bool {
    if failed.is_empty() {
        println!("check: all {} steps passed", STEPS.len());
    } else {
        println!("check: failed: {}", failed.join(", "));
    }
    failed.is_empty()
}

/// An error that lists every violation, or none.
fn verdict(violations: &[String]) -> Result<()> {
    if !violations.is_empty() {
        bail!("\n  {}", violations.join("\n  "));
    }
    Ok(())
}
