//! Timing several subjects in turns, so that the machine's mood hits all of them.

use std::time::Instant;

use anyhow::Result;

use crate::Measured;

/// One of those who are measured, and one repetition of what it does.
pub type Subject<'a> = (&'a str, Box<dyn FnMut() -> Result<()> + 'a>);

/// Nanoseconds per repetition of each subject: `runs` rounds in which each does `times`
/// repetitions, after a round that does not count.
///
/// # Errors
///
/// When a subject fails.
pub fn in_turns(subjects: &mut [Subject<'_>], runs: usize, times: u32) -> Result<Vec<Measured>> {
    let mut all = vec![Vec::with_capacity(runs); subjects.len()];
    for run in 0..=runs {
        for ((_, repeat), figures) in subjects.iter_mut().zip(&mut all) {
            let started = Instant::now();
            for _ in 0..times {
                repeat()?;
            }
            if run > 0 {
                figures.push(started.elapsed().as_secs_f64() * 1e9 / f64::from(times));
            }
        }
    }
    Ok(all.iter().map(|figures| Measured::of(figures)).collect())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn everybody_takes_turns_and_the_first_round_does_not_count() {
        let order = RefCell::new(String::new());
        let subject = |name: &'static str| -> Subject<'_> {
            let order = &order;
            let repeat = move || {
                order.borrow_mut().push_str(name);
                Ok(())
            };
            (name, Box::new(repeat))
        };
        let measured = in_turns(&mut [subject("a"), subject("b")], 2, 2).unwrap();
        assert_eq!(*order.borrow(), "aabbaabbaabb");
        assert_eq!((measured.len(), measured[0].runs), (2, 2));
    }
}
