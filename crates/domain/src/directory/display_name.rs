//! What a stored user is called.

use seatlink_scim::Document;

/// The `displayName` of a stored user.
pub(super) fn display_name(document: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(rename = "displayName")]
        display_name: Option<String>,
    }
    match serde_json::from_str::<Named>(document) {
        Ok(named) => named.display_name,
        // A document we cannot read is reported where the user itself is read.
        Err(_) => Document::from_stored(document)
            .ok()
            .and_then(|document| document.str_at(&["displayName"]).map(str::to_owned)),
    }
}
