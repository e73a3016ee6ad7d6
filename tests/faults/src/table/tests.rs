use super::*;

#[test]
fn every_fault_of_every_gateway_has_one_outcome_for_each_method_and_moment() {
    let cases = tables().unwrap().sessions;
    for &dialect in dialects() {
        for fault in dialect.all_faults() {
            for method in Method::ALL {
                let expected = usize::from(method.is_known_to(dialect));
                for onset in [Onset::First, Onset::Later] {
                    let found = cases.iter().filter(|case| {
                        case.fault == fault
                            && (case.dialect, case.method) == (dialect, method)
                            && case.onset == onset
                    });
                    assert_eq!(found.count(), expected, "{fault:?} {dialect} {method:?}");
                }
            }
        }
    }
}

#[test]
fn every_fault_of_every_gateway_has_one_answer_to_each_call() {
    let cases = tables().unwrap().calls;
    for &dialect in dialects() {
        for fault in dialect.all_faults() {
            for call in Call::ALL {
                let found = cases.iter().filter(|case| {
                    case.fault == fault && (case.dialect, case.call) == (dialect, call)
                });
                let expected = usize::from(call.is_known_to(dialect));
                assert_eq!(found.count(), expected, "{fault:?} {dialect} {call:?}");
            }
        }
    }
}

/// The tables with this in each gateway's, in place of what it says of the same fault.
fn with_own(text: &str) -> Result<Table> {
    read(COMMON, |gateway| {
        let gateways = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/gateways");
        let own = fs::read_to_string(gateways.join(gateway).join("faults.toml"))?;
        let mut own: toml::Table = own.parse()?;
        own.extend(text.parse::<toml::Table>()?);
        Ok(own.to_string())
    })
}

#[test]
fn a_gateway_may_say_otherwise_of_a_common_fault() {
    let table = with_own("[hang]\nfirst = \"deadline\"\ncalls = \"ok\"\n").unwrap();
    let of = |case: &&Case| case.fault == Fault::HANG;
    let mut hanging = table.sessions.iter().filter(of);
    assert!(hanging.all(|case| case.is_own && case.expected.is_harmless()));
}

#[test]
fn a_gap_an_unknown_fault_and_half_a_difference_are_refused() {
    let own = |text: &str| format!("{:#}", with_own(text).err().unwrap());
    let unknown = "[bad_weather]\nfirst = \"deadline\"\ncalls = \"ok\"\n";
    assert!(own(unknown).contains("bad_weather is no fault of"));
    for half in [
        "[hang]\nfirst = { qr = \"deadline\" }\ncalls = \"ok\"\n",
        "[hang]\nfirst = \"deadline\"\ncalls = { qr = \"ok\", phone_code = \"ok\" }\n",
    ] {
        assert!(own(half).contains("one for each"), "{half}");
    }
    for wrong in [
        "[hang]\nfrist = \"deadline\"\ncalls = \"ok\"\n",
        "[hang]\nfirst = \"deadline\"\n",
    ] {
        assert!(with_own(wrong).is_err(), "{wrong}");
    }
    let nothing = |_: &str| Ok(String::new());
    let complaint = |text: &str| format!("{:#}", read(text, nothing).err().unwrap());
    let without = COMMON.replacen("[hang]", "[hangs]", 1);
    assert!(complaint(&without).contains("hang has no entry"));
}
