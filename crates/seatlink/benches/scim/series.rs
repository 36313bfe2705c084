//! Rounds: everything that is compared runs once in each, so that whatever else the machine does
//! falls on all alike.

use anyhow::Result;
use serde_json::{Value, json};

use crate::load::{Effort, Kind, Outcome, Target};

/// One kind of request over all rounds, with its ratio to the reference of the same round.
pub(crate) struct Series {
    pub(crate) kind: Kind,
    outcomes: Vec<Outcome>,
    ratios: Vec<f64>,
}

impl Series {
    pub(crate) fn per_second(&self) -> f64 {
        self.median(|outcome| outcome.per_second)
    }

    pub(crate) fn ratio(&self) -> f64 {
        median(self.ratios.clone())
    }

    pub(crate) fn errors(&self) -> u32 {
        self.outcomes.iter().map(|outcome| outcome.errors).sum()
    }

    fn median(&self, value: impl Fn(&Outcome) -> f64) -> f64 {
        median(self.outcomes.iter().map(value).collect())
    }

    pub(crate) fn row(&self, to: &str) -> Value {
        self.row_named(self.kind.what(), Some((self.ratio(), to)))
    }

    pub(crate) fn row_named(&self, what: &str, to: Option<(f64, &str)>) -> Value {
        json!({
            "what": what,
            "per_second": rounded(self.per_second(), 0),
            "p50_ms": rounded(self.median(|outcome| outcome.p50_ms), 2),
            "p99_ms": rounded(self.median(|outcome| outcome.p99_ms), 2),
            "processor_us": rounded(self.median(|outcome| outcome.processor_us), 0),
            "resident_mib": rounded(self.median(|outcome| outcome.resident_mib), 0),
            "errors": self.errors(),
            "ratio": to.map(|(ratio, _)| rounded(ratio, 2)),
            "to": to.map(|(_, name)| name),
        })
    }
}

/// Runs the reference and then each kind, round after round. Returns the reference's median too.
pub(crate) fn against(
    mut reference: impl FnMut() -> Result<f64>,
    target: &mut Target<'_>,
    kinds: &[Kind],
    effort: Effort,
) -> Result<(f64, Vec<Series>)> {
    let mut all = empty(kinds);
    let mut references = Vec::new();
    warm_up(target, kinds, effort)?;
    for round in 1..=effort.rounds {
        let begin = reference()?;
        references.push(begin);
        eprintln!("round {round}: reference {begin:.0} /s");
        for series in &mut all {
            let outcome = target.run(series.kind, effort)?;
            report(round, series.kind, &outcome);
            series.outcomes.push(outcome);
            series.ratios.push(outcome.per_second / begin);
        }
    }
    Ok((median(references), all))
}

/// Runs each kind on both; the ratio says how much dearer a request is at the second.
pub(crate) fn compared(
    first: &mut Target<'_>,
    second: &mut Target<'_>,
    kinds: &[Kind],
    effort: Effort,
) -> Result<(Vec<Series>, Vec<Series>)> {
    let (mut small, mut large) = (empty(kinds), empty(kinds));
    warm_up(first, kinds, effort)?;
    warm_up(second, kinds, effort)?;
    for round in 1..=effort.rounds {
        for (few, many) in small.iter_mut().zip(&mut large) {
            let before = first.run(few.kind, effort)?;
            report(round, few.kind, &before);
            let after = second.run(many.kind, effort)?;
            report(round, many.kind, &after);
            few.outcomes.push(before);
            many.outcomes.push(after);
            many.ratios.push(before.per_second / after.per_second);
        }
    }
    Ok((small, large))
}

fn empty(kinds: &[Kind]) -> Vec<Series> {
    let series = |kind: &Kind| Series { kind: *kind, outcomes: Vec::new(), ratios: Vec::new() };
    kinds.iter().map(series).collect()
}

fn warm_up(target: &mut Target<'_>, kinds: &[Kind], effort: Effort) -> Result<()> {
    let short = Effort { duration: std::time::Duration::from_secs(1), ..effort };
    for kind in kinds {
        target.run(*kind, short)?;
    }
    Ok(())
}

fn report(round: u32, kind: Kind, outcome: &Outcome) {
    eprintln!(
        "round {round}: {:<50} {:>8.0} /s  p50 {:>6.2} ms  p99 {:>7.2} ms  {:>6.0} µs CPU  {:>4.0} MiB  {} errors",
        kind.what(),
        outcome.per_second,
        outcome.p50_ms,
        outcome.p99_ms,
        outcome.processor_us,
        outcome.resident_mib,
        outcome.errors
    );
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

pub(crate) fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}
