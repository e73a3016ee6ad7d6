//! Phone codes that the gateway renews by itself.

use super::*;

/// Renewed every 45 s, at 10, 55, 100, … and over at 280 s.
fn renewed() -> Phased {
    let codes = (0..7).map(|nth| (10 + 45 * nth, phone_code(nth + 1)));
    phased(
        [(0, CodeReply::STARTING)].into_iter().chain(codes),
        [(0, InstancePhase::WaitingForPhone)],
    )
}

fn renewing() -> FlowOptions {
    let policy = PairingPolicy::default()
        .with_phone_code_lifetime(secs(45))
        .with_phone_codes_per_round(6);
    with(EVERYTHING.with_renews_phone_codes(), policy, phone_method())
}

#[test]
fn that_the_gateway_renews_follow_on_the_screen() {
    let mut world = World::start(renewing(), renewed());
    world.run_until(secs(270));
    let shown = world.expiries();
    assert_eq!(shown.len(), 6);
    for (nth, (from, until)) in (0_u64..).zip(&shown) {
        let (made, dies) = (secs(10 + 45 * nth), secs(55 + 45 * nth));
        // Asked for every three seconds while the gateway starts, so known to three seconds.
        assert!(*from >= made && *from <= made + secs(4), "{nth}: {from:?}");
        assert!(*until <= dies + secs(4), "{nth}: {until:?}");
    }
    assert_eq!(world.times(is_gate).len(), 0);
}

#[test]
fn are_bounded_by_the_round() {
    let mut world = World::start(renewing(), renewed());
    world.run_until(secs(400));
    assert_eq!(world.times(is_ready).len(), 6);
    assert_eq!(world.times(is_gate).len(), 1);
}

#[test]
fn are_one_a_round_elsewhere() {
    let policy = PairingPolicy::default()
        .with_phone_code_lifetime(secs(45))
        .with_phone_codes_per_round(6);
    let options = with(EVERYTHING, policy, phone_method());
    let mut world = World::start(options, Healthy::default());
    world.run_until(secs(100));
    assert_eq!(world.times(is_ready).len(), 1);
}
