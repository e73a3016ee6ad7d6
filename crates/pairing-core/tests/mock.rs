//! The mock that users' own tests get.

use pairing_core::mock::{MockPairingProvider, Sequence, predicate};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, PairingMethod, PairingOutcome, PairingPolicy,
    PairingSession,
};

#[tokio::test(start_paused = true)]
async fn a_session_runs_on_the_mock() {
    let mut provider = MockPairingProvider::new();
    let mut starting = Sequence::new();
    provider
        .expect_capabilities()
        .in_sequence(&mut starting)
        .return_const(Capabilities::none().with_qr_text());
    provider
        .expect_recommended_policy()
        .return_const(PairingPolicy::default());
    provider
        .expect_request_code()
        .with(predicate::eq(CodeRequest::new(PairingMethod::Qr)))
        .times(1)
        .returning(|_| Ok(CodeReply::AlreadyConnected));
    let session = PairingSession::builder(provider).start().unwrap();
    assert_eq!(
        session.outcome().await,
        PairingOutcome::AlreadyConnected { phone: None }
    );
}
