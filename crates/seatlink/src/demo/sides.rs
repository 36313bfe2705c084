//! The two sides of the demo: one database, two addresses, each with the surfaces of its side.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, Result};
use seatlink_domain::{
    Clock, Platform,
    settings::{Host, Realm},
};
use seatlink_provision::{HttpClient, StoreUse};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    boot::{self, Background},
    config::Config,
    router::router,
};

use seatlink_edge::{self, AppState, Edge, Side};

pub const RECEIVING_REGION: &str = "na1";
pub(super) const SENDING_REGION: &str = "hq";

/// Both sides, listening.
pub struct Sides {
    pub platform: Platform,
    /// Where the data is.
    pub data: PathBuf,
    pub receiving: String,
    pub sending: String,
    background: Background,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
}

impl Sides {
    /// Starts both and answers when they can be talked to.
    pub(super) async fn start(
        config: Config,
        receiving: SocketAddr,
        sending: SocketAddr,
    ) -> Result<Self> {
        Self::start_with(config, receiving, sending, Clock::System).await
    }

    /// The same with a clock of the caller's.
    pub async fn start_with(
        config: Config,
        receiving: SocketAddr,
        sending: SocketAddr,
        clock: Clock,
    ) -> Result<Self> {
        let receiving = boot::listen(receiving).await?;
        let sending = boot::listen(sending).await?;
        let receiving_host = host(&receiving, RECEIVING_REGION)?;
        let sending_host = Host { issuer: false, ..host(&sending, SENDING_REGION)? };
        let origins = (receiving_host.origin.clone(), sending_host.origin.clone());
        let config = config.for_demo(vec![receiving_host, sending_host]);
        let platform = boot::open_with(&config, receiving.local_addr()?, clock).await?;
        let targets = boot::http_client(config.targets)?;
        let background = Background::start(&platform, targets.clone(), StoreUse::Alone);
        let (stop, stopped) = watch::channel(false);
        let server = |listener, side, origin: &str| {
            serve(listener, &platform, side, origin, &targets, &config, stopped.clone())
        };
        let servers = vec![
            server(receiving, Side::Receiving, &origins.0),
            server(sending, Side::Sending, &origins.1),
        ];
        let (receiving, sending) = origins;
        Ok(Self { data: config.data, platform, receiving, sending, background, stop, servers })
    }

    /// Lets running requests finish and closes the database.
    pub async fn stop(self) {
        // Without a receiver there is nobody left to stop.
        let _gone = self.stop.send(true);
        for server in self.servers {
            if let Err(error) = server.await {
                tracing::error!(%error, "a side of the demo broke off");
            }
        }
        self.background.stop().await;
        self.platform.close().await;
    }
}

fn host(listener: &TcpListener, region: &str) -> Result<Host> {
    let address = listener.local_addr().context("the address that is listened on")?;
    Ok(Host {
        origin: format!("http://{address}"),
        realm: Realm::Commercial,
        region: region.to_owned(),
        issuer: true,
    })
}

fn serve(
    listener: TcpListener,
    platform: &Platform,
    side: Side,
    origin: &str,
    targets: &HttpClient,
    config: &Config,
    mut stopped: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let state = AppState::new(platform.clone(), side, targets.clone())
        .only_for(origin)
        .limited_to(config.rate_limit)
        .behind(&config.proxies);
    let connections = config.connections;
    let edge = Edge::new(router(state.clone()), state, seatlink_console::refusal_page);
    tokio::spawn(async move {
        let stop = async move {
            // The sender is dropped only when the process ends.
            let _ended = stopped.wait_for(|stop| *stop).await;
        };
        seatlink_edge::serve(listener, edge, connections, stop).await;
    })
}
