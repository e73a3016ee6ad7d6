//! Reading a reply stays cheap, in instructions, which are the same on every machine with the
//! same compiler; the limits leave room for another one.

use std::path::Path;

use pairing_benches::callgrind::instructions_each;
use pairing_benches::picture_reply;

/// Of the kit, per instruction of `serde_json` and `base64` alone. These tests are built without
/// optimisation, where it is more than in `docs/benchmarks.md`. The limit was 1.7 before
/// answers were searched for failure flags in envelopes and for firewalls' texts, and 2.2 before the
/// kit's futures were boxed, so that they are compiled once and not for each adapter.
const MOST: f64 = 2.3;

#[tokio::test]
async fn a_picture_is_read_for_little_more_than_its_json_and_base64() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body.json");
    std::fs::write(&file, picture_reply::body().await.unwrap()).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_request"));
    let count = |what: &str| instructions_each(program, &[what, file.to_str().unwrap()], 20);
    let (ours, plain) = (count("read").unwrap(), count("plain").unwrap());
    let ratio = ours / plain;
    assert!(ratio < MOST, "{ours} / {plain} = {ratio}");
    assert!(ratio > 0.5, "nothing was read: {ours} / {plain} = {ratio}");
}
