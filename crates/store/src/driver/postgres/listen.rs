//! Wake-ups between nodes: `LISTEN` and `NOTIFY` on a connection of their own, which reconnects.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
    time::sleep,
};
use tokio_postgres::{AsyncMessage, Client, Config, NoTls};

use crate::driver::wake::{Wake, Wakes};

const LISTEN: &str = "LISTEN seatlink_wake";
const NOTIFY: &str = "SELECT pg_notify('seatlink_wake', $1)";
const FIRST_RETRY: Duration = Duration::from_millis(500);
const LAST_RETRY: Duration = Duration::from_secs(30);

pub(super) struct Listener {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    wakes: Wakes,
    outgoing: Outgoing,
}

/// What other nodes have yet to be told. Many rings of one bell before the next round trip are one.
#[derive(Default)]
struct Outgoing {
    due: [AtomicBool; Wake::ALL.len()],
    any: Notify,
}

impl Listener {
    pub(super) fn start(config: Config) -> Self {
        let shared = Arc::new(Shared::default());
        let task = tokio::spawn(keep_connected(config, Arc::clone(&shared)));
        Self { shared, task }
    }

    pub(super) fn notify(&self, wake: Wake) {
        self.shared.wakes.ring(wake);
        self.shared.outgoing.due[wake as usize].store(true, Ordering::Release);
        self.shared.outgoing.any.notify_one();
    }

    pub(super) fn subscribe(&self, wake: Wake) -> watch::Receiver<u64> {
        self.shared.wakes.subscribe(wake)
    }

    pub(super) fn stop(&self) {
        self.task.abort();
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn keep_connected(config: Config, shared: Arc<Shared>) {
    let mut retry = FIRST_RETRY;
    loop {
        match serve(&config, &shared).await {
            // The connection had worked for a while.
            Ok(()) => retry = FIRST_RETRY,
            Err(error) => tracing::warn!(%error, "wake-ups from other nodes are interrupted"),
        }
        sleep(retry).await;
        retry = (retry * 2).min(LAST_RETRY);
    }
}

/// Ends when the connection does; an error means that it could not be made.
async fn serve(config: &Config, shared: &Arc<Shared>) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let theirs = Arc::clone(shared);
    let mut receiver = AbortOnDrop(tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
            if let AsyncMessage::Notification(note) = message
                && let Some(wake) = Wake::ALL.into_iter().find(|wake| wake.name() == note.payload())
            {
                theirs.wakes.ring(wake);
            }
        }
    }));
    client.batch_execute(LISTEN).await?;
    // What was said while nobody listened is lost, so everybody looks once.
    for wake in Wake::ALL {
        shared.wakes.ring(wake);
    }
    let told = async {
        loop {
            shared.outgoing.any.notified().await;
            if let Err(error) = tell(&client, &shared.outgoing).await {
                tracing::debug!(%error, "a wake-up was not sent");
                break;
            }
        }
    };
    tokio::select! {
        () = told => {}
        _ = &mut receiver.0 => {}
    }
    Ok(())
}

async fn tell(client: &Client, outgoing: &Outgoing) -> Result<(), tokio_postgres::Error> {
    for wake in Wake::ALL {
        if outgoing.due[wake as usize].swap(false, Ordering::AcqRel) {
            client.execute(NOTIFY, &[&wake.name()]).await?;
        }
    }
    Ok(())
}

struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
