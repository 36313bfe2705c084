//! Words for what the HTTP library refuses by itself.
//!
//! A head that cannot be read, or is over the library's limits, never becomes a request, so no
//! surface can word the answer: the library writes a bare status line. This stream stands below it,
//! knows that line when it goes by, and sends the same status with a sentence instead. Then it goes
//! on reading for a moment: closed with unread input, the connection would be reset and the answer
//! lost with it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::http::StatusCode;
use seatlink_scim::Error as ScimError;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Sleep,
};

/// How long, and how much, is still read of what a refused client sends.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 4 * 1_024 * 1_024;

pub(super) struct Refusing {
    stream: TcpStream,
    /// Whether the next bytes read are the beginning of a request.
    begins: bool,
    is_scim: bool,
    /// Our words, and how many bytes of them have left.
    words: Option<(Vec<u8>, usize)>,
    lingering: Option<(Pin<Box<Sleep>>, usize)>,
}

impl Refusing {
    pub(super) const fn new(stream: TcpStream) -> Self {
        Self { stream, begins: true, is_scim: false, words: None, lingering: None }
    }

    /// Takes the library's own refusal out of what is written.
    fn replaces(&mut self, head: &[u8]) -> bool {
        self.begins = true;
        let Some(status) = bare_refusal(head) else { return false };
        self.words = Some((answer(status, self.is_scim), 0));
        true
    }

    fn poll_words(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some((words, sent)) = &mut self.words else { return Poll::Ready(Ok(())) };
        while *sent < words.len() {
            match Pin::new(&mut self.stream).poll_write(cx, &words[*sent..]) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(more)) => *sent += more,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let (sleep, seen) =
            self.lingering.get_or_insert_with(|| (Box::pin(tokio::time::sleep(LINGER)), 0));
        let mut space = [0_u8; 8 * 1_024];
        while *seen < LINGER_BYTES {
            if sleep.as_mut().poll(cx).is_ready() {
                break;
            }
            let mut buffer = ReadBuf::new(&mut space);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    *seen += buffer.filled().len();
                }
                Poll::Ready(_) => break,
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }
}

/// The status of an answer that the library made: one of three, without a body. Ours all have one.
fn bare_refusal(head: &[u8]) -> Option<StatusCode> {
    let status = match head.strip_prefix(b"HTTP/1.1 4")?.first_chunk()? {
        b"00" => StatusCode::BAD_REQUEST,
        b"14" => StatusCode::URI_TOO_LONG,
        b"31" => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        _ => return None,
    };
    let is_bare = head.ends_with(b"\r\n\r\n")
        && head.windows(19).any(|part| part == b"content-length: 0\r\n");
    is_bare.then_some(status)
}

fn answer(status: StatusCode, is_scim: bool) -> Vec<u8> {
    let sentence = match status {
        StatusCode::URI_TOO_LONG => {
            "The address of the request is longer than 64 KiB. Send a long filter in the body of a POST to /.search."
        }
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            "The head of the request is over the limit of 128 KiB or of 100 headers. Send fewer or shorter headers."
        }
        _ => {
            "The request is not HTTP/1.1: its first line or one of its headers cannot be read. Look for spaces, line \
             breaks or other characters that must be percent-encoded in the address or do not belong in a header."
        }
    };
    let (content_type, body) = if is_scim {
        let error =
            ScimError { status: status.as_u16(), scim_type: None, detail: sentence.to_owned() };
        ("application/scim+json", error.to_json())
    } else {
        ("text/plain; charset=utf-8", sentence.to_owned())
    };
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\
         x-content-type-options: nosniff\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Whether the first line of a request names an address below `/scim`, however broken the rest is.
fn names_scim(head: &[u8]) -> bool {
    let mut words = head.splitn(3, |byte| *byte == b' ');
    words.nth(1).is_some_and(|target| target.starts_with(b"/scim"))
}

impl AsyncRead for Refusing {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let already = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        if this.begins && read.is_ready() {
            let seen = &buffer.filled()[already..];
            if !seen.is_empty() {
                this.begins = false;
                this.is_scim = names_scim(seen);
            }
        }
        read
    }
}

impl AsyncWrite for Refusing {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.replaces(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut this.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let [only] = slices
            && this.replaces(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        this.begins = true;
        Pin::new(&mut this.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match this.poll_words(cx) {
            Poll::Ready(Ok(())) => Pin::new(&mut this.stream).poll_flush(cx),
            other => other,
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.words.is_none() {
            return Pin::new(&mut this.stream).poll_shutdown(cx);
        }
        if this.lingering.is_none() {
            match this.poll_words(cx) {
                Poll::Ready(Ok(())) => {}
                other => return other,
            }
            match Pin::new(&mut this.stream).poll_shutdown(cx) {
                Poll::Ready(Ok(())) => {}
                other => return other,
            }
        }
        this.poll_linger(cx).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_library_says_by_itself_is_replaced() {
        let bare = b"HTTP/1.1 414 URI Too Long\r\nconnection: close\r\ncontent-length: 0\r\ndate: x\r\n\r\n";
        assert_eq!(bare_refusal(bare), Some(StatusCode::URI_TOO_LONG));
        for other in [
            &b"HTTP/1.1 400 Bad Request\r\ncontent-length: 12\r\n\r\n{}"[..],
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 204 No Content\r\n\r\n",
            b"HTTP/1.1 4",
            b"",
        ] {
            assert_eq!(bare_refusal(other), None);
        }
    }

    #[test]
    fn the_surface_is_read_from_the_first_line() {
        assert!(names_scim(b"GET /scim/v2/Users?filter=aaaa"));
        assert!(!names_scim(b"GET /console HTTP/1.1\r\nReferer: /scim"));
        assert!(!names_scim(b"garbage"));
    }
}
