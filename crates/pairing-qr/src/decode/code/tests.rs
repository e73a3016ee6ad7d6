//! Codes of every version, level, mask and kind, drawn by another crate, whole and damaged.

use fast_qr::{ECL, Mask, Mode, QRBuilder, QRCode, Version};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const LEVELS: [ECL; 4] = [ECL::M, ECL::L, ECL::H, ECL::Q];

fn modules(code: &QRCode) -> Modules {
    Modules::new(code.size, |x, y| code.data[y * code.size + x].value())
}

/// With what the builder is asked for.
fn drawn(text: &str, ask: impl FnOnce(&mut QRBuilder)) -> Modules {
    let mut builder = QRBuilder::new(text);
    ask(&mut builder);
    modules(&builder.build().unwrap())
}

#[test]
fn every_version_and_level_is_read_when_it_is_full() {
    use Version::*;
    const VERSIONS: [Version; 40] = [
        V01, V02, V03, V04, V05, V06, V07, V08, V09, V10, V11, V12, V13, V14, V15, V16, V17, V18,
        V19, V20, V21, V22, V23, V24, V25, V26, V27, V28, V29, V30, V31, V32, V33, V34, V35, V36,
        V37, V38, V39, V40,
    ];
    for (index, version) in VERSIONS.into_iter().enumerate() {
        for (level, ecl) in LEVELS.into_iter().enumerate() {
            let size = 21 + 4 * index;
            // Two and a half bytes say what follows.
            let modules = Modules::new(size, |_, _| false);
            let (check, blocks) = blocks::BLOCKS[index][level];
            let check = usize::from(check) * usize::from(blocks);
            let length = codewords(&modules, 0).len() - check - 3;
            let expected: String = ('!'..='~').cycle().take(length).collect();
            let modules = drawn(&expected, |builder| {
                builder.version(version).ecl(ecl).mode(Mode::Byte);
            });
            assert_eq!(modules.size, size);
            assert_eq!(text(&modules), Some(expected), "{version:?}, {ecl:?}");
        }
    }
}

#[test]
fn every_mask_is_read() {
    const MASKS: [Mask; 8] = [
        Mask::Checkerboard,
        Mask::HorizontalLines,
        Mask::VerticalLines,
        Mask::DiagonalLines,
        Mask::LargeCheckerboard,
        Mask::Fields,
        Mask::Diamonds,
        Mask::Meadow,
    ];
    for mask in MASKS {
        let modules = drawn("2@Abc+/=,dEf", |builder| {
            builder.mask(mask);
        });
        assert_eq!(text(&modules).as_deref(), Some("2@Abc+/=,dEf"), "{mask:?}");
    }
}

#[test]
fn every_kind_of_segment_is_read_at_every_width_of_its_length() {
    for (mode, alphabet) in [
        (Mode::Numeric, "0123456789"),
        (Mode::Alphanumeric, "AZ09 $%*+-./:"),
        (Mode::Byte, "2@ção,日本,🙂"),
    ] {
        for version in [Version::V09, Version::V26, Version::V27] {
            for length in 1..=7 {
                let expected: String = alphabet.chars().cycle().take(length).collect();
                let modules = drawn(&expected, |builder| {
                    builder.mode(mode).version(version);
                });
                assert_eq!(text(&modules), Some(expected), "{mode:?}");
            }
        }
    }
}

#[test]
fn segments_of_other_kinds_and_cut_ones_are_no_text() {
    let read = |data: &[u8]| segments::text(1, data);
    // Two bytes, the character set of which is named as UTF-8 or not.
    assert_eq!(read(&[0x40, 0x22, 0xb3, 0x10]).as_deref(), Some("+1"));
    assert_eq!(read(&[0x71, 0xa4, 0x02, 0x2b, 0x31]).as_deref(), Some("+1"));
    assert_eq!(
        read(&[0x78, 0x01, 0xa4, 0x02, 0x2b, 0x31]).as_deref(),
        Some("+1")
    );
    assert_eq!(
        read(&[0x7c, 0x00, 0x01, 0xa4, 0x02, 0x2b, 0x31]).as_deref(),
        Some("+1")
    );
    assert_eq!(read(&[0x40, 0x22, 0xb3]), None, "a byte is missing");
    assert_eq!(read(&[0x40, 0x1f, 0xf0]), None, "no UTF-8");
    assert_eq!(read(&[0x10, 0x0f, 0xff]), None, "1023 is no three digits");
    for kind in [3, 5, 6, 8, 9, 15] {
        assert_eq!(read(&[kind << 4, 0, 0, 0]), None, "{kind}");
    }
    assert_eq!(read(&[]).as_deref(), Some(""));
}

#[test]
fn a_mirrored_code_is_read() {
    let modules = drawn("2@Abc+/=,dEf", |_| {});
    assert_eq!(text(&modules.mirrored()), text(&modules));
}

proptest! {
    /// Level H of version 1 has 17 check codewords, so that eight may be wrong; of the format, three bits.
    #[test]
    fn damage_within_the_limits_is_repaired(places in vec((0_usize..21, 0_usize..21), 0..=8)) {
        let of_format = places.iter().filter(|(x, y)| *x == 8 || *y == 8);
        prop_assume!(of_format.count() <= 3);
        let whole = drawn("2@A,b", |builder| {
            builder.version(Version::V01).ecl(ECL::H);
        });
        let damaged = Modules::new(21, |x, y| {
            whole.is_dark(x, y) != places.contains(&(x, y))
        });
        prop_assert_eq!(text(&damaged), Some("2@A,b".to_owned()));
    }

    #[test]
    fn no_modules_make_it_panic(version in 1_usize..=40, dark in vec(any::<bool>(), 1..500)) {
        let size = 17 + 4 * version;
        let _ = text(&Modules::new(size, |x, y| dark[(y * size + x) % dark.len()]));
    }
}
