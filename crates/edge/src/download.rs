//! A file as an answer.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A file to be saved under its name, and nowhere on the way: it may hold a secret.
pub fn download(name: &str, content: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(content));
    let headers = response.headers_mut();
    let binary = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, binary);
    headers.insert(header::CONTENT_DISPOSITION, disposition(name));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What a file name may hold as it is (RFC 8187 §3.2.1), and is likely to.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// RFC 6266 §5: a name that every client understands, and the real one.
fn disposition(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' })
        .collect();
    let real = utf8_percent_encode(name, PLAIN);
    HeaderValue::try_from(format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{real}"))
        .expect("both names are made of printable ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        let header = disposition("注册\"\r\nX: y; a.zip");
        let text = header.to_str().unwrap_or_default();
        assert!(text.starts_with("attachment; filename=\"_____X_ y_ a.zip\"; filename*=UTF-8''"));
        assert_eq!(text.matches('"').count(), 2);
        assert!(!text.contains('\n'));
    }
}
