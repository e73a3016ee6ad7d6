//! A link that is shown before a second status confirms it.

use super::*;

fn confirmed_after(seconds: u64) -> FlowOptions {
    let policy = PairingPolicy::default().with_link_confirmation(secs(seconds));
    with(EVERYTHING, policy, PairingMethod::Qr)
}

#[test]
fn is_shown_and_then_confirmed() {
    let gateway = phased(
        [(0, qr(1))],
        [(0, InstancePhase::NotLinked), (4, InstancePhase::Linked)],
    );
    let mut world = World::start(confirmed_after(8), gateway);
    world.run_until(secs(8));
    assert!(matches!(world.flow.view().screen, Screen::Linked { .. }));
    assert_eq!(
        world.input(Input::SwitchMethod(phone_method())),
        Err(CommandError::Finished)
    );
    assert!(world.run_to_the_end().is_linked());
    let linked = world.times(|kind| matches!(kind, EventKind::Linked { .. }))[0];
    assert!(world.now >= linked + secs(8));
}

#[test]
fn that_is_dropped_within_seconds_is_no_success() {
    let gateway = phased(
        [(0, qr(1))],
        [
            (0, InstancePhase::NotLinked),
            (4, InstancePhase::Linked),
            (9, InstancePhase::NotLinked),
        ],
    );
    let mut world = World::start(confirmed_after(8), gateway);
    assert_eq!(world.run_to_the_end(), PairingOutcome::LinkDropped);
    assert_eq!(screens(&world), ["preparing", "code", "linked", "finished"]);
}

#[test]
fn may_be_denied_once() {
    let gateway = phased(
        [(0, qr(1))],
        [
            (0, InstancePhase::NotLinked),
            (4, InstancePhase::Linked),
            (13, InstancePhase::NotLinked),
            (14, InstancePhase::Linked),
        ],
    );
    let mut world = World::start(confirmed_after(8), gateway);
    assert!(world.run_to_the_end().is_linked());
}

#[test]
fn that_was_there_before_needs_no_confirmation() {
    let gateway = phased(
        [(0, CodeReply::AlreadyConnected)],
        [(0, InstancePhase::Linked)],
    );
    let mut world = World::start(confirmed_after(8), gateway);
    let outcome = world.run_to_the_end();
    assert!(matches!(outcome, PairingOutcome::AlreadyConnected { .. }));
    assert!(world.now < secs(2), "{:?}", world.now);
}

#[test]
fn that_cannot_be_confirmed_is_a_link_all_the_same() {
    struct Refuses(Phased);
    impl Script for Refuses {
        fn code(&mut self, _: &PairingMethod, _: Duration) -> Answer<CodeReply> {
            unreachable!("`request` answers")
        }
        fn request(&mut self, request: &CodeRequest, at: Duration) -> Answer<CodeReply> {
            self.0.request(request, at)
        }
        fn status(&mut self, at: Duration) -> Answer<InstanceStatus> {
            match at > secs(9) {
                true => (millis(100), error(ProviderErrorKind::InvalidCredentials)),
                false => self.0.status(at),
            }
        }
    }
    let phases = [(0, InstancePhase::NotLinked), (4, InstancePhase::Linked)];
    let gateway = Refuses(phased([(0, qr(1))], phases));
    let mut world = World::start(confirmed_after(8), gateway);
    let outcome = world.run_to_the_end();
    assert!(
        matches!(outcome, PairingOutcome::Connected { .. }),
        "{outcome:?}"
    );
}
