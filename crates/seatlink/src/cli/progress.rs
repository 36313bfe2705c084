//! How far a long piece of work is: drawn on standard error, and only if that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How much of a file was read.
pub(crate) fn bytes(size: u64, what: &'static str) -> ProgressBar {
    let template = "{msg:<14} {bar:40} {bytes}/{total_bytes}, {eta} left";
    drawn(size, what, template)
}

pub(crate) fn bar(people: usize, what: &'static str) -> ProgressBar {
    let template = "{msg:<14} {bar:40} {human_pos}/{human_len} people, {per_sec}, {eta} left";
    drawn(u64::try_from(people).unwrap_or(u64::MAX), what, template)
}

fn drawn(length: u64, what: &'static str, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(length).with_message(what);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
