//! The promises as a drawing: one bar each, how many times better than promised, with the promise
//! as a line.
//!
//! The axis is logarithmic, because peers are ten and more times away. Colours follow what the
//! reader's device prefers.

use std::fmt::Write as _;

use super::figures::Figure;

const WIDTH: f64 = 1_000.0;
const ROW: f64 = 26.0;
const TOP: f64 = 64.0;
const LEFT: f64 = 440.0;
const RIGHT: f64 = 800.0;
/// The ends of the axis, in times the promise.
const LEAST: f64 = 0.025;
const MOST: f64 = 10.0;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1f2328}.small{font-size:11px;fill:#59636e}\
.kept{fill:#2a78b5}.missed{fill:#c2571a}.line{stroke:#1f2328;stroke-width:1.5}.grid{stroke:#d1d9e0}\
.peer{fill:none;stroke:#1f2328;stroke-width:1.5}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}.kept{fill:#4a9fe0}.missed{fill:#e8834a}\
.line,.peer{stroke:#e6edf3}.grid{stroke:#3d444d}}";

pub(super) fn draw(figures: &[Figure]) -> String {
    let shown: Vec<(&Figure, f64)> =
        figures.iter().filter_map(|figure| Some((figure, figure.margin(figure.value)?))).collect();
    let bottom = shown.iter().fold(TOP, |bottom, _| bottom + ROW);
    let height = bottom + 44.0;
    let mut rows = String::new();
    let mut y = TOP;
    for (figure, margin) in shown {
        row(&mut rows, figure, margin, y);
        y += ROW;
    }
    let grid: String = [0.1, 1.0, 10.0].map(|at| tick(at, bottom)).concat();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"Each promise and how many times it was met\">\n<style>{STYLE}</style>\n\
         <text x=\"12\" y=\"24\">What was promised and what was measured</text>\n\
         <text x=\"12\" y=\"42\" class=\"small\">A bar past the line met its promise. The axis counts in times the \
         promise.</text>\n{grid}{rows}{}</svg>\n",
        legend(bottom)
    )
}

fn row(text: &mut String, figure: &Figure, margin: f64, y: f64) {
    let class = if figure.holds() { "kept" } else { "missed" };
    let (middle, top) = (y + ROW / 2.0 + 4.0, y + 5.0);
    let end = place(margin);
    let value = escaped(&figure.shown(figure.value));
    let mut line = format!(
        "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{}</text>\
         <rect x=\"{LEFT}\" y=\"{top}\" width=\"{:.1}\" height=\"{}\" rx=\"2\" class=\"{class}\"/>\
         <text x=\"{}\" y=\"{middle}\" class=\"small\">{value}</text>",
        LEFT - 10.0,
        escaped(&figure.what),
        end - LEFT,
        ROW - 10.0,
        RIGHT + 10.0,
    );
    if let Some(peer) = figure.peer.and_then(|peer| figure.margin(peer)) {
        let (x, centre) = (place(peer), y + ROW / 2.0);
        // Writing to a string cannot fail.
        let _written =
            write!(line, "<path d=\"M{:.1} {centre}l5 -5l5 5l-5 5z\" class=\"peer\"/>", x - 5.0);
    }
    text.push_str(&line);
    text.push('\n');
}

fn tick(at: f64, bottom: f64) -> String {
    let class = if (at - 1.0).abs() < f64::EPSILON { "line" } else { "grid" };
    let (x, label) = (place(at), bottom + 16.0);
    format!(
        "<path d=\"M{x:.1} {}V{bottom}\" class=\"{class}\"/>\
         <text x=\"{x:.1}\" y=\"{label}\" text-anchor=\"middle\" class=\"small\">{at}</text>\n",
        TOP - 4.0
    )
}

fn legend(bottom: f64) -> String {
    let (y, centre) = (bottom + 36.0, bottom + 32.0);
    format!(
        "<rect x=\"12\" y=\"{}\" width=\"14\" height=\"10\" class=\"kept\"/>\
         <text x=\"32\" y=\"{y}\" class=\"small\">met</text>\
         <rect x=\"72\" y=\"{}\" width=\"14\" height=\"10\" class=\"missed\"/>\
         <text x=\"92\" y=\"{y}\" class=\"small\">missed</text>\
         <path d=\"M150 {centre}l5 -5l5 5l-5 5z\" class=\"peer\"/>\
         <text x=\"168\" y=\"{y}\" class=\"small\">best durable peer, measured elsewhere on such a machine</text>\n",
        bottom + 27.0,
        bottom + 27.0
    )
}

/// Where so many times the promise is on the axis.
fn place(margin: f64) -> f64 {
    let share = (margin.clamp(LEAST, MOST) / LEAST).ln() / (MOST / LEAST).ln();
    LEFT + share * (RIGHT - LEFT)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(what: &str, value: f64, target: f64, peer: Option<f64>) -> Figure {
        let (what, unit) = (what.to_owned(), String::from("/s"));
        Figure { what, value, unit, target, at_most: false, peer }
    }

    #[test]
    fn a_bar_passes_the_line_only_if_the_promise_was_met() {
        assert!(place(1.01) > place(1.0) && place(0.99) < place(1.0));
        let drawing =
            draw(&[figure("reads & more", 3.0, 2.0, None), figure("pages", 1.0, 2.0, Some(0.1))]);
        assert_eq!(drawing.matches("rx=\"2\" class=\"kept\"").count(), 1);
        assert_eq!(drawing.matches("rx=\"2\" class=\"missed\"").count(), 1);
        assert!(drawing.contains("reads &amp; more"));
        // One in the row, one in the legend.
        assert_eq!(drawing.matches("class=\"peer\"").count(), 2);
    }

    #[test]
    fn what_is_out_of_range_ends_at_the_edge() {
        assert!((place(1_000.0) - RIGHT).abs() < 1e-9);
        assert!((place(0.000_1) - LEFT).abs() < 1e-9);
    }
}
