//! A session that waits for a person costs no allocation, however long it waits.

use pairing_benches::flow_walk::{Walk, codes};

#[test]
fn after_the_first_round_the_flow_allocates_nothing() {
    let codes = codes().unwrap();
    let mut walk = Walk::new(&codes).unwrap();
    // More inputs than a round has.
    while walk.inputs < 40 {
        walk.step().unwrap();
    }
    let before = walk.inputs;
    let counted = allocation_counter::measure(|| {
        while !walk.is_finished() {
            walk.step().unwrap();
        }
    });
    assert_eq!(counted.count_total, 0, "{counted:?}");
    let inputs = walk.inputs - before;
    assert!(inputs > 40, "only {inputs} inputs were watched");
}
