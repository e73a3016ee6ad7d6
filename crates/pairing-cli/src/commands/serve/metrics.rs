//! What is counted, in Prometheus' text format.

use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::failure::Failure;

/// The bounds of every duration, in seconds: an answer of ours takes a millisecond, one of a
/// gateway up to the client's patience of 20 s.
const SECONDS: [f64; 12] = [
    0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0,
];

/// How often timings are put into their buckets: they are kept one by one until then, even if
/// they are never read.
const TIDYING: Duration = Duration::from_secs(10);

/// Starts counting, for the whole process.
pub(super) fn install() -> Result<PrometheusHandle, Failure> {
    let unfit = |_| Failure::configuration("the metrics cannot be set up");
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(unfit)?;
    pairing_web::describe_metrics();
    let tidied = handle.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(TIDYING);
        loop {
            ticks.tick().await;
            tidied.run_upkeep();
        }
    });
    Ok(handle)
}
