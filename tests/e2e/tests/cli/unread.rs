//! A log that nobody reads: its pipe is full, and the server serves on.

use std::io::Read as _;

use rustix::process::Signal;

use crate::support::{Gateway, Serving, ZAPI};

/// Each is a few lines at this level: together, many times what a pipe holds.
const REQUESTS: usize = 1000;

#[tokio::test]
async fn an_unread_log_pipe_blocks_no_request_and_no_shutdown() {
    let gateway = Gateway::start(ZAPI).await;
    let (mut pipe, log) = std::io::pipe().unwrap();
    let serve = gateway.pairing(&["serve", "-vv"]);
    let serving = Serving::start_with(serve, log.into()).await;
    for _ in 0..REQUESTS {
        assert_eq!(serving.get("/healthz").send().await.body, "ok");
    }
    serving.running.signal(Signal::TERM);
    serving.running.finish().await.assert_code(0);
    // What was kept of it until the end; the program held the only other end of the pipe.
    let mut kept = Vec::new();
    pipe.read_to_end(&mut kept).unwrap();
    // A pipe has 64 KiB in pages, and a line that does not fit begins the next page.
    assert!(kept.len() >= 40_000, "{} bytes fill no pipe", kept.len());
}
