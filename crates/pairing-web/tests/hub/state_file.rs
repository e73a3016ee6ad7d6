//! The state file: what it keeps of each link, and how rarely it is written.

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use pairing_sim::Dialect;
use pairing_web::{BuildError, HubInstance, PairingHub, StateFile, StoreErrorKind, router};
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
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = StateFile::new(folder.path().join("links"));
        let house = House::with_store(Dialect::ZApi, builder(), store).await;
        Self { house, folder }
    }

    fn file(&self) -> PathBuf {
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
        let hub = hub(self.file()).await.unwrap();
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
    let mut kept = Kept::new().await;
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
    let mut kept = Kept::new().await;
    let old = kept.house.open().await;
    tokio::time::sleep(20 * MINUTE).await;
    let new = kept.house.open().await;
    tokio::time::sleep(11 * MINUTE).await;
    kept.house.start_qr(&new).await;
    kept.restart(|state| {
        // The other one has no end of its own any more: it lives as long as the session.
        assert_eq!(links(state).len(), 1);
        let session_ends = state["pairings"][0]["expires_at"].clone();
        assert_eq!(links(state)[0]["expires_at"], session_ends);
    })
    .await;
    assert_eq!(kept.status(&old).await, StatusCode::NOT_FOUND);
    assert_eq!(kept.status(&new).await, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_file_of_the_first_version_is_read() {
    let mut kept = Kept::new().await;
    let page = kept.house.open().await;
    kept.restart(|state| {
        state["version"] = json!(1);
        let link = &mut links(state)[0];
        *link = link["hash"].take();
    })
    .await;
    kept.house.start_qr(&page).await;
    kept.house.watch(&page).await.until("code").await;
}

#[tokio::test(start_paused = true)]
async fn a_click_that_changes_nothing_writes_nothing() {
    let kept = Kept::new().await;
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
    let kept = Kept::new().await;
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

async fn hub(file: impl Into<PathBuf>) -> Result<PairingHub, BuildError> {
    builder().build_with_store(StateFile::new(file)).await
}

/// Why a hub does not take this for its state file.
async fn refused(file: impl Into<PathBuf>) -> StoreErrorKind {
    match hub(file).await {
        Err(BuildError::Store(error)) => error.kind(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it is taken"),
    }
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn only_a_regular_file_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let pipe = std::process::Command::new("mkfifo")
        .arg(at("pipe"))
        .status();
    assert!(pipe.unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", at("to a device")).unwrap();
    std::os::unix::fs::symlink(at("pipe"), at("to a pipe")).unwrap();
    let in_it = ["pipe", "socket", "to a device", "to a pipe", "", ".", ".."].map(at);
    let elsewhere = ["", "/", ".", "..", "/dev/zero", "/dev/null", "/dev/full"].map(Into::into);
    for file in in_it.into_iter().chain(elsewhere) {
        assert_eq!(
            refused(&file).await,
            StoreErrorKind::Unusable,
            "{}",
            file.display()
        );
    }
    std::os::unix::fs::symlink(at("nowhere"), at("to nothing")).unwrap();
    assert_eq!(refused(at("to nothing")).await, StoreErrorKind::Unavailable);
    // A name that has no room for a lock beside it could not be kept.
    let long = at(&"n".repeat(253));
    assert_eq!(refused(long).await, StoreErrorKind::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn what_the_start_accepts_is_written_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("links");
    for before in [None, Some("")] {
        if let Some(content) = before {
            std::fs::write(&file, content).unwrap();
        }
        let hub = hub(&file).await.unwrap();
        assert_eq!(read(&file).unwrap()["pairings"], json!([]));
        hub.shutdown().await;
    }
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_link_to_the_file_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("links"), folder.path().join("link"));
    std::fs::write(&file, "").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let hub = hub(&link).await.unwrap();
    assert!(link.is_symlink());
    assert!(read(&file).is_some());
    assert_eq!(refused(&file).await, StoreErrorKind::InUse);
    hub.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn one_hub_at_a_time_has_the_file() {
    let kept = Kept::new().await;
    kept.house.open().await;
    assert_eq!(refused(kept.file()).await, StoreErrorKind::InUse);
    kept.house.hub.shutdown().await;
    let next = hub(kept.file()).await.unwrap();
    // Its predecessor leaves the file alone, even if it is shut down again.
    std::fs::remove_file(kept.file()).unwrap();
    kept.house.hub.shutdown().await;
    assert_eq!(read(&kept.file()), None);
    drop(next);
    hub(kept.file()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_write_that_failed_is_tried_until_it_succeeds() {
    let kept = Kept::new().await;
    std::fs::remove_file(kept.file()).unwrap();
    // Nothing can take its place.
    std::fs::create_dir(kept.file()).unwrap();
    kept.house.open().await;
    tokio::time::sleep(5 * MINUTE).await;
    assert!(kept.file().is_dir());
    std::fs::remove_dir(kept.file()).unwrap();
    tokio::time::sleep(MINUTE + MOMENT).await;
    let mut state = kept.written().await.unwrap();
    assert_eq!(links(&mut state).len(), 1);
}

/// An entry of the file for an instance that no hub knows.
fn entry(instance: usize, expires_at: u64) -> Value {
    let hash = format!("{instance:042}A");
    json!({
        "id": format!("{instance:016}"),
        "instance": format!("gone-{instance}"),
        "links": [{"hash": hash, "expires_at": expires_at}],
        "expires_at": expires_at,
        "expected_phone": "+5511999998888",
    })
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs()
}

fn write_entries(file: &Path, entries: &[Value]) {
    let state = json!({"version": 2, "pairings": entries});
    std::fs::write(file, state.to_string()).unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_goes_from_the_file_also_if_its_instance_is_unknown() {
    let mut kept = Kept::new().await;
    kept.house.hub.shutdown().await;
    let entries = [
        entry(1, now() - 1),
        entry(2, now() + 2),
        entry(3, now() + 3600),
    ];
    write_entries(&kept.file(), &entries);
    let hub = hub(kept.file()).await.unwrap();
    let names = |state: &Value| state["pairings"].as_array().unwrap().len();
    let at_the_start = read(&kept.file()).unwrap().to_string();
    assert!(!at_the_start.contains("gone-1"), "{at_the_start}");
    let provider = provider(&kept.house.simulator, &kept.house.instance);
    hub.add_instance("shop", HubInstance::new(provider))
        .unwrap();
    // The end is one by the time of day, which no test can hurry.
    let left = loop {
        let state = kept.written().await.unwrap();
        if !state.to_string().contains("gone-2") {
            break state;
        }
    };
    assert_eq!(names(&left), 1);
    assert!(left.to_string().contains("gone-3"), "{left}");
    kept.house.hub = hub;
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_too_large_is_cut_to_what_the_next_start_reads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("links");
    let ends = now() + 3600;
    let large = |number: usize| {
        let mut entry = entry(number, ends);
        // Few entries are read sooner than many.
        entry["instance"] = json!(format!("{number:020000}"));
        entry
    };
    let entries: Vec<_> = (0..900).map(large).collect();
    write_entries(&file, &entries);
    let size = || std::fs::metadata(&file).unwrap().len();
    assert!(size() > 16 * 1024 * 1024, "{}", size());
    for _ in 0..2 {
        let hub = hub(&file).await.unwrap();
        assert!(size() <= 16 * 1024 * 1024, "{}", size());
        assert!(size() > 15 * 1024 * 1024, "{}", size());
        hub.shutdown().await;
    }
    // Nothing of ours is ever as large as this.
    let large = std::fs::File::create(&file).unwrap();
    large.set_len(65 * 1024 * 1024).unwrap();
    assert_eq!(refused(&file).await, StoreErrorKind::Format);
}
