//! What libFuzzer prints: the last lines for whoever has to read them, and two numbers.

use std::collections::VecDeque;
use std::fmt;

/// A crash with its stack is shorter.
const LINES: usize = 120;

#[derive(Default)]
pub(super) struct Log {
    last: VecDeque<String>,
    executions: u64,
    edges: u64,
    inputs: u64,
}

impl Log {
    pub(super) fn read(&mut self, line: &str) {
        let number = |text: &str| text.trim().parse().ok();
        let word_after = |mark: &str| {
            let (_, rest) = line.split_once(mark)?;
            rest.split_whitespace().next().and_then(number)
        };
        if let Some(executions) = line.strip_prefix("stat::number_of_executed_units:") {
            self.executions = number(executions).unwrap_or_default();
        }
        if line.starts_with('#') {
            self.edges = word_after(" cov: ").unwrap_or(self.edges);
            let inputs = line
                .split_once(" corp: ")
                .and_then(|(_, rest)| rest.split('/').next());
            self.inputs = inputs.and_then(number).unwrap_or(self.inputs);
        }
        self.last.push_back(line.to_owned());
        if self.last.len() > LINES {
            self.last.pop_front();
        }
    }

    pub(super) fn ran(&self) -> bool {
        self.executions > 0 && self.edges > 0
    }

    pub(super) fn show(&self) {
        for line in &self.last {
            eprintln!("    {line}");
        }
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            executions,
            edges,
            inputs,
            ..
        } = self;
        write!(
            f,
            "{executions} executions, {edges} edges, {inputs} inputs in the corpus"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_libfuzzer_prints() {
        let mut log = Log::default();
        assert!(!log.ran());
        for line in [
            "INFO: Seed: 1",
            "#512\tNEW    cov: 1204 ft: 2210 corp: 38/12Kb lim: 4096 exec/s: 512 rss: 60Mb",
            "#4096\tDONE   cov: 1310 ft: 2400 corp: 41/12Kb lim: 4096 exec/s: 409 rss: 61Mb",
            "stat::number_of_executed_units: 4096",
        ] {
            log.read(line);
        }
        assert!(log.ran());
        assert_eq!(
            log.to_string(),
            "4096 executions, 1310 edges, 41 inputs in the corpus"
        );
    }
}
