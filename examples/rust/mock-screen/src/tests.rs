//! `MockPairingProvider` is mockall's: say what each call returns, and how often it may come.

use std::time::Duration;

use pairing_core::mock::MockPairingProvider;
use pairing_core::{
    Capabilities, CodeReply, InstanceStatus, PairingPolicy, PairingSession, ProviderErrorKind,
    QrText,
};
use tokio::time::Instant;

use super::*;

/// A provider with QR codes and a status, and the policy that all defaults make.
fn provider() -> MockPairingProvider {
    let mut provider = MockPairingProvider::new();
    let capabilities = Capabilities::none().with_qr_text().with_status();
    provider.expect_capabilities().return_const(capabilities);
    provider
        .expect_recommended_policy()
        .return_const(PairingPolicy::default());
    provider
}

/// A new code for every request, for at most so many requests.
fn with_codes(mut provider: MockPairingProvider, most: usize) -> MockPairingProvider {
    let mut number = 0;
    provider
        .expect_request_code()
        .times(..=most)
        .returning(move |_| {
            number += 1;
            Ok(CodeReply::from(QrText::new(format!("2@{number}")).unwrap()))
        });
    provider
}

fn never_linked(mut provider: MockPairingProvider) -> MockPairingProvider {
    provider
        .expect_status()
        .returning(|| Ok(InstanceStatus::disconnected()));
    provider
}

/// The screen with the session that feeds it, and a time of day that passes in virtual time.
struct Stage {
    screen: PairingScreen,
    session: PairingSession,
    started: Instant,
}

impl Stage {
    fn new(provider: MockPairingProvider) -> Self {
        let started = Instant::now();
        let builder = PairingSession::builder(provider).wall_clock(move || time_of_day(started));
        Self {
            screen: PairingScreen::default(),
            session: builder.start().unwrap(),
            started,
        }
    }

    /// Lets the session go on until the screen is as wanted.
    async fn until(&mut self, wanted: impl Fn(&PairingScreen) -> bool) {
        while !wanted(&self.screen) {
            let view = self.session.next_view().await;
            let view = view.expect("the session ended before");
            self.screen.show(&view, time_of_day(self.started));
        }
    }

    fn seconds_left(&self) -> Option<u64> {
        self.screen.seconds_left(time_of_day(self.started))
    }
}

fn time_of_day(started: Instant) -> SystemTime {
    SystemTime::UNIX_EPOCH + started.elapsed()
}

fn shows_code(screen: &PairingScreen) -> bool {
    screen.code().is_some()
}

fn has_button(screen: &PairingScreen) -> bool {
    screen.button().is_some()
}

#[tokio::test(start_paused = true)]
async fn a_code_counts_down_and_leaves_the_screen_before_the_next() {
    let mut stage = Stage::new(never_linked(with_codes(provider(), 3)));
    stage.until(shows_code).await;
    assert_eq!(stage.seconds_left(), Some(20));
    tokio::time::advance(Duration::from_secs(4)).await;
    assert_eq!(stage.seconds_left(), Some(16));

    let first = stage.screen.code().cloned();
    stage
        .until(|screen| screen.code().is_some() && screen.code() != first.as_ref())
        .await;
    assert!(stage.started.elapsed() <= Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn after_three_codes_there_is_a_button_and_it_brings_a_fourth() {
    // Not one request more than the person asks for: the mock would panic.
    let mut stage = Stage::new(never_linked(with_codes(provider(), 4)));
    stage.until(has_button).await;
    assert_eq!(stage.screen.code(), None);
    assert_eq!(stage.screen.text(), "Still there?");

    stage.session.handle().resume().unwrap();
    stage.until(shows_code).await;
    assert!(!has_button(&stage.screen));
}

#[tokio::test(start_paused = true)]
async fn a_linked_phone_ends_it() {
    let mut provider = with_codes(provider(), 3);
    let mut asked = 0;
    provider.expect_status().returning(move || {
        asked += 1;
        Ok(match asked {
            1 => InstanceStatus::disconnected(),
            _ => InstanceStatus::connected(None),
        })
    });
    let mut stage = Stage::new(provider);
    stage.until(|screen| screen.text() == "Connected").await;
    assert_eq!(stage.screen.code(), None);
    // The second status call: a status, the request for the next code, a status, 5 s apart.
    assert!(stage.started.elapsed() <= Duration::from_secs(15));
}

#[tokio::test(start_paused = true)]
async fn a_transient_failure_is_shown_and_waited_out() {
    let mut provider = never_linked(provider());
    let mut asked = 0;
    provider.expect_request_code().returning(move |_| {
        asked += 1;
        match asked {
            1 => Err(ProviderErrorKind::Unavailable.into()),
            _ => Ok(CodeReply::from(QrText::new("2@later").unwrap())),
        }
    });
    let mut stage = Stage::new(provider);
    stage
        .until(|screen| screen.text().contains("trying again"))
        .await;
    stage.until(shows_code).await;
}

#[tokio::test(start_paused = true)]
async fn each_refusal_has_its_own_words() {
    for (kind, words) in [
        (
            ProviderErrorKind::InvalidCredentials,
            "check the credentials",
        ),
        (
            ProviderErrorKind::SubscriptionLapsed,
            "check the credentials",
        ),
    ] {
        let mut provider = provider();
        provider
            .expect_request_code()
            .times(1)
            .returning(move |_| Err(kind.into()));
        let mut stage = Stage::new(provider);
        stage.until(|screen| screen.text().contains(words)).await;
        assert_eq!((stage.screen.code(), stage.screen.button()), (None, None));
    }
}
