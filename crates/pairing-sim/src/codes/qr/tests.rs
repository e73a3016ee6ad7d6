use std::collections::HashSet;

use super::*;

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn codes(rotation: Rotation, phase: Duration) -> QrCodes {
    QrCodes::new(rotation, QrTextForm::Classic, phase, 7, "instance")
}

#[test]
fn a_browser_like_gateway_changes_the_code_every_20_s() {
    let mut codes = codes(Rotation::EVERY_20_S, s(0));
    let (first, lives) = codes.issue(s(100));
    assert_eq!(lives, s(20));
    assert_eq!(codes.issue(s(115)), (first.clone(), s(5)));
    let (second, lives) = codes.issue(s(120));
    assert_eq!(lives, s(20));
    assert_ne!(first, second);
    assert!(codes.was_issued(&first));
}

#[test]
fn a_socket_gateway_gives_60_s_then_20_s_and_hangs_up_after_160_s() {
    let mut codes = codes(Rotation::FIRST_60_THEN_20_S, s(0));
    let (first, lives) = codes.issue(s(0));
    assert_eq!(lives, s(60));
    assert_eq!(codes.current(s(59)), Some(first.clone()));
    let mut seen = HashSet::from([first]);
    for at in [60, 80, 100, 120, 140] {
        let (text, lives) = codes.issue(s(at));
        assert_eq!(lives, s(20), "at {at}");
        assert!(seen.insert(text), "at {at}");
    }
    assert_eq!(codes.current(s(160)), None);
    let (next, lives) = codes.issue(s(161));
    assert_eq!(lives, s(60));
    assert!(seen.insert(next));
}

#[test]
fn an_offset_shortens_the_first_code_only() {
    let mut codes = codes(Rotation::EVERY_20_S, s(13));
    assert_eq!(codes.issue(s(0)).1, s(7));
    assert_eq!(codes.issue(s(7)).1, s(20));
    codes.close(s(8));
    assert_eq!(codes.issue(s(9)).1, s(20));
}

#[test]
fn a_rotation_can_have_any_times_and_number_of_codes() {
    let mut codes = codes(Rotation::new(s(45), s(45), Some(2)), s(0));
    let (first, lives) = codes.issue(s(0));
    assert_eq!(lives, s(45));
    assert_ne!(codes.issue(s(45)).0, first);
    assert_eq!(codes.current(s(90)), None);
}

#[test]
fn times_of_zero_are_no_division_by_zero() {
    let mut codes = codes(Rotation::new(s(0), s(0), Some(0)), s(1));
    assert_eq!(codes.issue(s(0)).1, Duration::from_millis(1));
}

#[test]
fn an_offset_longer_than_a_session_still_has_a_valid_code() {
    let mut codes = codes(Rotation::FIRST_60_THEN_20_S, s(160 * 3 + 70));
    assert_eq!(codes.issue(s(0)).1, s(10));
}

#[test]
fn no_code_is_visible_before_it_was_requested() {
    assert_eq!(codes(Rotation::EVERY_20_S, s(0)).current(s(5)), None);
}

#[test]
fn no_text_appears_twice_even_after_closing() {
    let mut codes = codes(Rotation::EVERY_20_S, s(0));
    let mut seen = HashSet::new();
    for at in 0..50 {
        assert!(seen.insert(codes.issue(s(at)).0));
        codes.close(s(at));
    }
}

#[test]
fn the_text_looks_like_whatsapps() {
    let classic = codes(Rotation::EVERY_20_S, s(0)).issue(s(0)).0;
    assert!(classic.starts_with("2@"));
    assert_eq!(classic.split(',').count(), 5);
    assert!((220..=240).contains(&classic.len()), "{}", classic.len());
    let mut link = QrCodes::new(Rotation::EVERY_20_S, QrTextForm::Link, s(0), 7, "instance");
    assert!(
        link.issue(s(0))
            .0
            .starts_with("https://wa.me/settings/linked_devices#")
    );
}
