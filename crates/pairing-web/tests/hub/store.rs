//! What a store is asked for, whatever it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::StatusCode;
use pairing_sim::Dialect;
use pairing_web::{
    BuildError, MemoryStore, NewPairing, PairingRecord, PairingStore, RecordChange, StoreError,
    StoreErrorKind,
};

use crate::support::{House, builder};

/// A store in memory that notes what it is asked for, and fails on demand.
#[derive(Debug, Clone, Default)]
struct Noted {
    records: MemoryStore,
    batches: Arc<Mutex<Vec<Vec<RecordChange>>>>,
    fails: Arc<AtomicBool>,
    is_closed: Arc<AtomicBool>,
}

#[async_trait]
impl PairingStore for Noted {
    async fn load(&self) -> Result<Vec<PairingRecord>, StoreError> {
        self.records.load().await
    }

    async fn apply(&self, changes: &[RecordChange]) -> Result<(), StoreError> {
        assert!(!self.is_closed.load(Ordering::SeqCst));
        self.batches.lock().unwrap().push(changes.to_vec());
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::new(StoreErrorKind::Unavailable, "out of order"));
        }
        self.records.apply(changes).await
    }

    async fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
    }
}

impl Noted {
    /// The batches since the last look, once nothing else can happen at this moment: `+` and `-`
    /// with the instance or the id.
    async fn batches(&self) -> Vec<Vec<String>> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let batches = std::mem::take(&mut *self.batches.lock().unwrap());
        let name = |change: &RecordChange| match change {
            RecordChange::Put(record) => format!("+{}", record.instance),
            RecordChange::Delete(id) => format!("-{id}"),
        };
        let names = batches.iter().map(|batch| {
            let mut names: Vec<_> = batch.iter().map(name).collect();
            names.sort();
            names
        });
        names.collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_survives_in_memory_and_its_token_is_not_kept() {
    let store = MemoryStore::new();
    let house = House::with_store(Dialect::ZApi, builder(), store.clone()).await;
    let link = house.hub.create(NewPairing::of("shop")).unwrap();
    house.hub.shutdown().await;
    let records = store.load().await.unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(&records[0].id, link.id());
    assert!(!format!("{records:?}").contains(&link.path()[3..]));
    let json = serde_json::to_string(&records[0]).unwrap();
    assert!(!json.contains(&link.path()[3..]));
    assert_eq!(
        serde_json::from_str::<PairingRecord>(&json).unwrap().id,
        records[0].id
    );
    let hub = builder().build_with_store(store).await.unwrap();
    let house = house.restarted(hub);
    house.know_again();
    let page = format!("/pair{}", link.path());
    assert_eq!(house.get(&page).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_one_pairing_is_a_change_of_one_record() {
    let store = Noted::default();
    let house = House::with_store(Dialect::ZApi, builder(), store.clone()).await;
    let nothing: [&str; 0] = [];
    assert_eq!(store.batches().await, [nothing], "it is tried at the start");
    for name in ["a", "b", "c"] {
        house.add(name);
    }
    let shop = house.hub.create(NewPairing::of("shop")).unwrap();
    assert_eq!(store.batches().await, [["+shop"]], "immediately");
    for name in ["a", "b", "c"] {
        house.hub.create(NewPairing::of(name)).unwrap();
    }
    assert!(store.batches().await.is_empty());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(store.batches().await, [["+a", "+b", "+c"]], "together");
    tokio::time::sleep(Duration::from_secs(1)).await;
    house.hub.cancel(shop.id());
    assert_eq!(store.batches().await, [[format!("-{}", shop.id())]]);
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert!(store.batches().await.is_empty());
    house.hub.shutdown().await;
    assert!(store.is_closed.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_failed_is_repeated_with_what_has_changed_meanwhile() {
    let store = Noted::default();
    let house = House::with_store(Dialect::ZApi, builder(), store.clone()).await;
    house.add("a");
    store.batches().await;
    store.fails.store(true, Ordering::SeqCst);
    let shop = house.hub.create(NewPairing::of("shop")).unwrap();
    assert_eq!(store.batches().await, [["+shop"]]);
    house.hub.create(NewPairing::of("a")).unwrap();
    house.hub.cancel(shop.id());
    let gone = format!("-{}", shop.id());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(store.batches().await, [["+a", gone.as_str()]]);
    store.fails.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(store.batches().await, [["+a", gone.as_str()]]);
    let records = store.load().await.unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].instance, "a");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_written_at_the_start_is_refused() {
    let store = Noted::default();
    store.fails.store(true, Ordering::SeqCst);
    let refused = builder().build_with_store(store).await;
    let Err(BuildError::Store(error)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert_eq!(error.to_string(), "out of order");
}
