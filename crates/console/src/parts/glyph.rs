//! Glyphs: each state has a shape of its own, so that colour never says it alone.

use std::fmt;

use askama::filters::HtmlSafe;

/// A drawing of 16 by 16 in the colour of the text around it. It is decoration: a word stands
/// beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Glyph {
    Good,
    Error,
    Warning,
    /// A decision of a person is awaited.
    Held,
    Waiting,
    /// Switched off or ended on purpose.
    Off,
    /// There is none yet.
    Empty,
    Locked,
    Key,
    /// Cannot be reached or read.
    Broken,
    Forbidden,
    Information,
    Check,
    Cross,
    Copy,
    Down,
    Right,
    Arrow,
    Plus,
    Retry,
    Search,
    Menu,
    Person,
    Download,
    Grid,
}

impl Glyph {
    pub const ALL: &'static [Self] = &[
        Self::Good,
        Self::Error,
        Self::Warning,
        Self::Held,
        Self::Waiting,
        Self::Off,
        Self::Empty,
        Self::Locked,
        Self::Key,
        Self::Broken,
        Self::Forbidden,
        Self::Information,
        Self::Check,
        Self::Cross,
        Self::Copy,
        Self::Down,
        Self::Right,
        Self::Arrow,
        Self::Plus,
        Self::Retry,
        Self::Search,
        Self::Menu,
        Self::Person,
        Self::Download,
        Self::Grid,
    ];

    /// What the glyph is drawn with; whether it is drawn in lines.
    const fn drawing(self) -> (bool, &'static str) {
        match self {
            Self::Good => (
                false,
                r#"<circle cx="8" cy="8" r="7" fill="currentColor"/><path class="cut" d="m5 8.2 2.1 2.1L11 6.2" fill="none" stroke-width="1.6"/>"#,
            ),
            Self::Error => (
                false,
                r#"<path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor"/><path class="cut" d="M8 4.4v4.2M8 11v.6" stroke-width="1.8" stroke-linecap="round"/>"#,
            ),
            Self::Warning => (
                false,
                r#"<path d="M8 1.2 15.4 14.4H.6z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"/><path class="cut" d="M8 6v3.6M8 11.8v.4" stroke-width="1.7" stroke-linecap="round"/>"#,
            ),
            Self::Held => (
                false,
                r#"<rect x="1" y="1" width="14" height="14" rx="3" fill="currentColor"/><path class="cut" d="M6 5v6M10 5v6" stroke-width="1.8" stroke-linecap="round"/>"#,
            ),
            Self::Waiting => {
                (true, r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 4.75V8l2.25 1.5"/>"#)
            }
            Self::Off => (true, r#"<circle cx="8" cy="8" r="6.25"/><path d="M5.25 8h5.5"/>"#),
            Self::Empty => (true, r#"<circle cx="8" cy="8" r="6.25" stroke-dasharray="1.4 2.5"/>"#),
            Self::Locked => (
                true,
                r#"<rect x="2.75" y="7" width="10.5" height="7" rx="1.5"/><path d="M5 7V5a3 3 0 0 1 6 0"/>"#,
            ),
            Self::Key => (
                true,
                r#"<circle cx="5" cy="11" r="3.25"/><path d="m7.4 8.6 6-6M11 5l2.25 2.25"/>"#,
            ),
            Self::Broken => (
                true,
                r#"<path d="M6.5 12.5 5.4 13.6a2.9 2.9 0 0 1-4-4L4.5 6.5M9.5 3.5l1.1-1.1a2.9 2.9 0 0 1 4 4l-3.1 3.1M2.5 2.5l11 11"/>"#,
            ),
            Self::Forbidden => {
                (true, r#"<circle cx="8" cy="8" r="6.25"/><path d="m3.6 3.6 8.8 8.8"/>"#)
            }
            Self::Information => {
                (true, r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 7.25v4M8 4.7v.2"/>"#)
            }
            Self::Check => (true, r#"<path d="m3 8.5 3.25 3.25L13 5"/>"#),
            Self::Cross => (true, r#"<path d="m4 4 8 8M12 4l-8 8"/>"#),
            Self::Copy => (
                true,
                r#"<rect x="5.25" y="5.25" width="8" height="8" rx="1.5"/><path d="M10.75 5.25v-1a1.5 1.5 0 0 0-1.5-1.5h-5a1.5 1.5 0 0 0-1.5 1.5v5a1.5 1.5 0 0 0 1.5 1.5h1"/>"#,
            ),
            Self::Down => (true, r#"<path d="m4 6.25 4 4 4-4"/>"#),
            Self::Right => (true, r#"<path d="m6.25 4 4 4-4 4"/>"#),
            Self::Arrow => (true, r#"<path d="M2.5 8h11M9.5 4l4 4-4 4"/>"#),
            Self::Plus => (true, r#"<path d="M8 3v10M3 8h10"/>"#),
            Self::Retry => (
                true,
                r#"<path d="M13.25 8a5.25 5.25 0 1 1-1.6-3.8L13.5 6"/><path d="M13.5 2.5V6H10"/>"#,
            ),
            Self::Search => {
                (true, r#"<circle cx="7" cy="7" r="4.5"/><path d="m10.4 10.4 3.1 3.1"/>"#)
            }
            Self::Menu => (true, r#"<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>"#),
            Self::Person => (
                true,
                r#"<circle cx="8" cy="5.25" r="2.75"/><path d="M2.75 13.75c.6-2.7 2.7-4 5.25-4s4.65 1.3 5.25 4"/>"#,
            ),
            Self::Download => {
                (true, r#"<path d="M8 2.5v8M4.5 7.25 8 10.75l3.5-3.5M2.75 13.5h10.5"/>"#)
            }
            Self::Grid => (
                false,
                r#"<g fill="currentColor"><circle cx="4" cy="4" r="1.6"/><circle cx="12" cy="4" r="1.6"/><circle cx="4" cy="12" r="1.6"/><circle cx="12" cy="12" r="1.6"/></g>"#,
            ),
        }
    }
}

impl HtmlSafe for Glyph {}

impl fmt::Display for Glyph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (in_lines, drawing) = self.drawing();
        let class = if in_lines { " class=\"line\"" } else { "" };
        write!(f, r#"<svg{class} viewBox="0 0 16 16" aria-hidden="true">{drawing}</svg>"#)
    }
}
