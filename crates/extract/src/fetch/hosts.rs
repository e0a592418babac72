//! Courtesy to servers, host by host.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

/// Requests to one host at the same time.
const AT_ONCE: usize = 2;
/// Between the starts of two requests to one host: RNB takes 20 a second, the others say nothing.
const BETWEEN: Duration = Duration::from_millis(50);

/// Whose turn it is.
#[derive(Debug, Default)]
pub(super) struct Hosts(Mutex<HashMap<String, Arc<Host>>>);

#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    next: Mutex<Option<Instant>>,
}

/// The right to talk to a host, until it is dropped.
pub(super) type Turn = Option<OwnedSemaphorePermit>;

impl Hosts {
    /// Waits until the host of the address may be asked.
    pub(super) async fn turn(&self, url: &Url) -> Turn {
        let host = {
            let mut hosts = locked(&self.0);
            let name = url.origin().ascii_serialization();
            Arc::clone(hosts.entry(name).or_insert_with(|| {
                Arc::new(Host {
                    places: Arc::new(Semaphore::new(AT_ONCE)),
                    next: Mutex::new(None),
                })
            }))
        };
        // An error would mean a closed semaphore, and nothing closes it.
        let turn = Arc::clone(&host.places).acquire_owned().await.ok();
        let start = host.start(Instant::now());
        tokio::time::sleep_until(start).await;
        turn
    }
}

impl Host {
    /// When a request that is ready now may start.
    fn start(&self, now: Instant) -> Instant {
        let mut next = locked(&self.next);
        let start = next.map_or(now, |next| next.max(now));
        *next = Some(start + BETWEEN);
        start
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_twenty_requests_start_within_a_second() {
        let host = Host {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            next: Mutex::new(None),
        };
        let now = Instant::now();
        let starts: Vec<_> = (0..100).map(|_| host.start(now)).collect();
        assert_eq!(starts[0], now);
        for pair in starts.windows(21) {
            assert!(pair[20] - pair[0] >= Duration::from_secs(1));
        }
        let later = now + Duration::from_secs(60);
        assert_eq!(host.start(later), later, "a pause owes nothing");
    }

    #[tokio::test]
    async fn a_host_has_two_places_and_another_host_its_own() {
        let hosts = Hosts::default();
        let url = |text| Url::parse(text).unwrap();
        let first = hosts.turn(&url("http://a.example/1")).await;
        let _second = hosts.turn(&url("http://a.example/2")).await;
        let third = url("http://a.example/3");
        let mut third = Box::pin(hosts.turn(&third));
        assert!(futures::poll!(&mut third).is_pending());
        let _other = hosts.turn(&url("http://b.example/1")).await;
        assert!(futures::poll!(&mut third).is_pending());
        drop(first);
        third.await;
    }
}
