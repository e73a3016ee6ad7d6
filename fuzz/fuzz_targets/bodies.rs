#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pairing_properties::check("bodies", data));
