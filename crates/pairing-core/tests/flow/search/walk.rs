//! All paths of a session up to a depth, each state once.

use std::collections::HashSet;

use super::moves;
use super::run::Run;
use super::says::{Act, CodeSays, Move, StatusSays, When};
use super::setting::Setting;
use super::spec::{Broken, Call};

/// What was searched.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Searched {
    /// States that differ in anything that could matter later.
    pub(crate) states: usize,
    /// Steps from one state to another, each checked.
    pub(crate) steps: usize,
    /// Sessions that were run to their end from the deepest states.
    pub(crate) ends: usize,
}

/// Searches breadth first; fails with the shortest path that breaks a rule.
pub(crate) fn search(setting: &Setting, depth: usize) -> Result<Searched, Broken> {
    let mut search = Search {
        setting,
        names: Vec::new(),
        known: HashSet::new(),
        searched: Searched::default(),
    };
    let start = Run::start(setting).map_err(|broken| search.told(&[], &broken))?;
    search.known.insert(start.fingerprint());
    let mut level = vec![Path::default()];
    for _ in 0..depth {
        let mut next = Vec::new();
        for path in level {
            search.go_on(&path, &mut next)?;
        }
        level = next;
    }
    for path in &level {
        let ends = time_alone(search.replay(path));
        let ends = ends.and_then(|()| a_person_who_left(search.replay(path)));
        let ends = ends.and_then(|()| a_phone_that_links(search.replay(path)));
        ends.map_err(|broken| search.told(path, &broken))?;
        search.searched.ends += 3;
    }
    search.searched.states = search.known.len();
    Ok(search.searched)
}

/// The moves of a path by their numbers: millions of paths are kept.
type Path = Box<[u8]>;

struct Search<'a> {
    setting: &'a Setting,
    /// The moves that have been made, numbered.
    names: Vec<Move>,
    known: HashSet<u128>,
    searched: Searched,
}

impl<'a> Search<'a> {
    /// Tries everything at the end of a path, and keeps the paths that lead to something new.
    fn go_on(&mut self, path: &Path, next: &mut Vec<Path>) -> Result<(), Broken> {
        for step in moves::possible(&self.replay(path)) {
            let mut run = self.replay(path);
            let longer: Path = path.iter().copied().chain([self.name(step)]).collect();
            let played = run.play(step);
            if !played.map_err(|broken| self.told(&longer, &broken))? {
                continue;
            }
            self.searched.steps += 1;
            let print = run.fingerprint();
            if self.known.insert(print) {
                idle_acts(&mut run, print).map_err(|broken| self.told(&longer, &broken))?;
                if !run.ended() {
                    next.push(longer);
                }
            }
        }
        Ok(())
    }

    fn replay(&self, path: &[u8]) -> Run<'a> {
        let mut run = Run::start(self.setting).expect("it was started before");
        for step in path {
            let played = run.play(self.names[usize::from(*step)]);
            assert!(played.is_ok_and(|played| played), "it was played before");
        }
        run
    }

    fn name(&mut self, step: Move) -> u8 {
        let known = self.names.iter().position(|known| *known == step);
        let number = known.unwrap_or_else(|| {
            self.names.push(step);
            self.names.len() - 1
        });
        u8::try_from(number).expect("the menus are short")
    }

    /// What is wrong, and the path in words, to be played again by hand.
    fn told(&self, path: &[u8], broken: &str) -> Broken {
        let steps = path.iter().map(|step| self.names[usize::from(*step)]);
        let steps = steps.map(|step| format!("  {step:?}\n"));
        format!(
            "{}: {broken}\n{}",
            self.setting.name,
            steps.collect::<String>()
        )
    }
}

/// What is refused, stale or of no meaning leaves everything as it is.
fn idle_acts(run: &mut Run<'_>, before: u128) -> Result<(), Broken> {
    let idle = moves::idle(run);
    for step in &idle {
        run.play(*step)?;
    }
    // What an ended flow remembers can matter to nobody.
    if run.ended() || run.fingerprint() == before {
        Ok(())
    } else {
        Err(format!(
            "one of these should have changed nothing: {idle:?}"
        ))
    }
}

/// More steps than any session can take from one due time to the next.
const ENDLESS: usize = 20_000;

/// If nobody answers, acts or comes back, the session ends, at its deadline at the latest.
pub(crate) fn time_alone(mut run: Run<'_>) -> Result<(), Broken> {
    if run.ended() {
        return Ok(());
    }
    for _ in 0..ENDLESS {
        if run.ended() {
            let in_time = run.elapsed() <= run.spec().deadline();
            return if in_time {
                Ok(())
            } else {
                Err("time alone: it ended after its deadline".into())
            };
        }
        run.play(Move::new(When::Due, Act::Tick))
            .map_err(|broken| format!("time alone: {broken}"))?;
    }
    Err("time alone: it does not end".into())
}

/// If the gateway is well and nobody comes back, the session ends, and nothing is linked.
pub(crate) fn a_person_who_left(mut run: Run<'_>) -> Result<(), Broken> {
    if run.ended() || run.spec().knows_a_link() {
        return Ok(());
    }
    // A link that is there already lasts, or is lost.
    let linked = run.spec().is_confirming();
    for _ in 0..ENDLESS {
        if let Some(end) = run.spec().end() {
            return if end.is_linked() && !linked {
                Err(format!("a person who left: {end:?}"))
            } else {
                Ok(())
            };
        }
        let (when, act) = match run.asked() {
            Some(Call::Code) => (When::Now, Act::NewCode { exact: None }),
            Some(Call::Status) => (When::Now, Act::Status(StatusSays::NotConnected)),
            Some(Call::EndAttempt) => (When::Now, Act::Ended(None)),
            None => (When::Due, Act::Tick),
        };
        run.play(Move::new(when, act))
            .map_err(|broken| format!("a person who left: {broken}"))?;
    }
    Err("a person who left: it does not end".into())
}

/// If the gateway recovers and the person comes back, the phone can still be linked.
pub(crate) fn a_phone_that_links(mut run: Run<'_>) -> Result<(), Broken> {
    if run.ended() {
        return Ok(());
    }
    let patience = run.longest_wait();
    let enough = run.spec().deadline().saturating_sub(run.elapsed()) > patience;
    let started = run.elapsed();
    for _ in 0..ENDLESS {
        if let Some(end) = run.spec().end() {
            let quick = run.elapsed() <= started + patience;
            return if end.is_linked() && quick || !enough {
                Ok(())
            } else {
                Err(format!(
                    "a phone that links: {end:?} after {:?}",
                    run.elapsed() - started
                ))
            };
        }
        let (when, act) = match run.asked() {
            Some(Call::Code) => (When::Now, Act::Code(CodeSays::AlreadyConnected)),
            Some(Call::Status) => (When::Now, Act::Status(StatusSays::Right)),
            Some(Call::EndAttempt) => (When::Now, Act::Ended(None)),
            None if run.at_gate() => (When::Now, Act::Resume),
            None => (When::Due, Act::Tick),
        };
        run.play(Move::new(when, act))
            .map_err(|broken| format!("a phone that links: {broken}"))?;
    }
    Err("a phone that links: it does not end".into())
}
