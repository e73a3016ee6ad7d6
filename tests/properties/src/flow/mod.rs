//! The state machine, under any sequence of inputs, times and clock jumps: the bytes decide what
//! happens, [`World`](world::World) asserts what must hold at every step.

mod decisions;
mod outcome;
mod world;

use std::time::Duration;

use arbitrary::Unstructured;
use pairing_core::flow::{Input, PairingFlow};

use decisions::Decisions;
use world::World;

/// After so many the story is over, however many bytes are left.
const MOST_STEPS: usize = 300;

pub(crate) fn check(data: &[u8]) {
    let mut decisions = Decisions(Unstructured::new(data));
    let options = decisions.options();
    let now = world::start();
    let flow = match PairingFlow::new(options.clone(), now) {
        Ok(flow) => flow,
        Err(refusal) => {
            world::refused_rightly(&options, refusal);
            return;
        }
    };
    let mut world = World::new(flow, options, now);
    for _ in 0..MOST_STEPS {
        if decisions.is_over() {
            break;
        }
        step(&mut world, &mut decisions);
    }
    world.run_out();
}

fn step(world: &mut World, decisions: &mut Decisions<'_>) {
    match decisions.number(16) {
        0..=5 => match world.under_way() {
            Some(request) => {
                let answer = decisions.answer(&request);
                world.answer(answer);
            }
            None => world.wake(),
        },
        6 | 7 => world.wake(),
        8 => world.pass(decisions.pause()),
        9 => world.pass(Duration::ZERO),
        10 => world.set_wall_clock(decisions.number(7200)),
        11 => world.person(Input::Resume),
        12 => world.person(Input::SwitchMethod(decisions.method())),
        13 => world.hint(decisions.hint()),
        14 => {
            let request = decisions.request();
            let answer = decisions.answer(&request);
            world.answer_late(answer);
        }
        _ => {
            if decisions.number(8) == 0 {
                world.cancel();
            }
        }
    }
}
