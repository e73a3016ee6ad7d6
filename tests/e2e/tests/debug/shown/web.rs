//! The pairing page's secrets: tokens and links.

use pairing_e2e::{Adapter, Bench, ZAPI};
use pairing_web::{AdminToken, CodelessEvent, HubInstance, NewPairing, PairingHub};

use super::{Shown, core, shown, shown_without};

pub(super) async fn all() -> Vec<Shown> {
    let admin = || AdminToken::new("canary-canary-canary").unwrap();
    let bench = Bench::new(Adapter::usual(ZAPI));
    let instance = || {
        HubInstance::new(bench.provider.clone())
            .webhook_secret("canary-canary-canary")
            .expect_phone(bench.instance.phone())
    };
    let builder = || PairingHub::builder().admin_token(admin());
    let hub = builder().build().unwrap();
    hub.add_instance("shop", instance()).unwrap();
    let link = hub.create(NewPairing::of("shop")).unwrap();
    let token = link.path().rsplit('/').next().unwrap().to_owned();
    let mut secrets = bench.secrets();
    secrets.extend([token, bench.instance.phone().digits().to_owned()]);
    let summary = hub.pairing(link.id()).unwrap();
    vec![
        shown(admin()),
        shown_without(instance(), &secrets),
        shown(builder()),
        shown_without(hub, &secrets),
        shown_without(link, &secrets),
        shown_without(summary, &secrets),
        shown(CodelessEvent::from(core::event(core::qr_text().into()))),
    ]
}
