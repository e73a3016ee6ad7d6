#!/bin/sh
# Builds the library for every Android processor into src/main/jniLibs. Not run in this repository's
# CI. Needs the NDK (ANDROID_NDK_HOME), cargo-ndk (`cargo install cargo-ndk`) and
#   rustup target add aarch64-linux-android armv7-linux-androideabi x86_64-linux-android
#
#   ./build-native.sh                  with the HTTP client of the library
#   FEATURES=uniffi ./build-native.sh  without: the app brings its own transport
set -eu
cd "$(dirname "$0")"

features=${FEATURES:-uniffi,bundled-http}

# 16 KB pages: from NDK r28 on this is the default, and does no harm. Packed relocations: every
# Android from 6 (API 23) on reads them, and unpacked they are 4 % of the library.
export RUSTFLAGS="${RUSTFLAGS:-} -C link-arg=-Wl,-z,max-page-size=16384 -C link-arg=-Wl,--pack-dyn-relocs=android"

root=../../..
while read -r abi triple; do
    cargo ndk --target "$abi" --platform 24 \
        rustc --package pairing-ffi --lib --profile dist --crate-type cdylib \
        --no-default-features --features "$features"
    mkdir -p "src/main/jniLibs/$abi"
    cp "$root/target/$triple/dist/libpairing_ffi.so" "src/main/jniLibs/$abi/"
done <<'END'
arm64-v8a aarch64-linux-android
armeabi-v7a armv7-linux-androideabi
x86_64 x86_64-linux-android
END
