use std::io;
use std::path::Path;
use std::time::Duration;

use pairing_core::mock::MockPairingProvider;
use pairing_core::{
    Capabilities, CodeReply, EventKind, InstanceStatus, PairingPolicy, PasskeyStep, QrText,
};

use super::*;

/// Remembers what it was shown, and fails from some event on.
struct Audience {
    seen: Vec<PairingEvent>,
    leaves_at: Option<usize>,
}

impl Audience {
    fn staying() -> Self {
        Self {
            seen: Vec::new(),
            leaves_at: None,
        }
    }
}

impl View for Audience {
    fn show(
        &mut self,
        event: &PairingEvent,
        _view: &PairingView,
        _now: SystemTime,
    ) -> io::Result<()> {
        if self.leaves_at == Some(self.seen.len()) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.seen.push(event.clone());
        Ok(())
    }

    fn saved(&mut self, file: &str, _now: SystemTime) -> io::Result<()> {
        assert!(Path::new(file).exists());
        Ok(())
    }
}

/// Hands out exactly this many codes; the mock fails the test at one more.
fn session(codes: usize) -> PairingSession {
    let mut provider = MockPairingProvider::new();
    provider
        .expect_capabilities()
        .returning(|| Capabilities::none().with_qr_text());
    let mut number = 0;
    provider
        .expect_request_code()
        .times(codes)
        .returning(move |_| {
            number += 1;
            Ok(QrText::new(format!("2@{number}")).unwrap().into())
        });
    PairingSession::builder(provider)
        .policy(PairingPolicy::default())
        .start()
        .unwrap()
}

async fn play(
    session: PairingSession,
    view: &mut Audience,
    picture: Option<&mut PictureFile>,
) -> Result<Ending, Failure> {
    let mut signals = Signals::quitting().unwrap();
    let reader = Reader::of_output();
    let stage = Stage {
        view,
        signals: &mut signals,
        reader: &reader,
        typed: None,
        picture,
    };
    run(session, stage).await
}

#[tokio::test(start_paused = true)]
async fn without_a_terminal_an_unused_round_ends_the_session_in_order() {
    let mut view = Audience::staying();
    let ending = play(session(3), &mut view, None).await;
    assert_eq!(ending.ok(), Some(Ending::CodesUnused));
    let [.., gate, last] = &view.seen[..] else {
        panic!("{:?}", view.seen);
    };
    assert_eq!(gate.kind, EventKind::InteractionRequired);
    assert_eq!(last.outcome(), Some(&PairingOutcome::Cancelled));
}

#[tokio::test(start_paused = true)]
async fn a_passkey_is_waited_for_without_a_terminal() {
    let mut provider = MockPairingProvider::new();
    provider
        .expect_capabilities()
        .returning(|| Capabilities::none().with_qr_text().with_status());
    provider
        .expect_request_code()
        .times(1)
        .returning(|_| Ok(CodeReply::PasskeyRequired(PasskeyStep::new())));
    let mut looks = 0;
    provider.expect_status().returning(move || {
        looks += 1;
        Ok(match looks {
            1..=9 => InstanceStatus::passkey_required(PasskeyStep::new()),
            _ => InstanceStatus::connected(None),
        })
    });
    let session = PairingSession::builder(provider)
        .policy(PairingPolicy::default())
        .start()
        .unwrap();
    let mut view = Audience::staying();
    let ending = play(session, &mut view, None).await;
    let linked = PairingOutcome::Connected { phone: None };
    assert_eq!(ending.ok(), Some(Ending::Outcome(linked)));
    let passkey = EventKind::PasskeyRequired {
        step: PasskeyStep::new(),
    };
    assert!(view.seen.iter().any(|event| event.kind == passkey));
}

#[tokio::test(start_paused = true)]
async fn an_audience_that_leaves_costs_no_further_request() {
    let mut view = Audience {
        seen: Vec::new(),
        // The first code is the second event.
        leaves_at: Some(1),
    };
    let ending = play(session(1), &mut view, None).await;
    assert!(matches!(ending, Err(Failure::Interrupted)), "{ending:?}");
    // Long enough for every request that a session left behind would make.
    tokio::time::sleep(Duration::from_secs(3600)).await;
}

#[tokio::test(start_paused = true)]
async fn the_saved_picture_goes_with_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("code.png");
    let picture = PictureFile::new(path.to_str().unwrap().parse().unwrap());
    let mut picture = picture.unwrap_or_else(|failure| panic!("{failure:?}"));
    let mut view = Audience::staying();
    let ending = play(session(3), &mut view, Some(&mut picture)).await;
    assert_eq!(ending.ok(), Some(Ending::CodesUnused));
    assert!(!path.exists());
}

#[tokio::test(start_paused = true)]
async fn a_picture_that_cannot_be_written_any_more_ends_the_session_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("code.png");
    let picture = PictureFile::new(path.to_str().unwrap().parse().unwrap());
    let mut picture = picture.unwrap_or_else(|failure| panic!("{failure:?}"));
    drop(folder);
    let mut view = Audience::staying();
    let ending = play(session(1), &mut view, Some(&mut picture)).await;
    assert!(matches!(ending, Err(Failure::Picture(_))), "{ending:?}");
    let last = view.seen.last().unwrap();
    assert_eq!(last.outcome(), Some(&PairingOutcome::Cancelled));
}
