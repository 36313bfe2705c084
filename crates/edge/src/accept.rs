//! The accept loop: connections in, HTTP/1.1 out, and an orderly end.
//!
//! HTTP/1.1 only: the listener speaks plain TCP behind whatever terminates TLS, and proxies speak
//! 1.1 to their backends. Without HTTP/2 there are no streams to flood a connection with.

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use super::{edge::Edge, refusing::Refusing};

/// Covers both slow request heads and idle connections. Above the 60 seconds after which common
/// clients and proxies drop an idle connection themselves, so that they, not we, end it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// A request head with a filter at its limit of 8 KiB, percent-encoded, and large cookies fits.
const HEAD_LIMIT: usize = 128 * 1_024;
/// How long running requests may take to finish when the server stops.
const FAREWELL: Duration = Duration::from_secs(10);
/// Out of file descriptors: waiting a moment beats spinning.
const AFTER_ACCEPT_ERROR: Duration = Duration::from_millis(100);

/// Serves until `stop` is ready, then lets running requests finish.
pub async fn serve(
    listener: TcpListener,
    edge: Arc<Edge>,
    connections: usize,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(HEAD_LIMIT);
    // Without `pipeline_flush`: it holds an answer back while unread input waits, and the answer to
    // a head that cannot be read (400, 414, 431) would never leave.
    let slots = Arc::new(Semaphore::new(connections));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &slots) => accepted,
            () = &mut stop => break,
        };
        let (stream, peer, slot) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(AFTER_ACCEPT_ERROR).await;
                continue;
            }
        };
        let edge = Arc::clone(&edge);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            Arc::clone(&edge).answer(request.map(Body::new), peer)
        });
        let connection =
            graceful.watch(http.serve_connection(TokioIo::new(Refusing::new(stream)), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                // The peer went away or spoke no HTTP: its affair, but worth a line when looking.
                tracing::debug!(%error, "a connection ended early");
            }
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> io::Result<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots)
        .acquire_owned()
        .await
        .map_err(|_closed| io::Error::other("the accept loop has ended"))?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer.ip(), slot))
}
