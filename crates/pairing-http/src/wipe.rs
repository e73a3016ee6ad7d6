//! Wiping what a gateway sent: it holds codes, and sometimes a credential that it was given.

use zeroize::optimization_barrier;

/// Overwrites bytes with zeros, in a way that the compiler does not leave out.
///
/// It writes in sweeps what `zeroize` would write byte by byte: every body is wiped, and that must
/// not cost more than reading it.
pub fn wipe_bytes(bytes: &mut [u8]) {
    /// Above twice as much `memset` takes a string instruction, which is slow to start and
    /// counts as one for each byte where instructions are counted.
    const SWEEP: usize = 1024;
    bytes.chunks_mut(SWEEP).for_each(|sweep| sweep.fill(0));
    optimization_barrier(bytes);
}
