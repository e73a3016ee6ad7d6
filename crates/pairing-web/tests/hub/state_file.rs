//! The state file: what it keeps of each link, and how rarely it is written.

use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use pairing_sim::Dialect;
use pairing_web::{HubInstance, PairingHub, router};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{House, builder, provider};

const MINUTE: Duration = Duration::from_secs(60);
const MOMENT: Duration = Duration::from_millis(1);

struct Kept {
    house: House,
    folder: TempDir,
}

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let builder = builder().state_file(folder.path().join("links"));
        let house = House::with(Dialect::ZApi, builder, |instance| instance);
        Self { house, folder }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("links")
    }

    /// What is written, once nothing else can happen at this moment.
    async fn written(&self) -> Option<Value> {
        tokio::time::sleep(MOMENT).await;
        read(&self.file())
    }

    /// Ends the hub, and begins another with what `change` makes of the file.
    async fn restart(&mut self, change: impl FnOnce(&mut Value)) {
        self.house.hub.shutdown().await;
        let mut state = read(&self.file()).unwrap();
        change(&mut state);
        std::fs::write(self.file(), state.to_string()).unwrap();
        let hub: PairingHub = builder().state_file(self.file()).build().unwrap();
        let provider = provider(&self.house.simulator, &self.house.instance);
        hub.add_instance("shop", HubInstance::new(provider))
            .unwrap();
        self.house.app = Router::new().nest("/pair", router(hub.clone()));
        self.house.hub = hub;
    }

    async fn status(&self, page: &str) -> StatusCode {
        self.house.get(page).await.status
    }
}

fn read(file: &Path) -> Option<Value> {
    let text = std::fs::read_to_string(file).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

fn links(state: &mut Value) -> &mut Vec<Value> {
    state["pairings"][0]["links"].as_array_mut().unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_link_keeps_its_own_end() {
    let mut kept = Kept::new();
    let old = kept.house.open().await;
    tokio::time::sleep(20 * MINUTE).await;
    let new = kept.house.open().await;
    // Ten more minutes pass while the program is not there.
    kept.restart(|state| links(state)[0]["expires_at"] = json!(1))
        .await;
    assert_eq!(kept.status(&old).await, StatusCode::NOT_FOUND);
    assert_eq!(kept.status(&new).await, StatusCode::OK);
    tokio::time::sleep(29 * MINUTE).await;
    kept.house.start_qr(&new).await;
}

#[tokio::test(start_paused = true)]
async fn what_was_opened_in_time_is_kept_as_long_as_its_session_and_nothing_else() {
    let mut kept = Kept::new();
    let old = kept.house.open().await;
    tokio::time::sleep(20 * MINUTE).await;
    let new = kept.house.open().await;
    tokio::time::sleep(11 * MINUTE).await;
    kept.house.start_qr(&new).await;
    kept.restart(|state| {
        // The other one has no end of its own any more: it lives as long as the session.
        assert_eq!(links(state).len(), 1);
        assert!(links(state)[0].is_string());
    })
    .await;
    assert_eq!(kept.status(&old).await, StatusCode::NOT_FOUND);
    assert_eq!(kept.status(&new).await, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_file_of_the_first_version_is_read() {
    let mut kept = Kept::new();
    let page = kept.house.open().await;
    kept.restart(|state| {
        state["version"] = json!(1);
        let link = &mut links(state)[0];
        *link = link["hash"].take();
    })
    .await;
    kept.house.start_qr(&page).await;
    kept.house.watch(&page).await.until("code_ready").await;
}

#[tokio::test(start_paused = true)]
async fn a_click_that_changes_nothing_writes_nothing() {
    let kept = Kept::new();
    let page = kept.house.open().await;
    kept.house.start_qr(&page).await;
    tokio::time::sleep(5 * MINUTE / 60).await;
    assert!(kept.written().await.is_some());
    std::fs::remove_file(kept.file()).unwrap();
    for action in ["start", "method", "start"] {
        let path = format!("{page}/{action}");
        let answer = kept
            .house
            .send("POST", &path, &json!({"method": "qr"}))
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    tokio::time::sleep(5 * MINUTE / 60).await;
    assert_eq!(kept.written().await, None);
}

#[tokio::test(start_paused = true)]
async fn however_much_changes_it_is_written_once_a_second_and_at_last_as_it_is() {
    let kept = Kept::new();
    kept.house.open().await;
    let mut state = kept.written().await.unwrap();
    assert_eq!(links(&mut state).len(), 1);
    std::fs::remove_file(kept.file()).unwrap();
    for _ in 0..9 {
        tokio::time::sleep(100 * MOMENT).await;
        kept.house.open().await;
        assert_eq!(kept.written().await, None);
    }
    tokio::time::sleep(100 * MOMENT).await;
    let mut state = kept.written().await.unwrap();
    assert_eq!(links(&mut state).len(), 10);
    // What comes in the second after is not lost when the hub shuts down.
    kept.house.open().await;
    kept.house.hub.shutdown().await;
    assert_eq!(links(&mut read(&kept.file()).unwrap()).len(), 11);
    // And the file belongs to the next hub from then on.
    std::fs::remove_file(kept.file()).unwrap();
    tokio::time::sleep(5 * MINUTE / 60).await;
    assert_eq!(kept.written().await, None);
}
