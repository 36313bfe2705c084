//! One promise and what became of it.

use std::fmt;

use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) target: f64,
    pub(crate) bound: Bound,
    /// The best durable peer, as measured elsewhere on such a machine.
    pub(crate) peer: Option<f64>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Bound {
    Least,
    Most,
}

impl Figure {
    pub(crate) fn at_least(
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        target: f64,
    ) -> Self {
        Self { what: what.into(), value, unit, target, bound: Bound::Least, peer: None }
    }

    pub(crate) fn at_most(
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        target: f64,
    ) -> Self {
        Self { bound: Bound::Most, ..Self::at_least(what, value, unit, target) }
    }

    fn holds(&self) -> bool {
        match self.bound {
            Bound::Least => self.value >= self.target,
            Bound::Most => self.value <= self.target,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, value, unit, target, bound, .. } = self;
        let sign = match bound {
            Bound::Least => '≥',
            Bound::Most => '≤',
        };
        let mark = if self.holds() { '✓' } else { '✗' };
        write!(formatter, "{mark} {what:<58} {value:>11.2} {unit}  ({sign} {target})")
    }
}
