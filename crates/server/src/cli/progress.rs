//! How far a long piece of work is: drawn on standard error, and only if that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

pub(crate) fn bar(people: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(people).unwrap_or(u64::MAX)).with_message(what);
    let template = "{msg:<14} {bar:40} {human_pos}/{human_len} people, {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
