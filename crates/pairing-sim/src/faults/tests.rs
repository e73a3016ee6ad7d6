use super::*;

fn rule(json: &str) -> Result<FaultRule, serde_json::Error> {
    serde_json::from_str(json)
}

/// serde knows every variant by itself, and says so when it meets a stranger.
#[test]
fn the_list_is_complete_and_names_are_those_of_json() {
    let stranger = serde_json::from_str::<Fault>(r#"{"fault":"?"}"#).unwrap_err();
    let known = stranger.to_string().matches('`').count() / 2 - 1;
    let all = Fault::all();
    assert_eq!(all.len(), known, "{stranger}");
    for fault in all {
        let json = serde_json::to_value(&fault).unwrap();
        assert_eq!(json["fault"], fault.name());
        assert_eq!(fault.name().parse(), Ok(fault.clone()));
        let by_name = rule(&format!("\"{}\"", fault.name())).unwrap();
        assert_eq!(by_name, FaultRule::from(fault.clone()));
        let back: FaultRule = serde_json::from_value(json).unwrap();
        assert_eq!(back.fault, fault);
    }
}

#[test]
fn a_rule_survives_json() {
    let limited = Fault::ServerError { status: 500 }
        .first(2)
        .at([Endpoint::Status]);
    let json = serde_json::to_string(&limited).unwrap();
    assert_eq!(
        json,
        r#"{"fault":"server_error","status":500,"first":2,"endpoints":["status"]}"#
    );
    assert_eq!(rule(&json).unwrap(), limited);
}

#[test]
fn mistakes_are_named() {
    for (json, complaint) in [
        (r#""hangs""#, "no fault of this name"),
        ("3", "a fault is a name or an object"),
        (r#"{"fault":"hang","frist":2}"#, "does not belong"),
        (r#"{"fault":"hang","first":-1}"#, "a number of requests"),
        (
            r#"{"fault":"hang","endpoints":["no"]}"#,
            "a list of endpoints",
        ),
        (
            r#"{"fault":"server_error","status":200}"#,
            "from 500 to 599",
        ),
        (
            r#"{"fault":"ip_not_allowed","status":99}"#,
            "from 200 to 599",
        ),
    ] {
        let error = rule(json).unwrap_err().to_string();
        assert!(error.contains(complaint), "{json}: {error}");
    }
}

#[test]
fn a_limit_counts_only_the_requests_it_could_befall() {
    let mut faults = ActiveFaults::new(Fault::EmptyQr.first(1).into());
    let mut strike = |endpoint| faults.strike(Dialect::ZApi, endpoint).len();
    assert_eq!(strike(Endpoint::Status), 0);
    assert_eq!(strike(Endpoint::CodeQrText), 1);
    assert_eq!(strike(Endpoint::CodeQrText), 0);
}

#[test]
fn delays_add_up_and_the_first_of_the_others_decides() {
    let delay = Fault::Latency { milliseconds: 5 };
    let faults = [delay.clone(), Fault::Hang, Fault::EmptyBody, delay.clone()];
    let mut faults = ActiveFaults::new(faults.into_iter().collect());
    assert_eq!(
        faults.strike(Dialect::ZApi, Endpoint::Status),
        [delay.clone(), Fault::Hang, delay]
    );
}

#[test]
fn a_fault_of_another_gateway_never_happens() {
    let mut faults = ActiveFaults::new(Fault::Unauthorized.into());
    assert!(faults.strike(Dialect::ZApi, Endpoint::Status).is_empty());
    assert_eq!(faults.strike(Dialect::MegaApi, Endpoint::Status).len(), 1);
}
