//! Reading a body into memory, up to a limit.

use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;

use super::Problem;

/// How much of a body over the limit is still taken off the wire, and thrown away, before it is
/// refused. A client in the middle of sending reads our answer only when it is done; cut off, it
/// sees a broken connection instead of the reason.
const DISCARD_LIMIT: usize = 64 * 1_024 * 1_024;

/// The whole body, or a problem if it is larger than the limit or does not arrive.
pub(super) async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        // With `Expect: 100-continue` nothing is on its way yet (RFC 9110 §10.1.1).
        if !headers.contains_key(header::EXPECT) {
            discard(body, 0).await;
        }
        return Err(Problem::TooLarge { limit });
    }
    let mut stream = body.into_data_stream();
    let Some(first) = stream.next().await else { return Ok(Bytes::new()) };
    let first = first.map_err(broken)?;
    if announced == Some(first.len()) {
        return Ok(first);
    }
    let mut whole = BytesMut::from(first);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(broken)?;
        if whole.len() + chunk.len() > limit {
            discard(Body::from_stream(stream), whole.len()).await;
            return Err(Problem::TooLarge { limit });
        }
        whole.extend_from_slice(&chunk);
    }
    if whole.len() > limit {
        return Err(Problem::TooLarge { limit });
    }
    Ok(whole.freeze())
}

async fn discard(body: Body, already: usize) {
    let mut seen = already;
    let mut stream = body.into_data_stream();
    while let Some(Ok(chunk)) = stream.next().await {
        seen += chunk.len();
        if seen > DISCARD_LIMIT {
            return;
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
pub(super) fn broken(error: axum::Error) -> Problem {
    tracing::debug!(%error, "a body did not arrive");
    Problem::BadRequest(String::from("The request body did not arrive completely."))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Problem>;

    fn chunks(sizes: &[usize]) -> Body {
        let chunks: Vec<Result<Bytes, std::io::Error>> =
            sizes.iter().map(|size| Ok(Bytes::from(vec![b'x'; *size]))).collect();
        Body::from_stream(futures_util::stream::iter(chunks))
    }

    #[tokio::test]
    async fn a_body_of_many_chunks_is_put_together() -> Outcome {
        let whole = read(&HeaderMap::new(), chunks(&[3, 4, 5]), 12).await?;
        assert_eq!(whole.len(), 12);
        Ok(())
    }

    #[tokio::test]
    async fn one_byte_over_the_limit_is_refused_however_it_is_cut() {
        for sizes in [&[13][..], &[12, 1], &[1; 13]] {
            let refused = read(&HeaderMap::new(), chunks(sizes), 12).await;
            assert_eq!(refused, Err(Problem::TooLarge { limit: 12 }), "{sizes:?}");
        }
    }

    #[tokio::test]
    async fn an_announced_length_over_the_limit_is_refused() {
        let headers = HeaderMap::from_iter([(header::CONTENT_LENGTH, 13.into())]);
        let refused = read(&headers, chunks(&[13]), 12).await;
        assert_eq!(refused, Err(Problem::TooLarge { limit: 12 }));
    }

    #[tokio::test]
    async fn no_body_is_an_empty_one() -> Outcome {
        assert!(read(&HeaderMap::new(), Body::empty(), 12).await?.is_empty());
        Ok(())
    }
}
