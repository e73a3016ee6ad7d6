#!/bin/sh
# rustdoc writes JSON only with this permission. cargo and rustc do not get it: build scripts look
# for it, and everything would be compiled again.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
