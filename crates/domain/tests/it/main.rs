//! Business operations through their public functions, on a real database with a clock that stands
//! still.

mod change_search;
mod common;
mod oauth;
mod operations;
mod paging;
mod roles;
mod work;
