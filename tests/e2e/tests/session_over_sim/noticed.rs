//! How soon a linked phone is noticed, and what a webhook is worth.

use std::time::Duration;

use pairing_core::{EventKind, IncomingWebhook, PairingMethod, PairingOutcome, WebhookHint};
use pairing_e2e::{Adapter, Bench};
use pairing_sim::{Rotation, Simulator, SimulatorOptions};
use tokio::time::Instant;

use crate::{first_code, secs, since, start, watch};

#[tokio::test(start_paused = true)]
async fn a_linked_phone_is_noticed_within_one_status_interval() {
    for adapter in Adapter::all() {
        for second in 0..18 {
            let bench = Bench::new(adapter);
            for method in bench.methods() {
                bench.instance.unlink();
                let mut session = start(&bench, &method);
                let code = first_code(&mut session).await;
                tokio::time::sleep(secs(second)).await;
                assert!(
                    bench.use_code(&code),
                    "{adapter:?} {method:?} at {second} s"
                );
                let linked = Instant::now();
                let outcome = session.outcome().await;
                let phone = bench.instance.phone();
                let PairingOutcome::Connected { phone: named } = outcome else {
                    panic!("{adapter:?} {method:?}: {outcome:?}");
                };
                assert!(named.is_none_or(|named| named.is_same_account(&phone)));
                assert!(
                    since(linked) <= secs(5),
                    "{adapter:?} {method:?} at {second} s"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_code_on_screen_can_be_scanned_when_it_arrives() {
    for adapter in Adapter::all() {
        for rotation in [Rotation::EVERY_20_S, Rotation::FIRST_60_THEN_20_S] {
            for wanted in 1..=7 {
                let simulator = Simulator::new(SimulatorOptions::default());
                let bench = Bench::at(&simulator, adapter, rotation);
                let mut session = start(&bench, &PairingMethod::Qr);
                let (mut seen, mut outcome) = (0, None);
                while let Some(event) = session.next_event().await {
                    match event.kind {
                        EventKind::CodeReady { code, .. } => {
                            seen += 1;
                            if seen == wanted {
                                assert!(bench.use_code(&code), "{adapter:?} code {wanted}");
                            }
                        }
                        EventKind::InteractionRequired => session.handle().resume().unwrap(),
                        EventKind::Finished { outcome: end } => outcome = Some(end),
                        _ => {}
                    }
                }
                assert!(
                    matches!(outcome, Some(PairingOutcome::Connected { .. })),
                    "{adapter:?} {rotation:?} code {wanted}: {outcome:?}"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_webhook_is_confirmed_by_one_status_call_at_once() {
    for adapter in Adapter::all() {
        let bench = Bench::new(adapter);
        for method in bench.methods() {
            bench.instance.unlink();
            let mut session = start(&bench, &method);
            let code = first_code(&mut session).await;
            // Past the webhook of unlinking, and between two status calls.
            tokio::time::sleep(secs(2)).await;
            assert!(bench.use_code(&code));
            let body = bench.instance.webhook_bodies().pop().unwrap();
            bench.instance.reset_calls();
            let hinted = Instant::now();
            let hint = session.handle().notify_webhook(&body);
            assert_eq!(hint.unwrap(), WebhookHint::Connected);
            let events = watch(session).await;
            let outcome = events.last().and_then(|event| event.outcome());
            assert!(
                matches!(outcome, Some(PairingOutcome::Connected { .. })),
                "{adapter:?}: {outcome:?}"
            );
            assert!(since(hinted) < Duration::from_millis(10), "{adapter:?}");
            let calls = bench.instance.calls();
            assert_eq!(calls.status, 1, "{adapter:?}: {calls:?}");
            assert_eq!(calls.codes(), 0, "{adapter:?}: {calls:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn forged_webhooks_end_nothing_and_cost_at_most_a_status_call_a_second() {
    for adapter in Adapter::all() {
        let simulator = Simulator::new(SimulatorOptions::default());
        let bench = Bench::at(&simulator, adapter, Rotation::EVERY_20_S);
        // A true webhook of an earlier time: nothing in it tells it from a new one.
        bench.instance.link();
        let body = bench.instance.webhook_bodies().pop().unwrap();
        bench.instance.unlink();
        let other = Bench::at(&simulator, adapter, Rotation::EVERY_20_S);

        let mut session = start(&bench, &PairingMethod::Qr);
        first_code(&mut session).await;
        bench.instance.reset_calls();
        for _ in 0..100 {
            let hint = session.handle().notify_webhook(&body);
            assert_eq!(hint.unwrap(), WebhookHint::Connected);
            assert_eq!(
                other
                    .provider
                    .read_webhook(&IncomingWebhook::new(&body))
                    .unwrap(),
                WebhookHint::Irrelevant
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let calls = bench.instance.calls();
        assert!(calls.status <= 11, "{adapter:?}: {calls:?}");
        let view = session.handle().view();
        assert!(view.code().is_some(), "{view:?}");
    }
}
