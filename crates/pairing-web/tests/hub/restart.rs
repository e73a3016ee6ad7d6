//! A restart: with a state file links go on, and nothing else does.

use std::time::Duration;

use axum::http::StatusCode;
use pairing_web::{BuildError, NewPairing, StateFile};

use crate::support::{House, ZAPI, builder};

#[tokio::test(start_paused = true)]
async fn a_link_survives_and_starts_a_new_session_when_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("links.json");
    for orderly in [true, false] {
        let stored = || StateFile::new(&file);
        let house = House::with_store(ZAPI, builder(), stored()).await;
        let link = house.hub.create(NewPairing::of("shop")).unwrap();
        let page = format!("/pair{}", link.path());
        let mut viewer = house.watch(&page).await;
        house.start_qr(&page).await;
        let code = viewer.until("code").await;
        // It is written a moment after the change, without making anyone wait.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let kept = std::fs::read_to_string(&file).unwrap();
        assert!(
            !kept.contains(&link.path()[3..]),
            "the token is in the file"
        );
        let calls = house.calls();
        let hub = if orderly {
            house.hub.shutdown().await;
            builder().build_with_store(stored()).await
        } else {
            // What a process that is killed leaves behind.
            let left = folder.path().join("left.json");
            std::fs::copy(&file, &left).unwrap();
            builder().build_with_store(StateFile::new(left)).await
        };
        let hub = hub.unwrap();
        let house = house.restarted(hub);
        house.know_again();
        assert_eq!(house.get(&page).await.status, StatusCode::OK);
        // The id of an event of the old session means nothing to the new one.
        let (_, mut viewer) = house.try_watch(&page, Some(&code.id)).await;
        assert_eq!(viewer.next().await.unwrap().data["state"], "idle");
        tokio::time::sleep(Duration::from_secs(5)).await;
        if orderly {
            assert_eq!(house.calls(), calls, "nobody has started it yet");
        }
        house.start_qr(&page).await;
        viewer.until("code").await;
        house.instance.scan_current().unwrap();
        assert_eq!(
            viewer.until("finished").await.data["screen"]["outcome"],
            "connected"
        );
        assert!(house.hub.pairing(link.id()).is_some(), "its id is another");
        house.hub.shutdown().await;
        std::fs::remove_file(&file).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_whose_pairing_is_over_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("links.json");
    let stored = || StateFile::new(&file);
    let house = House::with_store(ZAPI, builder(), stored()).await;
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    house.hub.cancel(link.id());
    tokio::time::sleep(Duration::from_secs(1)).await;
    house.hub.shutdown().await;
    let hub = builder().build_with_store(stored()).await.unwrap();
    let house = house.restarted(hub);
    house.know_again();
    let answer = house.get(&format!("/pair{}", link.path())).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_file_of_something_else_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    for text in ["shopping list", "{}", r#"{"version":3,"pairings":[]}"#] {
        std::fs::write(&file, text).unwrap();
        let refused = builder().build_with_store(StateFile::new(&file)).await;
        assert!(matches!(refused, Err(BuildError::Store(_))), "{text}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
    let nowhere = folder.path().join("no such folder").join("links.json");
    let refused = builder().build_with_store(StateFile::new(nowhere)).await;
    assert!(matches!(refused, Err(BuildError::Store(_))));
    let missing = folder.path().join("none.json");
    builder()
        .build_with_store(StateFile::new(missing))
        .await
        .unwrap();
    let locks = std::fs::read_dir(folder.path()).unwrap();
    let locks = locks.filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".lock")
    });
    assert_eq!(locks.count(), 1, "a foreign file got a lock beside it");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("links.json");
    let house = House::with_store(ZAPI, builder(), StateFile::new(&file)).await;
    house.hub.create(NewPairing::of("shop")).unwrap();
    house.hub.shutdown().await;
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
