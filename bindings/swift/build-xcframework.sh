#!/usr/bin/env bash
# Builds PairingFFI.xcframework, the library for iOS, its simulator and macOS, beside this script.
#
# Needs a Mac with Xcode and rustup. NOT RUN in this repository's CI, which has no Mac.
#
#   ./build-xcframework.sh            with the HTTP client in the library
#   ./build-xcframework.sh --no-http  without: pass URLSessionTransport() to openProvider
set -euo pipefail
cd "$(dirname "$0")"

features=uniffi,bundled-http
case "${1:-}" in
    "") ;;
    --no-http) features=uniffi ;;
    *)
        echo "usage: $0 [--no-http]" >&2
        exit 2
        ;;
esac
if [ "$(uname)" != Darwin ]; then
    echo "$0: frameworks for Apple's platforms are built on a Mac" >&2
    exit 1
fi

# The systems in Package.swift; otherwise each object file asks for the newest one.
export IPHONEOS_DEPLOYMENT_TARGET=15.0 MACOSX_DEPLOYMENT_TARGET=12.0
root=$(cd ../.. && pwd)
built=$root/target/xcframework
rm -rf "$built" PairingFFI.xcframework

# A Swift package finds the module PairingFFI in a folder of this name; a module map at the top
# would collide with those of other frameworks.
headers=$built/headers/PairingFFI
mkdir -p "$headers"
cp Sources/PairingFFI/pairingFFI.h Sources/PairingFFI/module.modulemap "$headers"

# One static library for each of Apple's platforms, for all its processors.
arguments=()
platform() {
    local name=$1 archives=()
    shift
    for target in "$@"; do
        rustup target add "$target"
        # `rustc` with one crate type: only then does link-time optimisation reach its size.
        (cd "$root" && cargo rustc --locked --package pairing-ffi --lib --profile dist \
            --crate-type staticlib --target "$target" \
            --no-default-features --features "$features")
        archives+=("$root/target/$target/dist/libpairing_ffi.a")
    done
    mkdir -p "$built/$name"
    lipo -create "${archives[@]}" -output "$built/$name/libpairing_ffi.a"
    arguments+=(-library "$built/$name/libpairing_ffi.a" -headers "$built/headers")
}
platform ios aarch64-apple-ios
platform ios-simulator aarch64-apple-ios-sim x86_64-apple-ios
platform macos aarch64-apple-darwin x86_64-apple-darwin

xcodebuild -create-xcframework "${arguments[@]}" -output PairingFFI.xcframework
# For `.binaryTarget(url:checksum:)`, should you publish it.
zip --quiet --recurse-paths "$built/PairingFFI.xcframework.zip" PairingFFI.xcframework
echo "checksum: $(swift package compute-checksum "$built/PairingFFI.xcframework.zip")"
