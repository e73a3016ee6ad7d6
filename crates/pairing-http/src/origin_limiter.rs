//! Limits the requests under way to each gateway, so that one that hangs does not hold up the
//! others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Beyond this number, gateways without a request under way are forgotten.
const MOST_AT_REST: usize = 64;

pub(crate) struct OriginLimiter {
    each: usize,
    of: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl OriginLimiter {
    /// With this limit for each gateway.
    pub(crate) fn new(each: usize) -> Self {
        Self {
            each,
            of: Mutex::default(),
        }
    }

    /// A permit for a request to this origin, as soon as one is free.
    pub(crate) async fn take(&self, origin: &str) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.of(origin).acquire_owned().await
    }

    fn of(&self, origin: &str) -> Arc<Semaphore> {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = of.get(origin) {
            return places.clone();
        }
        if of.len() >= MOST_AT_REST {
            // A request that waits for a permit, or has one, holds the semaphore.
            of.retain(|_, places| Arc::strong_count(places) > 1);
        }
        let places = Arc::new(Semaphore::new(self.each));
        of.insert(origin.to_owned(), places.clone());
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_gateway_without_a_free_place_blocks_no_other_gateway() {
        let places = OriginLimiter::new(1);
        let held = places.take("https://a.example").await.unwrap();
        drop(places.take("https://b.example").await.unwrap());
        assert_eq!(places.of("https://a.example").available_permits(), 0);
        drop(held);
        assert_eq!(places.of("https://a.example").available_permits(), 1);
    }

    #[tokio::test]
    async fn gateways_at_rest_are_forgotten_and_others_are_not() {
        let places = OriginLimiter::new(1);
        let _held = places.take("https://busy.example").await.unwrap();
        for number in 0..10 * MOST_AT_REST {
            drop(places.take(&format!("https://{number}.example")).await);
        }
        assert!(places.of.lock().unwrap().len() <= MOST_AT_REST);
        assert_eq!(places.of("https://busy.example").available_permits(), 0);
    }
}
