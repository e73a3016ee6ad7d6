//! Everything CI insists on besides the tests, as one table of steps.

mod arrows;
mod cargo;
pub(crate) mod deny;
mod field_faults;
mod house;
mod manifests;
mod slim;
mod translated;

use std::time::Instant;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{bench, bindings, size};

/// One check: silent verdict `Ok`, or an error that says what to do.
struct Step {
    name: &'static str,
    run: fn(&Workspace) -> Result<()>,
}

/// The cheap ones first: most mistakes show within seconds.
const STEPS: &[Step] = &[
    step("format", cargo::format),
    step("house rules", house::run),
    step("field faults", field_faults::run),
    step("manifests", manifests::run),
    step("code of translated READMEs", translated::run),
    step("benchmarks page", bench::check),
    step("arrows between crates", arrows::run),
    step("slim builds hold no HTTP client", slim::run),
    step("licences, bans, sources", deny::run),
    step("generated bindings", bindings::check),
    step("lints", cargo::lints),
    step("lints of the slim builds", cargo::slim_lints),
    step("docs", cargo::docs),
    step("sizes", size::run),
    step("packages", cargo::packages),
];

const fn step(name: &'static str, run: fn(&Workspace) -> Result<()>) -> Step {
    Step { name, run }
}

/// Runs every step, also after one failed; one line of verdict each. Whether all passed.
pub(crate) fn run(workspace: &Workspace) -> bool {
    let mut failed = Vec::new();
    for step in STEPS {
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
