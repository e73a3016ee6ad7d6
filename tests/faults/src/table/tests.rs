use super::*;

#[test]
fn every_fault_of_every_gateway_has_one_outcome_for_each_method_and_moment() {
    let cases = read(TABLE).unwrap().sessions;
    for fault in all_faults(dialects()) {
        for &dialect in dialects() {
            for method in Method::ALL {
                for onset in [Onset::First, Onset::Later] {
                    let found = cases.iter().filter(|case| {
                        case.fault == fault
                            && (case.dialect, case.method) == (dialect, method)
                            && case.onset == onset
                    });
                    let expected = usize::from(fault.fits(dialect));
                    assert_eq!(found.count(), expected, "{fault:?} {dialect} {method:?}");
                }
            }
        }
    }
}

#[test]
fn every_fault_of_every_gateway_has_one_answer_to_each_call() {
    let cases = read(TABLE).unwrap().calls;
    for fault in all_faults(dialects()) {
        for &dialect in dialects() {
            for call in Call::ALL {
                let found = cases.iter().filter(|case| {
                    case.fault == fault && (case.dialect, case.call) == (dialect, call)
                });
                let expected = usize::from(fault.fits(dialect));
                assert_eq!(found.count(), expected, "{fault:?} {dialect} {call:?}");
            }
        }
    }
}

#[test]
fn a_gap_a_stranger_and_a_half_told_difference_are_refused() {
    let complaint = |text: &str| format!("{:#}", read(text).err().unwrap());
    let without = TABLE.replacen("[hang]", "[hangs]", 1);
    assert!(complaint(&without).contains("hang has no entry"));
    let stranger = format!("{TABLE}\n[bad_weather]\nfirst = \"deadline\"\ncalls = \"ok\"\n");
    assert!(complaint(&stranger).contains("bad_weather is no fault"));
    for (right, wrong) in [
        (
            "[hang]\nfirst = \"unavailable timed_out\"",
            "[hang]\nfirst = { qr = \"deadline\" }",
        ),
        // Only one gateway can fail like this.
        (
            "[unauthorized]\nfirst = \"rejected bad_credentials\"",
            "[unauthorized]\nfirst = { zapi = \"deadline\", megaapi = \"deadline\" }",
        ),
        (
            "calls = \"timed_out\"",
            "calls = { qr = \"timed_out\", phone_code = \"ok\" }",
        ),
    ] {
        let table = TABLE.replacen(right, wrong, 1);
        assert_ne!(table, TABLE);
        assert!(complaint(&table).contains("one for each"));
    }
    for (right, wrong) in [("first =", "frist ="), ("calls =", "# calls =")] {
        assert!(read(&TABLE.replacen(right, wrong, 1)).is_err());
    }
}
