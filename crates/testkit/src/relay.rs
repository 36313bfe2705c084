//! A relay between a program and its database, which a test can cut.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context as _, Result};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use url::Url;

/// Passes everything on while it is whole. Cut, it drops what is connected and refuses whoever
/// comes.
pub struct Relay {
    address: SocketAddr,
    target: Arc<str>,
    /// `None` while it is cut.
    accepting: Option<JoinHandle<()>>,
    cut: watch::Sender<u32>,
}

impl Relay {
    /// Before the server of this URL.
    pub async fn before(url: &str) -> Result<Self> {
        let url = Url::parse(url)?;
        let host = url.host_str().context("a host")?;
        let target = format!("{host}:{}", url.port().unwrap_or(5_432)).into();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let mut relay = Self { address, target, accepting: None, cut: watch::Sender::new(0) };
        relay.accept(listener);
        Ok(relay)
    }

    /// The URL that leads through here.
    pub fn url(&self, url: &str) -> Result<String> {
        let mut url = Url::parse(url)?;
        url.set_host(Some("127.0.0.1"))?;
        url.set_port(Some(self.address.port())).ok().context("a URL with a port")?;
        Ok(url.into())
    }

    pub fn cut(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
        }
        self.cut.send_modify(|times| *times += 1);
    }

    pub async fn mend(&mut self) -> Result<()> {
        let listener = TcpListener::bind(self.address).await.context("the address of before")?;
        self.accept(listener);
        Ok(())
    }

    fn accept(&mut self, listener: TcpListener) {
        let (target, cut) = (Arc::clone(&self.target), self.cut.subscribe());
        self.accepting = Some(tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(pass(near, Arc::clone(&target), cut.clone()));
            }
        }));
    }
}

async fn pass(mut near: TcpStream, target: Arc<str>, mut cut: watch::Receiver<u32>) {
    let Ok(mut far) = TcpStream::connect(&*target).await else { return };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => {}
        _ = cut.changed() => {}
    }
}
