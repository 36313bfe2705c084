//! Business operations through their public functions, on a real database with a clock that stands still.

mod common;
mod oauth;
mod paging;
mod work;
