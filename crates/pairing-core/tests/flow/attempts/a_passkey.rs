//! A passkey, which a person deals with elsewhere.

use super::*;

fn required() -> CodeReply {
    CodeReply::PasskeyRequired(PasskeyStep::new().with_confirmation_code("1234"))
}

#[test]
fn is_waited_for_until_the_person_has_finished_elsewhere() {
    let gateway = phased(
        [(0, required())],
        [(0, InstancePhase::NotLinked), (300, InstancePhase::Linked)],
    );
    let mut world = World::start(options(PairingMethod::Qr), gateway);
    let outcome = world.run_to_the_end();
    assert!(matches!(outcome, PairingOutcome::Connected { .. }));
    assert_eq!(screens(&world), ["preparing", "passkey", "finished"]);
    assert_eq!(world.code_calls().len(), 1);
    assert!(world.now <= secs(306), "{:?}", world.now);
}

#[test]
fn ends_at_the_deadline_otherwise() {
    let gateway = phased([(0, required())], [(0, InstancePhase::NotLinked)]);
    let mut world = World::start(options(PairingMethod::Qr), gateway);
    assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
    assert_eq!(world.code_calls().len(), 1);
}

#[test]
fn gives_way_to_codes_when_the_gateway_waits_for_a_phone_again() {
    let gateway = phased(
        [(0, required()), (30, qr(1))],
        [
            (0, InstancePhase::PasskeyRequired),
            (30, InstancePhase::WaitingForPhone),
        ],
    );
    let mut world = World::start(options(PairingMethod::Qr), gateway);
    world.run_until(secs(40));
    // The status has no step to name: the screen changes once.
    let screens = screens(&world);
    assert_eq!(screens.last(), Some(&"code"));
    assert_eq!(screens.iter().filter(|it| **it == "expired").count(), 1);
}

#[test]
fn a_person_may_ask_for_codes_again_or_switch() {
    for input in [Input::Resume, Input::SwitchMethod(PairingMethod::Qr)] {
        let gateway = phased(
            [(0, required()), (10, qr(1))],
            [(0, InstancePhase::NotLinked)],
        );
        let mut world = World::start(options(PairingMethod::Qr), gateway);
        world.run_until(secs(10));
        assert!(world.flow.view().actions.resume);
        world.input(input).unwrap();
        world.run_until(secs(12));
        assert_eq!(
            screens(&world),
            ["preparing", "passkey", "preparing", "code"]
        );
    }
}

#[test]
fn is_an_end_only_where_nothing_could_be_seen() {
    let capabilities = Capabilities::none().with_qr_text();
    let gateway = phased([(0, required())], [(0, InstancePhase::NotLinked)]);
    let policy = PairingPolicy::default();
    let options = with(capabilities, policy, PairingMethod::Qr);
    let mut world = World::start(options, gateway);
    assert_eq!(world.run_to_the_end(), PairingOutcome::PasskeyRequired);
}
