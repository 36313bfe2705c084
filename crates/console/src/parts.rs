//! The parts that pages are made of: typed values that render themselves.
//!
//! A page never writes a table, a field or a state by hand. Every part is shown once by the page of
//! samples in the tests.

mod banner;
mod chart;
mod dialog;
mod empty;
mod facts;
mod field;
mod glyph;
mod head;
mod html;
mod panel;
mod query;
mod section;
mod state;
mod steps;
mod table;
mod tabs;
mod time;
mod trail;

pub use self::{
    banner::{Banner, Quote},
    chart::{Bar, Bars, Chart, Progress},
    dialog::{Dialog, Hidden},
    empty::Empty,
    facts::{Copies, CopyButton, Facts},
    field::{Choice, Field, Problems, Select, Switch, Tick, Ticks},
    glyph::Glyph,
    head::{Button, Buttons, Head},
    html::Html,
    panel::{Figures, Panel},
    query::{ListQuery, Sort},
    section::Section,
    state::{State, Tone},
    steps::{Step, Steps},
    table::{Column, Cuts, Filters, Pager, Table},
    tabs::Tabs,
    time::{Time, Times},
    trail::{Trail, TrailEntry},
};
