//! `pairing link --output json`: somebody uses the code that was printed.

use pairing_core::PhoneNumber;
use pairing_sim::{Dialect, InstanceSetup, QrPictureBody, QrTextForm};

use crate::support::{
    Gateway, NOTICES_AT_ONCE, ZAPI, dialects, events, immediate_dialects, in_parallel, methods,
};

/// Links with the first code that is printed, and gives all events.
async fn link(gateway: &Gateway, method: &str) -> Vec<serde_json::Value> {
    let mut pairing = gateway
        .pairing(&["link", "--output", "json"])
        .policy(NOTICES_AT_ONCE);
    for argument in gateway.method(method) {
        pairing = pairing.arg(argument);
    }
    let mut link = pairing.start();
    let ready = link.event("code_ready").await;
    gateway.use_code(&ready["code"]);
    let finished = link.finish().await;
    finished.assert_code(0);
    assert_eq!(finished.stderr, "");
    events(&finished.stdout)
}

#[tokio::test]
async fn a_printed_code_links_with_every_gateway_and_method() {
    let run = async |dialect: &'static dyn Dialect, method| {
        let gateway = Gateway::start(dialect).await;
        let events = link(&gateway, method).await;
        let mut names: Vec<_> = events.iter().map(|event| &event["event"]).collect();
        names.retain(|name| *name != "starting");
        // The code was alive until it was used, and is withdrawn with the outcome.
        assert_eq!(names[..2], ["preparing", "code_ready"], "{dialect:?}");
        let outcome = events.last().unwrap();
        assert_eq!(outcome["outcome"], "connected", "{dialect:?} {method}");
        assert_eq!(outcome["phone"], gateway.instance.phone().to_string());
        let calls = gateway.instance.calls();
        assert!(calls.codes() == 1 || !dialect.is_immediate(), "{calls:?}");
        assert_eq!(dialect.second_attempts(&gateway.instance), 0, "{dialect}");
    };
    let all = dialects().iter().copied();
    let runs = all.flat_map(|dialect| {
        let run = move |method| run(dialect, method);
        methods(dialect).into_iter().map(run).collect::<Vec<_>>()
    });
    in_parallel(runs.collect()).await;
}

#[tokio::test]
async fn every_form_in_which_gateways_send_qr_codes_links() {
    let pictures = [
        QrPictureBody::DataUri,
        QrPictureBody::BareDataUri,
        QrPictureBody::BareBase64,
        QrPictureBody::Png,
    ];
    let mut setups = Vec::new();
    for body in ["text", "picture", "bare_text"] {
        let mut setup = InstanceSetup::new(ZAPI).with_option("qr_text_body", body);
        setup.qr_text = QrTextForm::Link;
        setups.push(setup);
    }
    for &dialect in immediate_dialects() {
        for body in pictures {
            let mut setup = InstanceSetup::new(dialect);
            setup.qr_picture_body = body;
            setups.push(setup);
        }
    }
    for setup in setups {
        let gateway = Gateway::with(setup).await;
        let events = link(&gateway, "qr").await;
        assert_eq!(events.last().unwrap()["outcome"], "connected");
    }
}

#[tokio::test]
async fn the_latest_code_links_after_the_first_one_died() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let mut link = gateway
            .pairing(&["link", "--output", "json"])
            .policy(&[
                // However slow this test is, it comes before the gate.
                "codes_per_round = 1000",
                "qr_lifetime = \"300ms\"",
                "refresh_min = \"300ms\"",
                "refresh_interval = \"300ms\"",
                "status_interval = \"100ms\"",
                "webhook_debounce = \"50ms\"",
            ])
            .start();
        let first = link.event("code_ready").await;
        link.event("code_expired").await;
        let second = link.event("code_ready").await;
        assert_eq!(
            (&first["attempt"], &second["attempt"]),
            (&1.into(), &2.into())
        );
        gateway.use_code(&second["code"]);
        let finished = link.finish().await;
        finished.assert_code(0);
        assert_eq!(
            events(&finished.stdout).last().unwrap()["outcome"],
            "connected"
        );
    }
}

/// The table that the bindings and the page are tested with as well.
const TYPED_NUMBERS: &str = include_str!("../../../scenarios/typed_numbers.json");

#[tokio::test]
async fn numbers_are_read_as_they_are_typed_and_pasted() {
    let numbers: Vec<serde_json::Value> = serde_json::from_str(TYPED_NUMBERS).unwrap();
    for number in numbers {
        let typed = number["typed"].as_str().unwrap();
        let phone = number["phone"].as_str();
        let (linked, code) = match phone {
            Some(phone) => (phone, 0),
            None => ("+5511999998888", 2),
        };
        let gateway = Gateway::start(ZAPI).await;
        gateway
            .instance
            .link_as(PhoneNumber::parse(linked).unwrap());
        // A code for another account than the expected one would be refused.
        let by_code = ["link", "--phone", typed, "--expect-phone", linked];
        for arguments in [&by_code[..], &["link", "--expect-phone", typed]] {
            let finished = gateway.pairing(arguments).run().await;
            finished.assert_code(code);
        }
        let was_asked = gateway.instance.calls().total > 0;
        assert_eq!(was_asked, phone.is_some(), "{typed:?}");
    }
}

#[tokio::test]
async fn a_code_for_another_number_than_the_expected_one_is_refused_in_the_persons_language() {
    for (language, what, next) in [
        (
            "en",
            "different numbers, so no code was requested",
            "Give both the same number",
        ),
        (
            "pt-BR",
            "números diferentes; nenhum código foi pedido",
            "Informe o mesmo número",
        ),
        (
            "es",
            "números distintos; no se pidió ningún código",
            "Indica el mismo número",
        ),
    ] {
        let gateway = Gateway::start(ZAPI).await;
        let arguments = ["link", "--lang", language, "--phone", "+5511999998888"];
        let pairing = gateway.pairing(&arguments).arg("--expect-phone");
        let finished = pairing.arg("+5511977776666").run().await;
        finished.assert_code(2);
        for words in [what, next] {
            assert!(finished.stderr.contains(words), "{finished}");
        }
        assert_eq!(gateway.instance.calls().total, 0);
    }
}
