//! Webhooks of a changed code and of progress.

use super::*;

fn waiting() -> World<Phased> {
    let gateway = phased([(0, qr(1)), (12, qr(2))], [(0, InstancePhase::NotLinked)]);
    World::start(options(PairingMethod::Qr), gateway)
}

#[test]
fn that_the_code_changed_bring_it_as_soon_as_the_last_one_allows() {
    let mut world = waiting();
    world.run_until(secs(13));
    // The second code was asked for at 10 s, when it was still the first.
    for _ in 0..50 {
        world.input(Input::Hint(WebhookHint::CodeChanged)).unwrap();
    }
    world.run_until(secs(21));
    let codes = world.code_calls();
    assert_eq!(codes.len(), 3, "{codes:?}");
    assert!(codes[2] <= millis(20_200), "{codes:?}");
}

#[test]
fn of_progress_cost_one_status_in_two_seconds_however_many_come() {
    let mut world = waiting();
    world.run_until(secs(1));
    for _ in 0..500 {
        world.run_for(millis(20));
        world.input(Input::Hint(WebhookHint::Progress)).unwrap();
    }
    let asked = world
        .calls
        .iter()
        .filter(|it| it.request == Request::Status);
    assert!(asked.clone().count() <= 6, "{}", asked.count());
}
