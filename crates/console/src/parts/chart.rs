//! Charts as inline SVG, with the same numbers as a table; and progress.

use askama::{Template, filters::HtmlSafe};

/// Height of what went through and of what failed, in units of the drawing.
const UP: u64 = 100;
const DOWN: u64 = 36;
/// Width of one bar with the space behind it.
const STEP: usize = 10;

/// One span of time.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Its beginning, for the table.
    pub label: String,
    pub went: u64,
    pub failed: u64,
}

/// Over time: what went through stands up, what failed hangs down.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/chart.html")]
pub struct Chart {
    id: &'static str,
    title: String,
    note: String,
    bars: Vec<Bar>,
    words: ChartWords,
}

impl HtmlSafe for Chart {}

#[derive(Clone, Debug)]
struct ChartWords {
    as_table: &'static str,
    from: &'static str,
    went: &'static str,
    failed: &'static str,
}

impl Chart {
    pub fn new(
        t: seatlink_texts::Texts,
        id: &'static str,
        title: impl Into<String>,
        note: impl Into<String>,
        bars: Vec<Bar>,
    ) -> Self {
        let words = ChartWords {
            as_table: t.common().as_table(),
            from: t.common().from(),
            went: t.common().went_through(),
            failed: t.common().failed(),
        };
        Self { id, title: title.into(), note: note.into(), bars, words }
    }

    fn width(&self) -> usize {
        (self.bars.len() * STEP).max(STEP)
    }

    const fn height() -> u64 {
        UP + DOWN + 1
    }

    /// The largest value of both, so that up and down are in one scale as far as there is room.
    fn most(&self) -> (u64, u64) {
        let most = |of: fn(&Bar) -> u64| self.bars.iter().map(of).max().unwrap_or(0).max(1);
        (most(|bar| bar.went), most(|bar| bar.failed))
    }

    fn went_path(&self) -> String {
        let (most, _) = self.most();
        self.path(|bar| {
            let height = bar.went * UP / most;
            (UP - height, height)
        })
    }

    fn failed_path(&self) -> String {
        let (went, failed) = self.most();
        // In the scale of what went through, unless that would not fit.
        let most = (went * DOWN).div_ceil(UP).max(failed);
        self.path(|bar| (UP + 1, (bar.failed * DOWN).div_ceil(most)))
    }

    fn path(&self, place: impl Fn(&Bar) -> (u64, u64)) -> String {
        use std::fmt::Write as _;
        let mut path = String::new();
        for (index, bar) in self.bars.iter().enumerate() {
            let (top, height) = place(bar);
            if height > 0 {
                let x = index * STEP + 1;
                let _ = write!(path, "M{x} {top}h7v{height}h-7z");
            }
        }
        path
    }
}

/// Shares of one sum, each a link to what it counts.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<div class="bars">{% for row in rows.iter() %}<a href="{{ row.to }}"><span>{{ row.text }}</span><b class="n">{{ row.count }}</b><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="whole" width="100" height="6"/><rect width="{{ row.share }}" height="6"/></svg></a>{% endfor %}</div>"#
)]
pub struct Bars {
    rows: Vec<BarsRow>,
}

impl HtmlSafe for Bars {}

#[derive(Clone, Debug)]
struct BarsRow {
    to: String,
    text: String,
    count: u64,
    share: u64,
}

impl Bars {
    /// Address, text and number of each.
    pub fn new(rows: Vec<(String, String, u64)>) -> Self {
        let most = rows.iter().map(|(_, _, count)| *count).max().unwrap_or(0).max(1);
        let rows = rows.into_iter().map(|(to, text, count)| BarsRow {
            to,
            text,
            count,
            share: (count * 100).div_ceil(most),
        });
        Self { rows: rows.collect() }
    }
}

/// How far a long work has come.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<p class="n">{{ text }}</p><progress value="{{ done }}" max="{{ all }}" aria-label="{{ text }}"></progress>"#
)]
pub struct Progress {
    done: u64,
    all: u64,
    text: String,
}

impl HtmlSafe for Progress {}

impl Progress {
    /// `text` says it in words: “12,400 of 50,000 read”.
    pub fn new(done: u64, all: u64, text: impl Into<String>) -> Self {
        Self { done, all: all.max(1), text: text.into() }
    }
}

#[cfg(test)]
mod tests {
    use seatlink_texts::{Language, Texts};

    use super::*;

    #[test]
    fn bars_stand_in_one_scale_and_nothing_is_not_drawn() {
        let bar = |went, failed| Bar { label: String::from("19:00"), went, failed };
        let t = Texts::of(Language::English);
        let chart =
            Chart::new(t, "c", "Throughput", "", vec![bar(200, 0), bar(100, 10), bar(0, 0)]);
        assert_eq!(chart.went_path(), "M1 0h7v100h-7zM11 50h7v50h-7z");
        assert_eq!(chart.failed_path(), "M11 101h7v5h-7z");
    }
}
