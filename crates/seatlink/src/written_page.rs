//! Pages of `docs/` that tests write from the code that they describe.

use std::{env, fs, path::PathBuf};

/// Compares the committed page with what the code says, or writes it when `SEATLINK_WRITE_DOCS` is
/// set, as `cargo xtask docs` does.
pub(crate) fn hold(page: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(page);
    if env::var_os("SEATLINK_WRITE_DOCS").is_some() {
        fs::write(&path, text).expect("the page can be written");
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "{page} differs from the code; run `cargo xtask docs`");
}
