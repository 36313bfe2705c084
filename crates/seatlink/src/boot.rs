//! From configuration to a running process, and back down in order.
//!
//! Opening gives the platform that every command works on. Serving adds what runs beside requests:
//! the provisioning engine, mail, and the flushing of "last used". Stopping goes the other way
//! round, so that nothing works on a database that is closed.

mod seal_key;

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use seatlink_domain::{Clock, Db, Durability, Location, Options, Platform, StoreError, access};
use seatlink_provision::{
    Engine, EngineHandle, EngineOptions, HttpClient, HttpClientError, StoreUse, TargetPolicy,
};
use tokio::{net::TcpListener, task::JoinHandle};

use self::seal_key::SealKeyError;
use crate::{
    config::{self, Config, ConfigError, Database, Targets},
    mail::{MailError, MailWorker, Mailer},
    router::router,
};
use seatlink_edge::{AppState, Edge, Side, chain};

#[derive(Debug, thiserror::Error)]
pub(crate) enum BootError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the data directory {} cannot be made: {cause}", path.display())]
    DataDirectory { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    SealKey(#[from] SealKeyError),
    #[error("the database cannot be opened")]
    Database(#[source] StoreError),
    #[error("{address} cannot be listened on: {cause}")]
    Listen { address: SocketAddr, cause: io::Error },
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error("provisioning cannot start")]
    Provisioning(#[from] HttpClientError),
}

/// Opens the database and everything operations need; `listening_on` names the installation when no
/// host is configured.
pub(crate) async fn open(config: &Config, listening_on: SocketAddr) -> Result<Platform, BootError> {
    open_with(config, listening_on, Clock::System).await
}

/// The same with a clock of the caller's, who may want to hold it still.
pub(crate) async fn open_with(
    config: &Config,
    listening_on: SocketAddr,
    clock: Clock,
) -> Result<Platform, BootError> {
    let settings = config.settings(listening_on)?;
    make_private_directory(&config.data)
        .map_err(|cause| BootError::DataDirectory { path: config.data.clone(), cause })?;
    let file = match &config.database {
        Database::File(path) => Some(path.as_path()),
        Database::Postgres { .. } => None,
    };
    let sealer = seal_key::open(&config.data, file)?;
    let location = match &config.database {
        Database::File(path) => Location::Sqlite { path: path.clone() },
        Database::Postgres { url, pool_size } => {
            Location::Postgres { url: url.expose().to_owned(), pool_size: *pool_size }
        }
    };
    let durability = match config.durability {
        config::Durability::Full => Durability::Full,
        config::Durability::Normal => Durability::Normal,
    };
    let db = Db::open(Options { location, durability }).await.map_err(BootError::Database)?;
    Ok(Platform::new(db, clock, sealer, settings))
}

fn make_private_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

pub(crate) fn http_client(targets: Targets) -> Result<HttpClient, HttpClientError> {
    HttpClient::new(match targets {
        Targets::Public => TargetPolicy::PublicHttpsOnly,
        Targets::Loopback => TargetPolicy::AllowLoopback,
        Targets::Private => TargetPolicy::AllowPrivate,
    })
}

pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, BootError> {
    TcpListener::bind(address).await.map_err(|cause| BootError::Listen { address, cause })
}

/// What runs beside the requests of a platform.
pub(crate) struct Background {
    platform: Platform,
    last_used: JoinHandle<()>,
    engine: EngineHandle,
    mail: Option<MailWorker>,
}

impl Background {
    /// A process that is alone with its store takes over at once what a dead one had leased.
    pub(crate) fn start(platform: &Platform, http: HttpClient, store_use: StoreUse) -> Self {
        let last_used = access::last_used::spawn(platform);
        let options = EngineOptions { store_use, ..EngineOptions::default() };
        let engine = Engine::start(platform.clone(), http, options);
        Self { platform: platform.clone(), last_used, engine, mail: None }
    }

    /// Without a mailer, mails wait in the outbox, where the portal shows them.
    #[must_use]
    fn with_mail(mut self, mailer: Option<Mailer>) -> Self {
        self.mail = mailer.map(|mailer| MailWorker::start(&self.platform, mailer));
        self
    }

    pub(crate) async fn stop(self) {
        self.engine.stop().await;
        if let Some(mail) = self.mail {
            mail.stop().await;
        }
        self.last_used.abort();
        if let Err(error) = access::last_used::flush(&self.platform).await {
            tracing::warn!(error = chain(&error), "times of last use were not written");
        }
        if let Err(error) = access::repairs::flush(&self.platform).await {
            tracing::warn!(error = chain(&error), "counters of repairs were not written");
        }
    }
}

/// A file has one server; a database server may have several nodes on it.
const fn store_use(config: &Config) -> StoreUse {
    match config.database {
        Database::File(_) => StoreUse::Alone,
        Database::Postgres { .. } => StoreUse::Shared,
    }
}

/// Serves until the process is asked to stop. `ready` is called with the address once it is
/// listened on.
pub(crate) async fn serve(
    config: &Config,
    ready: impl FnOnce(SocketAddr, &Platform),
) -> Result<(), BootError> {
    let listener = listen(config.listen).await?;
    let address = listener
        .local_addr()
        .map_err(|cause| BootError::Listen { address: config.listen, cause })?;
    let mailer = match &config.smtp {
        Some(url) => Some(Mailer::new(url, &config.settings(address)?.mail_from)?),
        None => None,
    };
    let platform = open(config, address).await?;
    let targets = http_client(config.targets)?;
    let background =
        Background::start(&platform, targets.clone(), store_use(config)).with_mail(mailer);
    let state = AppState::new(platform.clone(), Side::Both, targets)
        .limited_to(config.rate_limit)
        .behind(&config.proxies);
    let edge = Edge::new(router(state.clone()), state, seatlink_console::refusal_page);
    ready(address, &platform);
    seatlink_edge::serve(listener, edge, config.connections, stop_signal()).await;
    tracing::info!("stopping");
    background.stop().await;
    platform.close().await;
    Ok(())
}

/// Ready when the process is asked to end: Ctrl-C, or SIGTERM from whatever supervises it.
pub(crate) async fn stop_signal() {
    let interrupted = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be waited for");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    () = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "SIGTERM cannot be waited for");
                interrupted.await;
            }
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
