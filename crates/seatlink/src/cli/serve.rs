//! `seatlink serve`.

use serde_json::json;

use super::report::{Failure, Report};
use crate::{
    boot,
    config::{Config, ListenOptions, Options},
};

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    #[command(flatten)]
    listening: ListenOptions,
}

impl Serve {
    pub(super) async fn run(self, options: &Options) -> Result<Report, Failure> {
        let config = Config::load_for_serving(options, &self.listening)?;
        boot::serve(&config, |address, platform| {
            let origins: Vec<&str> =
                platform.settings().hosts.iter().map(|host| host.origin.as_str()).collect();
            // A line for whoever waits for the server; port 0 is only known now.
            println!("{}", json!({ "listening": address.to_string(), "origins": origins }));
            tracing::info!(%address, origins = origins.join(", "), "serving");
        })
        .await?;
        Ok(Report::nothing())
    }
}
