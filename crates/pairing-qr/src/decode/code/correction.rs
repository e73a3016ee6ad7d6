//! Corrects the errors of a block of codewords: the Reed-Solomon code of QR codes.

/// Corrects the block, whose last `check` codewords are the remainder of the others. At most half as
/// many may be wrong. `None` if more are; the block may have been changed by then.
pub(super) fn correct(block: &mut [u8], check: usize) -> Option<()> {
    let syndromes = syndromes(block, check);
    if is_zero(&syndromes) {
        return Some(());
    }
    let locator = locator(&syndromes);
    let errors = locator.len() - 1;
    if 2 * errors > check {
        return None;
    }
    let evaluator: Vec<u8> = (0..errors)
        .map(|power| sum((0..=power).map(|i| product(locator[i], syndromes[power - i]))))
        .collect();
    let derivative: Vec<u8> = (1..=errors)
        .map(|power| if power % 2 == 1 { locator[power] } else { 0 })
        .collect();
    for (exponent, codeword) in block.iter_mut().rev().enumerate() {
        let inverse = power(ORDER - exponent);
        if value(&locator, inverse) == 0 {
            let scaled = product(power(exponent), value(&evaluator, inverse));
            *codeword ^= quotient(scaled, value(&derivative, inverse))?;
        }
    }
    is_zero(&self::syndromes(block, check)).then_some(())
}

/// The values of the block, as a polynomial with its last codeword as the constant, at the roots of
/// the code's generator: all zero for a block without errors.
fn syndromes(block: &[u8], check: usize) -> Vec<u8> {
    (0..check)
        .map(|root| {
            let step = power(root);
            block
                .iter()
                .fold(0, |sum, &codeword| product(sum, step) ^ codeword)
        })
        .collect()
}

/// The shortest polynomial whose roots tell the places of the errors, the constant first, by the
/// algorithm of Berlekamp and Massey. Its degree is the number of errors.
fn locator(syndromes: &[u8]) -> Vec<u8> {
    let mut locator = vec![1];
    let mut errors = 0;
    let mut before = vec![1];
    let mut discrepancy_before = 1;
    let mut shift = 1;
    for n in 0..syndromes.len() {
        let terms = locator.iter().zip(syndromes[..=n].iter().rev());
        let discrepancy = sum(terms.map(|(&factor, &syndrome)| product(factor, syndrome)));
        // The one of before is not zero.
        let factor = quotient(discrepancy, discrepancy_before).unwrap_or(0);
        if factor == 0 {
            shift += 1;
            continue;
        }
        let unchanged = locator.clone();
        locator.resize(locator.len().max(before.len() + shift), 0);
        for (to, &from) in locator[shift..].iter_mut().zip(&before) {
            *to ^= product(factor, from);
        }
        if 2 * errors <= n {
            errors = n + 1 - errors;
            before = unchanged;
            discrepancy_before = discrepancy;
            shift = 1;
        } else {
            shift += 1;
        }
    }
    locator.resize(errors + 1, 0);
    locator
}

/// Of a polynomial, the constant first.
fn value(polynomial: &[u8], at: u8) -> u8 {
    let highest_first = polynomial.iter().rev();
    highest_first.fold(0, |sum, &factor| product(sum, at) ^ factor)
}

fn is_zero(values: &[u8]) -> bool {
    values.iter().all(|&value| value == 0)
}

/// In a field of 2⁸ elements, adding is exclusive or.
fn sum(values: impl Iterator<Item = u8>) -> u8 {
    values.fold(0, |sum, value| sum ^ value)
}

/// The elements that are not zero are the powers of 2, of which there are this many.
const ORDER: usize = 255;

/// By their exponents.
const POWERS: [u8; ORDER] = {
    /// x⁸ + x⁴ + x³ + x² + 1 without its highest bit.
    const MODULUS: u8 = 0b0001_1101;
    let mut powers = [1; ORDER];
    let mut exponent = 1;
    while exponent < ORDER {
        let before: u8 = powers[exponent - 1];
        powers[exponent] = before << 1 ^ if before >= 128 { MODULUS } else { 0 };
        exponent += 1;
    }
    powers
};

/// The exponents of the elements; the first is not used, as zero has none.
const EXPONENTS: [u8; ORDER + 1] = {
    let mut exponents = [0; ORDER + 1];
    let mut exponent = 0;
    while exponent < ORDER {
        exponents[POWERS[exponent] as usize] = exponent as u8;
        exponent += 1;
    }
    exponents
};

fn power(exponent: usize) -> u8 {
    POWERS[exponent % ORDER]
}

fn exponent(of: u8) -> usize {
    EXPONENTS[usize::from(of)].into()
}

fn product(a: u8, b: u8) -> u8 {
    match (a, b) {
        (0, _) | (_, 0) => 0,
        _ => power(exponent(a) + exponent(b)),
    }
}

/// `None` for a division by zero.
fn quotient(a: u8, b: u8) -> Option<u8> {
    match (a, b) {
        (_, 0) => None,
        (0, _) => Some(0),
        _ => Some(power(exponent(a) + ORDER - exponent(b))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    /// The block with this data: what is appended makes it a multiple of the generator.
    fn encode(data: &[u8], check: usize) -> Vec<u8> {
        let generator = (0..check).fold(vec![1], |product_so_far: Vec<u8>, root| {
            let mut next = product_so_far.clone();
            next.push(0);
            for (to, &from) in next[1..].iter_mut().zip(&product_so_far) {
                *to ^= product(from, power(root));
            }
            next
        });
        let mut rest = data.to_vec();
        rest.resize(data.len() + check, 0);
        for place in 0..data.len() {
            let factor = rest[place];
            for (to, &from) in rest[place..].iter_mut().zip(&generator) {
                *to ^= product(factor, from);
            }
        }
        [data, &rest[data.len()..]].concat()
    }

    proptest! {
        #[test]
        fn half_as_many_errors_as_check_codewords_are_corrected(
            data in vec(any::<u8>(), 1..120),
            check in 7_usize..=30,
            errors in vec((any::<Index>(), any::<u8>()), 0..=15),
        ) {
            let block = encode(&data, check);
            let mut damaged = block.clone();
            for (place, error) in errors.iter().take(check / 2) {
                *place.get_mut(&mut damaged) ^= error;
            }
            prop_assert_eq!(correct(&mut damaged, check), Some(()));
            prop_assert_eq!(damaged, block);
        }

        #[test]
        fn what_is_called_corrected_is_a_block_of_the_code(
            mut block in vec(any::<u8>(), 31..=153),
            check in 7_usize..=30,
        ) {
            if correct(&mut block, check).is_some() {
                let data = &block[..block.len() - check];
                prop_assert_eq!(encode(data, check), block);
            }
        }
    }
}
