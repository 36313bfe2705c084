//! `seatlink history`: what happened to a user, who did it, and why.

use seatlink_domain::{
    Platform,
    log::{self, Entry},
};
use seatlink_edge::words;
use seatlink_texts::Language;

use super::{
    find::{self, TenantArgument},
    report::{Failure, Report},
};
use crate::api::views::ChangeView;

#[derive(Debug, clap::Args)]
pub(super) struct History {
    #[command(flatten)]
    tenant: TenantArgument,
    /// User name, or the id of any resource, deleted or not
    user: String,
    /// Language of the sentences: en or zh-CN
    #[arg(long, default_value = "en", value_parser = language)]
    language: Language,
}

fn language(tag: &str) -> Result<Language, &'static str> {
    Language::ALL
        .into_iter()
        .find(|language| language.tag().eq_ignore_ascii_case(tag))
        .ok_or("the languages are en and zh-CN")
}

impl History {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let id = match self.user.parse() {
            Ok(id) => id,
            Err(_) => find::user(platform, &actor, &self.user).await?.id(),
        };
        let rows = log::history(platform, &actor, id).await?;
        if rows.is_empty() {
            return Err(Failure::failed(format!("Nothing is known about {id}.")));
        }
        let language = self.language;
        let text: Vec<String> = rows.iter().map(|row| line(row, language)).collect();
        let views = rows.iter().map(|row| ChangeView::of(row, language));
        Ok(Report::views(views, text.join("\n")))
    }
}

fn line(row: &Entry, language: Language) -> String {
    let via = row.connection.as_deref().map_or_else(String::new, |via| format!(" via {via}"));
    format!(
        "{}  {} [{}]  {}  ({}{via})",
        row.at.rfc3339(),
        row.operation,
        row.reason,
        words::entry(row, language).text(),
        row.actor_name,
    )
}
