//! Every adapter does what every provider must, with QR codes that live 20 s each (a gateway
//! behind a browser) and with a first one that lives 60 s (a gateway behind a socket).

use pairing_conformance::conformance;
use pairing_e2e::{Adapter, SimHarness};
use pairing_sim::Rotation::{Every20s, First60Then20s};

conformance!(zapi_text, SimHarness::new(Adapter::ZApiText, Every20s), not_run: [
    an_unknown_instance_is_reported,
]);

conformance!(zapi_image, SimHarness::new(Adapter::ZApiImage, Every20s), not_run: [
    an_unknown_instance_is_reported,
]);

conformance!(megaapi, SimHarness::new(Adapter::MegaApi, Every20s), not_run: [
    a_passkey_is_a_reply,
]);

conformance!(zapi_terse, SimHarness::new(Adapter::ZApiTerse, Every20s), not_run: [
    an_unknown_instance_is_reported,
]);

conformance!(megaapi_terse, SimHarness::new(Adapter::MegaApiTerse, Every20s), not_run: [
    a_passkey_is_a_reply,
]);

conformance!(zapi_text_slow, SimHarness::new(Adapter::ZApiText, First60Then20s), not_run: [
    an_unknown_instance_is_reported,
]);

conformance!(zapi_image_slow, SimHarness::new(Adapter::ZApiImage, First60Then20s), not_run: [
    an_unknown_instance_is_reported,
]);

conformance!(megaapi_slow, SimHarness::new(Adapter::MegaApi, First60Then20s), not_run: [
    a_passkey_is_a_reply,
]);
